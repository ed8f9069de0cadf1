// Runs once in a thread, before there is any sound, what must not be slow the first time it is heard: a first concealment
// that is still being compiled takes four times as long (63 % of a render quantum at 48 kHz stereo, against
// 15 %). Owner: the audio thread, when a playout is made; not for `render`.
import { RingMemory, ringByteLength, ringLayout } from '../src/core/ring-layout.js';
import { RingReader } from '../src/core/ring-reader.js';
import { RingWriter } from '../src/core/ring-writer.js';
import { Concealer } from './concealer.js';

/** Hz, and channels, of what is concealed for practice. */
const RATE = 48_000;
const CHANNELS = 2;

/** By then the compiler has seen enough. */
const TIMES = 2;

const QUANTUM = 128;

let isWarm = false;

export function warmUp(): void {
	if (isWarm) {
		return;
	}
	isWarm = true;
	const concealer = new Concealer(CHANNELS, RATE);
	const frames = concealer.historyFrames;
	const layout = ringLayout(CHANNELS, RATE, frames / RATE);
	const ring = new RingMemory(new ArrayBuffer(ringByteLength(layout)), layout);
	// Partly periodic, partly not, so that no branch is left out.
	const sound = Float32Array.from(
		{ length: frames },
		(_, i) => Math.sin(i / 40) / 4 + Math.sin(i * i) / 8,
	);
	new RingWriter(ring).write([sound, sound], 0, frames);
	const reader = new RingReader(ring);
	const planes = [new Float32Array(QUANTUM), new Float32Array(QUANTUM)];
	for (let time = 0; time < TIMES; time++) {
		concealer.begin(reader, frames, frames);
		concealer.pull(planes, 0, QUANTUM);
	}
}
