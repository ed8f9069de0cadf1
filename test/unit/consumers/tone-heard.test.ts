import { describe, expect, it } from 'vitest';
import { toneHeard } from '../../consumers/tone-heard.js';
import { mix, tone, whiteNoise } from '../../support/signals.js';

const RATE = 44_100;
const SPAN = { sampleRate: RATE, seconds: 0.7 };

describe('toneHeard', () => {
	it('tells frequency and level of what comes near', () => {
		const heard = toneHeard(Float32Array.from(tone(SPAN, 442, 0.25)), RATE, 440);
		expect(heard.frequency).toBeCloseTo(442, 1);
		expect(heard.levelDb).toBeCloseTo(20 * Math.log10(0.25), 1);
		expect(heard.noiseDb).toBeLessThan(-100);
		expect(heard.clicks).toBe(0);
	});

	it('counts places where the tone jumps', () => {
		const cut = tone(SPAN, 440, 0.25);
		cut.set(tone(SPAN, 440, 0.25, 2).subarray(10_000, 20_000), 10_000);
		expect(toneHeard(Float32Array.from(cut), RATE, 440).clicks).toBeGreaterThan(0);
	});

	it('hears noise, another tone, and silence', () => {
		const noisy = mix(tone(SPAN, 440, 0.25), whiteNoise(SPAN, 0.01, 1));
		expect(toneHeard(Float32Array.from(noisy), RATE, 440).noiseDb).toBeGreaterThan(-30);
		const other = toneHeard(Float32Array.from(tone(SPAN, 660, 0.25)), RATE, 440);
		expect(other.noiseDb).toBeGreaterThan(0);
		expect(toneHeard(new Float32Array(32_768), RATE, 440).levelDb).toBe(-Infinity);
	});
});
