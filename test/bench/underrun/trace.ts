// An arrival trace: when each frame of a live stream was captured, and when it arrived.
import { readFileSync } from 'node:fs';

/** What WebRTC's NetEq did on the same arrivals. */
export interface NetEqResult {
	readonly signal: string;
	readonly meanDelayMs: number;
	readonly concealedPercent: number;
	readonly concealmentEventsPerMinute?: number;
	readonly stretchedPercent?: number;
}

export interface Trace {
	readonly name: string;
	/** Media time of a frame. */
	readonly frameMs: number;
	/** Frames at the start that are played but not counted: the player may still learn the network. */
	readonly skipFirstFrames: number;
	/** When frame k was complete at the receiver, on the receiver's clock. Never decreases: TCP delivers
	 * in order. */
	readonly arrivalMs: Float64Array;
	/** When the first sample of frame k was captured, on the receiver's clock up to a constant. Its place
	 * in the stream is k·frameMs always; captured it is at another time if the sender's clock drifts, or
	 * if the sender paused: a pause has no media, the frame after it is just captured later.
	 * @default k·frameMs */
	readonly capturedMs?: Float64Array;
	readonly netEq?: NetEqResult;
}

/** capturedMs of every frame. */
export function captureTimes(trace: Trace): Float64Array {
	return trace.capturedMs ?? trace.arrivalMs.map((_, k) => k * trace.frameMs);
}

/** From capture to arrival, ms, of the fastest frame of the whole trace: the zero of every delay here.
 * (The capture clock's zero is arbitrary, so this is no latency by itself.) */
export function fastestTransitMs(trace: Trace): number {
	const captured = captureTimes(trace);
	return trace.arrivalMs.reduce((least, at, k) => Math.min(least, at - captured[k]!), Infinity);
}

/** d of every frame: how much later than the fastest frame it arrived after its capture, ms, ≥ 0. */
export function relativeDelays(trace: Trace): Float64Array {
	const captured = captureTimes(trace);
	const fastest = fastestTransitMs(trace);
	return trace.arrivalMs.map((at, k) => at - captured[k]! - fastest);
}

/** When the sample at `mediaMs` of the stream was captured. The playout delay of a sample played at time t
 * is t − captureTimeOf(…) − fastestTransitMs(…). @param captured of `captureTimes`. */
export function captureTimeOf(captured: Float64Array, frameMs: number, mediaMs: number): number {
	const frame = Math.max(0, Math.min(captured.length - 1, Math.floor(mediaMs / frameMs)));
	return captured[frame]! + mediaMs - frame * frameMs;
}

/** When counting begins: the first counted frame arrives. */
export function countedFromMs(trace: Trace): number {
	return trace.arrivalMs[trace.skipFirstFrames]!;
}

/** How long the sender paused between frame k and the next one, ms; 0 if it did not. Less than half a
 * frame is drift. */
export function pauseAfter(captured: Float64Array, frameMs: number, k: number): number {
	const next = captured[k + 1];
	const extra = next === undefined ? 0 : next - captured[k]! - frameMs;
	return extra > frameMs / 2 ? extra : 0;
}

/** A trace of a JSON file. @throws Error that tells what was expected and what came. */
export function readTrace(path: string): Trace {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (error) {
		throw new Error(`Cannot read the trace ${path}: ${(error as Error).message}`, {
			cause: error,
		});
	}
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new Error(`${path} is not JSON: ${(error as Error).message}`, { cause: error });
	}
	return checkTrace(value, path);
}

/** @param source what to call it in an error. */
export function checkTrace(value: unknown, source: string): Trace {
	const fields = object(value, source);
	const name = fields['name'];
	if (typeof name !== 'string' || name === '') {
		throw expected(source, '"name" to be a text that is not empty', name);
	}
	const frameMs = finite(fields['frameMs'], `${source}: "frameMs"`);
	if (frameMs <= 0) {
		throw expected(source, '"frameMs" above 0', frameMs);
	}
	const arrivalMs = times(fields['arrivalMs'], 'arrivalMs', source);
	const skipFirstFrames = fields['skipFirstFrames'] ?? 0;
	if (
		!Number.isInteger(skipFirstFrames) ||
		Number(skipFirstFrames) < 0 ||
		Number(skipFirstFrames) >= arrivalMs.length
	) {
		throw expected(
			source,
			`"skipFirstFrames" to be whole, 0 to ${arrivalMs.length - 1}`,
			skipFirstFrames,
		);
	}
	return {
		name,
		frameMs,
		skipFirstFrames: Number(skipFirstFrames),
		arrivalMs,
		...captureField(fields['capturedMs'], arrivalMs.length, source),
		...netEqField(fields['netEq'], source),
	};
}

function captureField(value: unknown, length: number, source: string): Partial<Trace> {
	if (value === undefined) {
		return {};
	}
	const capturedMs = times(value, 'capturedMs', source);
	if (capturedMs.length !== length) {
		throw expected(source, `${length} "capturedMs", as many as arrivals`, capturedMs.length);
	}
	return { capturedMs };
}

function netEqField(value: unknown, source: string): Partial<Trace> {
	if (value === undefined) {
		return {};
	}
	const fields = object(value, `${source}: "netEq"`);
	const optional = (name: string): Record<string, number> =>
		fields[name] === undefined
			? {}
			: { [name]: finite(fields[name], `${source}: "netEq.${name}"`) };
	return {
		netEq: {
			signal: typeof fields['signal'] === 'string' ? fields['signal'] : 'speech',
			meanDelayMs: finite(fields['meanDelayMs'], `${source}: "netEq.meanDelayMs"`),
			concealedPercent: finite(fields['concealedPercent'], `${source}: "netEq.concealedPercent"`),
			...optional('concealmentEventsPerMinute'),
			...optional('stretchedPercent'),
		},
	};
}

function times(value: unknown, field: string, source: string): Float64Array {
	if (!Array.isArray(value) || value.length === 0) {
		throw expected(source, `"${field}" to be a list of at least one time in ms`, value);
	}
	const result = Float64Array.from(value, (time: unknown, k) =>
		finite(time, `${source}: "${field}[${k}]"`),
	);
	const back = result.findIndex((time, k) => k > 0 && time < result[k - 1]!);
	if (back >= 0) {
		const wanted = `"${field}[${back}]" of at least the one before, ${result[back - 1]!}`;
		throw expected(source, wanted, result[back]);
	}
	return result;
}

function object(value: unknown, source: string): Record<string, unknown> {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw expected(source, 'an object', value);
	}
	return value as Record<string, unknown>;
}

function finite(value: unknown, source: string): number {
	if (typeof value !== 'number' || !Number.isFinite(value)) {
		throw expected(source, 'a finite number', value);
	}
	return value;
}

function expected(source: string, wanted: string, got: unknown): Error {
	const shown = got === undefined ? 'nothing' : JSON.stringify(got);
	return new Error(`${source}: expected ${wanted}, got ${shown.slice(0, 80)}.`);
}
