import { describe, expect, it } from 'vitest';
import { modelTrace, type ModelName } from '../../bench/underrun/network-models.js';
import { geometricMean, perFixed } from '../../bench/underrun/report.js';
import { simulate } from '../../bench/underrun/simulator.js';
import { summarise, type Result } from '../../bench/underrun/summary.js';

const SECONDS = 60;

/** An odd seed: nothing was tuned on it. */
const SEED = 5;

function run(model: ModelName, profile: 'live' | 'balanced' | 'smooth' = 'balanced'): Result {
	const trace = modelTrace(model, SEED, SECONDS);
	const options = { signal: 'speech', content: 'speech', profile, seed: SEED } as const;
	return summarise(simulate(trace, options), trace, options);
}

/** The figure of merit of the shipped engine must not rot. Bounds are a tenth above what was measured. */
describe('playout on seeded networks', { timeout: 60_000 }, () => {
	const results = new Map<ModelName, Result>();
	const result = (model: ModelName): Result => {
		const found = results.get(model) ?? run(model);
		results.set(model, found);
		return found;
	};

	it.each<[ModelName, number]>([
		['perfect', 7],
		['wired', 18],
		['wifi-scans', 330],
		['lte', 66],
		['tcp-loss-40', 380],
		['bursty-200', 215],
	])('keeps J on %s below %d ms', (model, bound) => {
		const { j, clicks, minRate, maxRate } = result(model);
		console.log(
			`${model}: J ${j.toFixed(1)}, rates ${minRate.toFixed(3)} to ${maxRate.toFixed(3)}`,
		);
		expect(j).toBeLessThan(bound);
		expect(clicks).toBe(0);
		expect(minRate).toBeGreaterThanOrEqual(0.75);
		expect(maxRate).toBeLessThanOrEqual(1.2);
	});

	it('is no worse than the best fixed delay in hindsight, all in all', () => {
		const mean = geometricMean([...results.values()].map(perFixed))!;
		console.log(`J / J of the fixed delay: ${mean.toFixed(3)}`);
		expect(mean).toBeLessThan(1);
	});
});
