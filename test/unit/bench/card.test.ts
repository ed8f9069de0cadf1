import { describe, expect, it } from 'vitest';
import { CardClock, type Arrival } from '../../bench/peers/card-clock.js';
import {
	compare,
	impulseLatencies,
	impulses,
	interleaved,
	noise,
} from '../../bench/peers/card-signals.js';
import { random } from '../../support/random.js';

const RATE = 48_000;
const BLOCK = 240;
const BLOCK_MS = 5;
/** Milliseconds since 1970 at which sample frame 0 leaves the card. */
const BEGIN = 1_795_000_000_000;
const AHEAD_MS = 32;
const SEED = 5;

/** Blocks taken every 5 ms, each up to 3 ms late and every tenth 40 ms late. */
function arrivals(seconds: number): Arrival[] {
	const next = random(SEED);
	return Array.from({ length: (seconds * RATE) / BLOCK }, (_, k) => ({
		end: (k + 1) * BLOCK,
		atMs: BEGIN + k * BLOCK_MS + (k % 10 === 9 ? 40 : 3 * next()),
	}));
}

function cardClock(pieces: readonly Arrival[]): CardClock {
	return new CardClock(pieces, RATE, BLOCK_MS, AHEAD_MS);
}

/** `lead` sample frames of silence, then `planes`, then silence. */
function recorded(planes: readonly Float32Array[], lead: number): Float32Array[] {
	return planes.map((plane) => {
		const result = new Float32Array(lead + plane.length + RATE);
		result.set(plane, lead);
		return result;
	});
}

function planesOf(stream: Int32Array): Float32Array[] {
	return [0, 1].map((channel) =>
		Float32Array.from({ length: stream.length / 2 }, (_, i) =>
			Math.fround(stream[2 * i + channel]! * 2 ** -31),
		),
	);
}

describe("the sound card's clock", () => {
	it('is what arrived without delay, within 0.2 ms', () => {
		const clock = cardClock(arrivals(10));
		expect(Math.abs(clock.systemOf(RATE) - (BEGIN + 1000))).toBeLessThan(0.2);
		expect(clock.sampleAt(clock.systemOf(12_345))).toBe(12_345);
		expect(clock.systemOf(7) - clock.renderedAt(7)).toBe(AHEAD_MS);
		expect(clock.unevennessMs).toBeLessThan(0.2);
	});

	it('is uneven where a block was lost', () => {
		const pieces = arrivals(10).map(({ end, atMs }) => ({
			end: end > 7 * RATE ? end - BLOCK : end,
			atMs,
		}));
		expect(cardClock(pieces).unevennessMs).toBeGreaterThan(4);
	});
});

describe('the comparison of samples', () => {
	const stream = noise(1, SEED);
	const whole = 2 * (RATE - 480);

	it('finds the stream, and nothing that differs', () => {
		const heard = recorded(planesOf(stream), 5000);
		expect(compare(heard, stream)).toEqual({ comparedSamples: whole, differingSamples: 0 });
	});

	it('counts a sample that is off by its last bit', () => {
		const heard = recorded(planesOf(stream), 5000);
		heard[1]![25_000]! *= 1 + 2 ** -23;
		expect(compare(heard, stream).differingSamples).toBe(1);
	});

	it('counts all that follows a lost sample', () => {
		const heard = recorded(planesOf(stream), 5000).map((plane) =>
			Float32Array.from(plane, (sample, i) => (i < 29_000 ? sample : (plane[i + 1] ?? 0))),
		);
		const { differingSamples } = compare(heard, stream);
		expect(differingSamples).toBeGreaterThan(0.99 * 2 * (RATE - 240 - 24_000));
	});

	it('counts nearly everything when the volume is off', () => {
		const heard = recorded(planesOf(stream), 5000).map((plane) => plane.map((x) => 0.99 * x));
		expect(compare(heard, stream).differingSamples).toBeGreaterThan(0.99 * whole);
	});
});

describe('the latency of impulses', () => {
	it('is read back within 0.2 ms, those that are missing left out', () => {
		const latencyMs = 60;
		const frames = 200;
		const clock = cardClock(arrivals(10));
		const next = random(SEED);
		const sentMs = Array.from({ length: frames }, (_, k) => BEGIN + 1000 + 20 * k + 2 * next());
		const [plane] = planesOf(interleaved(impulses(4)));
		const heard = new Float32Array(10 * RATE);
		const wanted = Array.from(plane!.keys()).filter((i) => plane![i] !== 0);
		for (const i of wanted.slice(1)) {
			const at = sentMs[Math.floor(i / 960)]! + (i % 960) / 48 + latencyMs;
			heard[Math.round(48 * (at - BEGIN))] = 0.5;
		}
		const found = impulseLatencies(heard, clock, { sentMs, frameLength: 960 });
		expect(found).toHaveLength(wanted.length - 1);
		for (const latency of found) {
			expect(Math.abs(latency - latencyMs)).toBeLessThan(0.2);
		}
	});
});
