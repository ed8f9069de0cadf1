import { describe, expect, it } from 'vitest';
import { MODEL_NAMES, modelTrace } from '../../bench/underrun/network-models.js';
import { PaceWatch } from '../../../src/receiver/pace-watch.js';
import { random } from '../../support/random.js';

const SEED = 20_261_122;

/** Seconds of media a message brings, as declared. */
const MESSAGE = 0.02;

/** Every verdict on messages that come at these seconds. */
function verdicts(arrivals: Iterable<number>, media = MESSAGE): number[] {
	const watch = new PaceWatch();
	return Array.from(arrivals, (at) => watch.observe(at, media)).filter((pace) => pace !== null);
}

/** Seconds at which messages come: at `pace`, each up to `jitter` seconds late. */
function* paced(pace: number, seconds: number, jitter = 0, media = MESSAGE): Iterable<number> {
	const next = random(SEED);
	for (let at = 0; at < seconds; at += media / pace) {
		yield at + jitter * next();
	}
}

describe('PaceWatch', () => {
	it.each([
		['a mono stream declared stereo', 0.5],
		['a stereo stream declared mono', 2],
		['44.1 kHz declared 48', 44.1 / 48],
		['48 kHz declared 44.1', 48 / 44.1],
		['8 kHz declared 16, mono declared stereo', 0.25],
	])('finds %s within 11 s, and says how fast it comes', (_, pace) => {
		const found = verdicts(paced(pace, 11.5, 0.015));
		expect(found.length).toBeGreaterThan(0);
		expect(found[0]! / pace).toBeCloseTo(1, 1.5);
	});

	it('finds it in large messages', () => {
		expect(verdicts(paced(0.5, 20, 0, 0.4), 0.4)[0]).toBeCloseTo(0.5, 1);
	});

	it('suspects no right stream on any network', () => {
		for (const name of MODEL_NAMES) {
			for (const seed of [1, 3, 5]) {
				const { arrivalMs, frameMs } = modelTrace(name, seed, 290);
				const arrivals = Array.from(arrivalMs, (ms) => ms / 1000);
				expect(verdicts(arrivals, frameMs / 1000), `${name}, seed ${seed}`).toEqual([]);
			}
		}
	});

	it('suspects no sender that pauses between words, or beeps', () => {
		const next = random(SEED);
		const words: number[] = [];
		for (let at = 0; at < 300; at += 0.26 + 0.6 * next()) {
			for (const end = at + 0.1 + 0.8 * next(); at < end; at += MESSAGE) {
				words.push(at);
			}
		}
		expect(verdicts(words)).toEqual([]);
		const beeps = [...paced(1, 60)].filter((at) => at % 1 < 0.5);
		expect(verdicts(beeps)).toEqual([]);
	});

	it('suspects no stream that begins with what had waited, nor one that was held up', () => {
		const backlog = Array.from({ length: 200 }, (_, i) => i * 1e-4);
		expect(verdicts([...backlog, ...paced(1, 60)])).toEqual([]);
		const heldUp = [...paced(1, 60)].map((at) => (at % 5 < 1.5 ? at - (at % 5) + 1.5 : at));
		expect(verdicts(heldUp)).toEqual([]);
	});

	it('leaves a timer that is 4 % slow, and a file that comes at once', () => {
		expect(verdicts(paced(0.96, 60, 0.01))).toEqual([]);
		expect(verdicts(paced(20, 60))).toEqual([]);
	});
});
