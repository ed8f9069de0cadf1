import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SIGNALS } from '../../bench/underrun/run.js';
import { SIGNAL_RATE, testSignal } from '../../bench/underrun/signals.js';

function peak(signal: Float32Array): number {
	return signal.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function forget(): void {
	const cache = new URL('../../output/underrun-signals/', import.meta.url);
	for (const name of SIGNALS) {
		rmSync(new URL(`${name}-7s-seed987654-v1.f32`, cache), { force: true });
	}
}

describe.each(SIGNALS)('the test signal %s', (kind) => {
	it('is the same when made and when kept', { timeout: 20_000 }, () => {
		forget();
		const made = testSignal(kind, 7, 987_654);
		const kept = testSignal(kind, 7, 987_654);
		forget();
		expect(kept).toEqual(made);
		expect(made.length).toBe(7 * SIGNAL_RATE);
		expect(made.every(Number.isFinite)).toBe(true);
		expect(peak(made)).toBeCloseTo(kind === 'tone' ? 0.501 : 0.708, 2);
	});
});
