// Runs in pieces, before it is heard the first time, what must not be slow then: a first concealment that is
// still being compiled takes 15 to 20 ms, longer than a device waits, against 0.4 ms later (48 kHz stereo, in
// Chromium). A piece takes 1 to 4 ms: all at once, every other player on the thread would falter. Owner: the
// audio thread, between render calls; allocates, not for `render`.
import { RingMemory, ringByteLength, ringLayout } from '../src/core/ring-layout.js';
import { RingReader } from '../src/core/ring-reader.js';
import { RingWriter } from '../src/core/ring-writer.js';
import { Concealer } from './concealer.js';

/** Of the history there may be, in turn: a little more each time, so that the compiler steps in before much is
 * done without it. */
const PARTS = [0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 1];

const QUANTUM = 128;

const pieces = rehearsal();

/** Does the next piece, if there is one. */
export function warmUp(): void {
	pieces.next();
}

function* rehearsal(): Generator<undefined, void> {
	const small = practice(8_000, 1);
	for (const part of PARTS) {
		small(part);
		yield;
	}
	const large = practice(48_000, 2);
	large(1);
	yield;
	large(1);
}

/** @returns what conceals after so much of the history there may be */
function practice(sampleRate: number, channels: number): (part: number) => void {
	const concealer = new Concealer(channels, sampleRate);
	const frames = concealer.historyFrames;
	const layout = ringLayout(channels, sampleRate, frames / sampleRate);
	const ring = new RingMemory(new ArrayBuffer(ringByteLength(layout)), layout);
	const reader = new RingReader(ring);
	const planes = Array.from({ length: channels }, () => new Float32Array(frames));
	// Partly periodic, partly not, so that no branch is left out.
	planes.forEach((plane) =>
		plane.forEach((_, i) => (plane[i] = Math.sin(i / 40) + Math.sin(i * i))),
	);
	new RingWriter(ring).write(planes, 0, frames);
	return (part) => {
		concealer.begin(reader, frames, Math.floor(frames * part));
		concealer.pull(planes, 0, QUANTUM);
	};
}
