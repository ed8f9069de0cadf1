// Seeded arrival traces after what is known of networks and senders. A model's parameters are judgement
// unless a source is given. Even seeds are for tuning, odd ones are held out.
import { random } from '../../support/random.js';
import { deliver, type Stall } from './delivery.js';
import {
	exponential,
	gamma,
	lognormal,
	logUniform,
	poissonTimes,
	type Uniform,
} from './distributions.js';
import { tcpLossDelays } from './tcp-loss.js';
import type { Trace } from './trace.js';

export type NetworkModel = (seed: number, seconds?: number, frameMs?: number) => Trace;

/** What a model makes its frames of. */
interface Scene {
	readonly uniform: Uniform;
	readonly seed: number;
	readonly endMs: number;
	readonly frameMs: number;
}

interface Parts {
	/** When each frame was captured. @default k·frameMs */
	readonly capturedMs?: Float64Array;
	/** When each frame was sent, up to a constant. @default as captured */
	readonly sentMs?: Float64Array;
	/** ms, of frame k, sent at. @default none */
	readonly delayMs?: (sentMs: number, k: number) => number;
	readonly stalls?: readonly Stall[];
}

const DEFAULT_SECONDS = 290;
const DEFAULT_FRAME_MS = 20;
/** As in traces recorded with a player that needs that long to learn. */
const SKIP_SECONDS = 9;

/** Delay of every frame, ms. It cancels out of every measure, and keeps arrivals after captures. */
const BASE_MS = 100;

function model(name: string, make: (scene: Scene) => Parts): NetworkModel {
	return (seed, seconds = DEFAULT_SECONDS, frameMs = DEFAULT_FRAME_MS) => {
		const scene = { uniform: random(seedOf(name, seed)), seed, endMs: 1000 * seconds, frameMs };
		const { capturedMs, sentMs, delayMs = () => 0, stalls = [] } = make(scene);
		const captured = capturedMs ?? regular(scene);
		return {
			name: `${name}#${seed}`,
			frameMs,
			skipFirstFrames: Math.min(
				Math.round((1000 * SKIP_SECONDS) / frameMs),
				Math.floor(captured.length / 4),
			),
			arrivalMs: deliver(sentMs ?? captured, {
				delayMs: (sent, k) => BASE_MS + delayMs(sent, k),
				stalls,
				frameMs,
			}),
			...(capturedMs && { capturedMs }),
		};
	};
}

/** Models draw different numbers from one seed. */
function seedOf(name: string, seed: number): number {
	let hash = seed;
	for (const letter of name) {
		hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
	}
	return hash;
}

/** Captured without pause. @param ppm how much faster than ours the sender's clock runs. */
function regular({ endMs, frameMs }: Scene, ppm = 0): Float64Array {
	const step = frameMs / (1 + ppm * 1e-6);
	return Float64Array.from({ length: Math.floor(endMs / frameMs) }, (_, k) => k * step);
}

/** A wired path's jitter: Gamma of shape 2.5, scale 1 ms (3GPP2 after Corlett et al., 2002). */
function wiredNoise({ uniform }: Scene): () => number {
	return () => gamma(uniform, 2.5, 1);
}

/** Wi-Fi at rest: contention, and now and then a burst of retries. */
function wifiNoise(scene: Scene): Pick<Required<Parts>, 'delayMs' | 'stalls'> {
	const { uniform, endMs } = scene;
	return {
		delayMs: () => gamma(uniform, 1.2, 3),
		stalls: poissonTimes(uniform, 1000 / 0.4, endMs).map((atMs) => ({
			atMs,
			lengthMs: exponential(uniform, 25),
		})),
	};
}

/** The station leaves its channel to look for others, every 11 s in three seeds of five, every 60 s in one,
 * never in one; the same for the even as for the odd seeds. */
function wifiScans(scene: Scene): Stall[] {
	const { uniform, seed, endMs } = scene;
	const periodMs = [11_000, 11_000, 11_000, 60_000, Infinity][Math.floor(Math.abs(seed) / 2) % 5]!;
	const stalls: Stall[] = [];
	for (let atMs = periodMs * uniform(); atMs < endMs; atMs += periodMs) {
		stalls.push({ atMs, lengthMs: lognormal(uniform, 300, 0.35) });
	}
	return stalls;
}

/** Outages of mobile links, after which the backlog comes at the link's rate. */
function lteOutages({ uniform, endMs }: Scene): Stall[] {
	return poissonTimes(uniform, 20_000, endMs).map((atMs) => ({
		atMs,
		lengthMs: lognormal(uniform, 150, 0.9),
		drainFactor: logUniform(uniform, 2, 6),
	}));
}

function tcpLoss(rttMs: number): (scene: Scene) => Parts {
	return (scene) => {
		const { uniform, frameMs, endMs } = scene;
		const noise = wiredNoise(scene);
		const lossRate = logUniform(uniform, 0.001, 0.01);
		const count = Math.floor(endMs / frameMs);
		const lost = tcpLossDelays(count, { uniform, lossRate, rttMs, frameMs });
		return { delayMs: (_, k) => noise() + lost[k]! };
	};
}

/** 200 ms at a time: a block is sent when its last sample is captured. */
function blocks(scene: Scene): Float64Array {
	const perBlock = Math.max(1, Math.round(200 / scene.frameMs));
	return regular(scene).map((_, k) => Math.ceil((k + 1) / perBlock) * perBlock * scene.frameMs);
}

/** Pauses of 1 to 8 s, every 15 to 40 s. */
function withPauses({ uniform, endMs, frameMs }: Scene): Float64Array {
	const captured: number[] = [];
	let pauseAt = 1000 * (15 + 25 * uniform());
	for (let at = 0; at < endMs; at += frameMs) {
		if (at >= pauseAt) {
			at += 1000 * (1 + 7 * uniform());
			pauseAt = at + 1000 * (15 + 25 * uniform());
		}
		captured.push(at);
	}
	return Float64Array.from(captured);
}

/** Another route, 30 ms longer or shorter, every 20 to 60 s. Seven routes, of −90 to +90 ms. */
function routeSteps({ uniform, endMs }: Scene): (sentMs: number) => number {
	const steps: { at: number; ms: number }[] = [{ at: 0, ms: 0 }];
	for (let at = 0; at < endMs;) {
		at += 1000 * (20 + 40 * uniform());
		const last = steps.at(-1)!.ms;
		const step = uniform() < 0.5 ? -30 : 30;
		steps.push({ at, ms: Math.abs(last + step) > 90 ? last - step : last + step });
	}
	let current = 0;
	return (sentMs) => {
		while (steps[current + 1] && steps[current + 1]!.at <= sentMs) {
			current++;
		}
		return steps[current]!.ms;
	};
}

function every(periodMs: number, lengthMs: number, { endMs }: Scene): Stall[] {
	const count = Math.floor(endMs / periodMs);
	return Array.from({ length: count }, (_, i) => ({ atMs: (i + 0.5) * periodMs, lengthMs }));
}

/** By name. */
export const MODELS = {
	perfect: model('perfect', () => ({})),
	wired: model('wired', (scene) => ({ delayMs: wiredNoise(scene) })),
	'drift+100': model('drift+100', (scene) => ({
		capturedMs: regular(scene, 100),
		delayMs: wiredNoise(scene),
	})),
	'drift-100': model('drift-100', (scene) => ({
		capturedMs: regular(scene, -100),
		delayMs: wiredNoise(scene),
	})),
	'wifi-scans': model('wifi-scans', (scene) => {
		const { delayMs, stalls } = wifiNoise(scene);
		return { delayMs, stalls: [...stalls, ...wifiScans(scene)] };
	}),
	lte: model('lte', (scene) => ({
		delayMs: () => gamma(scene.uniform, 2, 4),
		stalls: lteOutages(scene),
	})),
	'tcp-loss-40': model('tcp-loss-40', tcpLoss(40)),
	'tcp-loss-160': model('tcp-loss-160', tcpLoss(160)),
	'bursty-200': model('bursty-200', (scene) => ({
		sentMs: blocks(scene),
		delayMs: wiredNoise(scene),
	})),
	// Even and odd seeds of a pair share the network.
	'sender-pauses': model('sender-pauses', (scene) => ({
		capturedMs: withPauses(scene),
		...(Math.floor(Math.abs(scene.seed) / 2) % 2 === 0
			? { delayMs: wiredNoise(scene) }
			: wifiNoise(scene)),
	})),
	'route-steps': model('route-steps', (scene) => {
		const noise = wiredNoise(scene);
		const route = routeSteps(scene);
		return { delayMs: (sentMs) => noise() + route(sentMs) };
	}),
	'periodic-stall': model('periodic-stall', (scene) => ({
		delayMs: wiredNoise(scene),
		stalls: every(11_000, 300, scene),
	})),
	'single-stall': model('single-stall', ({ endMs }) => ({
		stalls: [{ atMs: endMs / 2, lengthMs: 300 }],
	})),
} satisfies Record<string, NetworkModel>;

export type ModelName = keyof typeof MODELS;

export const MODEL_NAMES = Object.keys(MODELS) as readonly ModelName[];

export function modelTrace(
	name: ModelName,
	seed: number,
	seconds?: number,
	frameMs?: number,
): Trace {
	return MODELS[name](seed, seconds, frameMs);
}
