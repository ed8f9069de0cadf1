import { describe, expect, it } from 'vitest';
import { PlayoutRig } from '../../support/playout-rig.js';
import { energyAboveDb, thdPlusNoiseDb } from '../../support/spectrum.js';

const MINUS_1_DB = 10 ** (-1 / 20);

function sine(seconds: number, rate: number, frequency: number): Float32Array {
	return Float32Array.from(
		{ length: Math.round(seconds * rate) },
		(_, i) => MINUS_1_DB * Math.sin((2 * Math.PI * frequency * i) / rate),
	);
}

/** What the engine makes of a tone, less the fades at both ends. */
function convert(mediaRate: number, outputRate: number, frequency: number): Float32Array {
	const rig = new PlayoutRig({ mediaRate, outputRate, mode: 'complete', ringSeconds: 3 });
	rig.write(sine(2, mediaRate, frequency));
	rig.writer.mark('end', 0, 1);
	rig.render(2.2);
	const { heard } = rig;
	const first = heard.findIndex((sample) => sample !== 0);
	return heard.slice(first + 0.1 * outputRate, first + 1.8 * outputRate);
}

describe('Resampler', () => {
	it.each([
		[16_000, 48_000],
		[44_100, 48_000],
		[48_000, 44_100],
		[8_000, 48_000],
		[96_000, 48_000],
		[384_000, 44_100],
		[11_025, 48_000],
		[12_345, 48_000],
	])('keeps THD+N of 997 Hz at -1 dBFS below -110 dB from %i to %i Hz', (mediaRate, outputRate) => {
		const heard = convert(mediaRate, outputRate, 997);
		const thdN = thdPlusNoiseDb(heard, outputRate, 997);
		console.log(`${mediaRate} -> ${outputRate} Hz: THD+N ${thdN.toFixed(1)} dB`);
		expect(thdN).toBeLessThan(-110);
	});

	it('leaves no image above 8.5 kHz from 16 to 48 kHz, whatever the tone', () => {
		for (const frequency of [997, 4000, 6000, 7000, 7500]) {
			const image = energyAboveDb(convert(16_000, 48_000, frequency), 48_000, 8500);
			console.log(`${frequency} Hz: energy above 8.5 kHz ${image.toFixed(1)} dB`);
			expect(image).toBeLessThan(-90);
		}
	});

	it('passes up to 7 kHz of 16 kHz flat within 0.1 dB', () => {
		for (const frequency of [100, 1000, 3000, 5000, 6500, 7000]) {
			const heard = convert(16_000, 48_000, frequency);
			const power = heard.reduce((sum, x) => sum + x * x, 0) / heard.length;
			const gain = 10 * Math.log10((2 * power) / MINUS_1_DB ** 2);
			console.log(`${frequency} Hz: ${gain.toFixed(3)} dB`);
			expect(Math.abs(gain)).toBeLessThan(0.1);
		}
	});

	it('keeps pace over five minutes: no sample more or less than the ratio says', () => {
		const rig = new PlayoutRig({
			mediaRate: 44_100,
			outputRate: 48_000,
			mode: 'complete',
			quantum: 480,
		});
		const second = new Float32Array(44_100);
		rig.write(second);
		for (let s = 1; s < 300; s++) {
			rig.write(second);
			rig.render(1);
		}
		rig.writer.mark('end', 0, 1);
		rig.render(2);
		expect(rig.value('emitted')).toBeGreaterThan(300 * 48_000 - 2);
		expect(rig.value('emitted')).toBeLessThan(300 * 48_000 + 2);
	});
});
