import { describe, expect, it } from 'vitest';
import { ArrivalModel } from '../../../src/receiver/arrival-model.js';
import { random } from '../../support/random.js';

describe('ArrivalModel', () => {
	it('measures delays above the fastest arrival of the last 4 s', () => {
		const model = new ArrivalModel();
		for (let k = 0; k < 500; k++) {
			model.observe(k * 0.02 + (k % 10 === 0 ? 0.03 : 0.005), k * 0.02);
		}
		expect(model.greatest).toBeCloseTo(0.025, 6);
		expect(model.p95).toBeCloseTo(0.025, 6);
		expect(model.driftPpm).toBeCloseTo(0, 6);
	});

	it.each([-300, -30, 30, 300])('finds a drift of %i ppm under 5 ms of jitter', (ppm) => {
		const next = random(11);
		const model = new ArrivalModel();
		for (let k = 0; k < 60 * 50; k++) {
			const mediaTime = k * 0.02;
			model.observe(mediaTime / (1 + ppm * 1e-6) - Math.log(1 - next()) * 0.005, mediaTime);
		}
		expect(Math.abs(model.driftPpm - ppm)).toBeLessThan(10);
	});

	it('does not compare connections', () => {
		const model = new ArrivalModel();
		model.observe(0, 0);
		model.restart();
		model.observe(100, 0);
		expect(model.greatest).toBe(0);
	});
});
