// What happens to the stream or to the page while a player plays.
import { modelTrace, type ModelName } from '../underrun/network-models.js';
import type { CaseDescription } from './results.js';

export const FRAME_MS = 20;

/** What befalls the page. Milliseconds since the first frame was due. */
export interface Disturbance {
	/** The main thread is held for so long, ... */
	readonly blockMs?: number;
	readonly atMs?: number;
	/** ... every so often. @default once */
	readonly everyMs?: number;
	/** Another tab comes to the front. */
	readonly isHidden?: boolean;
}

export interface BenchCase extends CaseDescription {
	readonly seed: number;
	/** When each frame is due, and when it was captured: milliseconds since the first one's capture. */
	arrivals(seconds: number): {
		readonly arrivalMs: Float64Array;
		readonly capturedMs: Float64Array;
	};
	readonly disturbance: Disturbance;
	/** Instances of the player, each with a stream of its own. */
	readonly streams: number;
	/** The server is gone between these milliseconds since the first frame was due. */
	readonly outage: readonly [number, number] | null;
	/** True: steadypcm is set beside NetEq here too. */
	readonly isTrace: boolean;
}

/** 10 minutes at 200 ppm, the 120 ms that they add up to, in 10 s. */
const DRIFT_PPM = 12_000;

type Parts = Pick<BenchCase, 'name' | 'title' | 'what' | 'seconds'> &
	Partial<Omit<BenchCase, 'arrivals'>> & {
		readonly model?: ModelName;
		readonly arrivalOf?: (k: number) => number;
		/** How much faster than ours the sender's clock runs. */
		readonly ppm?: number;
	};

function benchCase({ model, arrivalOf, ppm = 0, ...parts }: Parts): BenchCase {
	const seed = parts.seed ?? 1;
	const periodMs = FRAME_MS / (1 + ppm * 1e-6);
	return {
		disturbance: {},
		streams: 1,
		outage: null,
		isTrace: false,
		isPerfect: false,
		...parts,
		seed,
		arrivals: (seconds) => {
			const count = Math.floor((1000 * seconds) / periodMs);
			const capturedMs = Float64Array.from({ length: count }, (_, k) => k * periodMs);
			const arrivalMs =
				model === undefined
					? capturedMs.map((captured, k) => arrivalOf?.(k) ?? captured)
					: Float64Array.from(modelTrace(model, seed, seconds, FRAME_MS).arrivalMs);
			return { arrivalMs, capturedMs };
		},
	};
}

/** 300 ms in which nothing arrives, then all at once; from the second second on. */
function stalled(k: number): number {
	const PERIOD_MS = 4000;
	const FIRST_MS = 2000;
	const STALL_MS = 300;
	const at = k * FRAME_MS;
	const since = (at - FIRST_MS) % PERIOD_MS;
	return at >= FIRST_MS && since < STALL_MS ? at - since + STALL_MS : at;
}

/** Ten frames at a time, when the last of them is captured. */
function blocked(k: number): number {
	const FRAMES = 10;
	return (Math.floor(k / FRAMES) * FRAMES + FRAMES - 1) * FRAME_MS;
}

export const CASES: readonly BenchCase[] = [
	benchCase({
		name: 'perfect',
		title: 'Perfect network',
		what: 'A frame of 20 ms every 20 ms; nothing else happens.',
		seconds: 15,
		isPerfect: true,
		isTrace: true,
	}),
	benchCase({
		name: 'wifi',
		title: 'Wi-Fi with scans',
		what: 'Contention, bursts of retries, and a scan for other stations (seeded model).',
		seconds: 9,
		seed: 3,
		model: 'wifi-scans',
		isTrace: true,
	}),
	benchCase({
		name: 'lte',
		title: 'LTE outages',
		what: 'Outages of a mobile link, the backlog coming at the rate of the link (seeded model).',
		seconds: 10,
		seed: 11,
		model: 'lte',
		isTrace: true,
	}),
	benchCase({
		name: 'tcp-loss',
		title: 'TCP with loss',
		what: 'Lost segments on a path of 40 ms round trip, repeated by TCP (seeded model).',
		seconds: 8,
		seed: 7,
		model: 'tcp-loss-40',
		isTrace: true,
	}),
	benchCase({
		name: 'stalls',
		title: '300 ms stalls',
		what: 'Nothing arrives for 300 ms, then all at once, every 4 s.',
		seconds: 9,
		arrivalOf: stalled,
		isTrace: true,
	}),
	benchCase({
		name: 'bursts',
		title: '200 ms bursts',
		what: 'The sender sends ten frames at a time.',
		seconds: 10,
		arrivalOf: blocked,
		isTrace: true,
	}),
	benchCase({
		name: 'drift-fast',
		title: 'Sender 200 ppm fast, 10 min',
		what: 'The 120 ms that 200 ppm add up to in 10 minutes, within the run: 1.2 % fast for 10 s.',
		seconds: 10,
		ppm: DRIFT_PPM,
	}),
	benchCase({
		name: 'drift-slow',
		title: 'Sender 200 ppm slow, 10 min',
		what: 'The 120 ms that 200 ppm add up to in 10 minutes, within the run: 1.2 % slow for 10 s.',
		seconds: 10,
		ppm: -DRIFT_PPM,
	}),
	benchCase({
		name: 'fast-2-percent',
		title: 'Source 2 % fast',
		what: 'The source makes 2 % more sound than it says.',
		seconds: 7,
		ppm: 20_000,
	}),
	benchCase({
		name: 'busy-page',
		title: 'Page blocked 50 ms every 200 ms',
		what: 'The main thread is held for 50 ms of every 200.',
		seconds: 5,
		disturbance: { blockMs: 50, atMs: 1000, everyMs: 200 },
	}),
	benchCase({
		name: 'blocked-page',
		title: 'Page blocked once for 2 s',
		what: 'The main thread is held for 2 s.',
		seconds: 6,
		disturbance: { blockMs: 2000, atMs: 2000 },
	}),
	benchCase({
		name: 'hidden',
		title: 'Tab in the background',
		what: 'Another tab comes to the front after 2 s; timers of the page are throttled.',
		seconds: 5,
		disturbance: { atMs: 2000, isHidden: true },
	}),
	benchCase({
		name: 'eight',
		title: '8 streams at once',
		what: 'Eight players on one page, each with a stream of its own.',
		seconds: 6,
		streams: 8,
	}),
	benchCase({
		name: 'restart',
		title: 'Server restart',
		what: 'The server is gone for 1 s; the stream goes on meanwhile.',
		seconds: 7,
		outage: [3000, 4000],
	}),
];

export function caseNamed(name: string): BenchCase {
	const found = CASES.find((one) => one.name === name);
	if (found === undefined) {
		const names = CASES.map((one) => one.name).join(', ');
		throw new RangeError(`Expected a case (${names}), got ${name}.`);
	}
	return found;
}
