import { describe, expect, it } from 'vitest';
import { envelope } from '../../bench/underrun/envelope.js';
import { modelTrace } from '../../bench/underrun/network-models.js';
import { picture } from '../../bench/underrun/picture.js';

describe('an envelope', () => {
	const span = { fromMs: 0, toMs: 40, columns: 4 };

	it('keeps the least and the most of every column', () => {
		const times = Float64Array.of(0, 3, 9, 10, 25, 40);
		expect(envelope(times, [5, 9, 2, 7, NaN, 1], span)).toEqual([
			{ index: 0, least: 2, most: 9 },
			{ index: 1, least: 7, most: 7 },
			{ index: 3, least: 1, most: 1 },
		]);
	});

	it('leaves out what is beside it', () => {
		expect(envelope(Float64Array.of(-1, 41), [1, 1], span)).toEqual([]);
	});
});

describe('the picture of a run', () => {
	const trace = modelTrace('periodic-stall', 2);
	const quanta = 108_750;
	const each = (value: (i: number) => number): Float64Array =>
		Float64Array.from({ length: quanta }, (_, i) => value(i));
	const timeline = {
		timeMs: each((i) => (i * 128) / 48),
		targetMs: each(() => 70),
		playoutDelayMs: each((i) => (i < 100 ? NaN : 80 + 10 * Math.sin(i))),
		// 100 quanta at about 53 s.
		concealed: Uint8Array.from(each((i) => (i >= 20_000 && i < 20_100 ? 128 : 0))),
	};
	const svg = picture('a < b & "c"', trace, timeline);

	it('is of bounded size, however long the run', () => {
		expect(svg.length).toBeGreaterThan(10_000);
		expect(svg.length).toBeLessThan(150_000);
	});

	it('has all that it should show, and units', () => {
		expect(svg).toContain('<title>a &#60; b &#38; &#34;c&#34;</title>');
		expect(svg).toContain('>time, s<');
		expect(svg).toContain('>delay above the fastest frame, ms<');
		expect(
			svg.match(/<path d="M[\d.]+ [\d.]+V[^"]*" fill="none" stroke="#[^"]*" stroke-linecap/g),
		).toHaveLength(3);
		expect(svg).not.toMatch(/NaN|Infinity|undefined/);
	});

	it('shades the concealed stretch at its time, and nothing else', () => {
		const columns = [...svg.matchAll(/<rect x="(\d+)" y="48" width="1"/g)].map(([, x]) =>
			Number(x),
		);
		const perMs = 1124 / 290_000;
		expect(columns.length).toBeGreaterThanOrEqual(1);
		expect(columns.length).toBeLessThanOrEqual(3);
		expect(columns[0]).toBeCloseTo(60 + Math.floor(53_333 * perMs), -1);
	});

	it('draws nothing outside of its axes', () => {
		const heights = [...svg.matchAll(/[V ](\d+\.\d)(?=[VLM"])/g)].map(([, at]) => Number(at));
		expect(heights.length).toBeGreaterThan(1000);
		expect(Math.min(...heights)).toBeGreaterThanOrEqual(48);
		expect(Math.max(...heights)).toBeLessThanOrEqual(376);
	});

	it('can be drawn of a run that has not begun', () => {
		const empty = new Float64Array(0);
		const nothing = { timeMs: empty, targetMs: empty, playoutDelayMs: empty };
		const drawn = picture('', trace, { ...nothing, concealed: new Uint8Array(0) });
		expect(drawn).not.toMatch(/NaN|Infinity/);
	});
});
