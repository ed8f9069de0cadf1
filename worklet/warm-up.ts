// Runs in pieces, before it is heard the first time, what must not be slow then: a first concealment that is
// still being compiled takes 15 to 20 ms, longer than a device waits, against 0.4 ms later (48 kHz stereo, in
// Chromium). A piece takes 1 to 4 ms: all at once, every other player on the thread would falter. Owner: the
// audio thread, between render calls; allocates, not for `render`.
import { RingMemory, ringByteLength, ringLayout } from '../src/core/ring-layout.js';
import { RingReader } from '../src/core/ring-reader.js';
import { RingWriter } from '../src/core/ring-writer.js';
import { Concealer } from './concealer.js';

/** What is concealed for practice: a little more each time, so that the compiler steps in before much is done
 * without it. */
const PIECES: readonly Piece[] = [
	...[0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 1].map((part) => ({ part, sampleRate: 8_000, channels: 1 })),
	...[1, 1].map((part) => ({ part, sampleRate: 48_000, channels: 2 })),
];

interface Piece {
	/** Of the history there may be. */
	readonly part: number;
	/** Hz. */
	readonly sampleRate: number;
	readonly channels: number;
}

const QUANTUM = 128;

/** Pieces done in this thread. */
let done = 0;

/** Does the next piece, if there is one. */
export function warmUp(): void {
	const piece = PIECES[done];
	if (piece !== undefined) {
		done++;
		conceal(piece);
	}
}

function conceal({ part, sampleRate, channels }: Piece): void {
	const concealer = new Concealer(channels, sampleRate);
	const frames = concealer.historyFrames;
	const layout = ringLayout(channels, sampleRate, frames / sampleRate);
	const ring = new RingMemory(new ArrayBuffer(ringByteLength(layout)), layout);
	// Partly periodic, partly not, so that no branch is left out.
	const sound = Float32Array.from(
		{ length: frames },
		(_, i) => Math.sin(i / 40) / 4 + Math.sin(i * i) / 8,
	);
	const each = <Plane>(make: () => Plane): Plane[] => Array.from({ length: channels }, make);
	new RingWriter(ring).write(
		each(() => sound),
		0,
		frames,
	);
	concealer.begin(new RingReader(ring), frames, Math.floor(frames * part));
	concealer.pull(
		each(() => new Float32Array(QUANTUM)),
		0,
		QUANTUM,
	);
}
