import { describe, expect, it } from 'vitest';
import { findClicks, findSineClicks } from '../../support/click-detector.js';
import { PlayoutRig } from '../../support/playout-rig.js';
import { random } from '../../support/random.js';

const RATE = 48_000;
const FREQUENCY = 440;
const AMPLITUDE = 0.5;

function sine(seconds: number, rate = RATE): Float32Array {
	return Float32Array.from(
		{ length: Math.round(seconds * rate) },
		(_, i) => AMPLITUDE * Math.sin((2 * Math.PI * FREQUENCY * i) / rate),
	);
}

function expectNoClick(heard: Float32Array): void {
	expect(heard.every(Number.isFinite)).toBe(true);
	// A fade of 5 ms bends the sine by at most (π/2 / 240)² · A more.
	expect(findSineClicks(heard, RATE, FREQUENCY, AMPLITUDE)).toEqual([]);
}

/** Length of the longest run of zeros between sounds, samples. */
function longestSilence(heard: Float32Array): number {
	let longest = 0;
	let run = 0;
	let hasSounded = false;
	for (const sample of heard) {
		if (sample === 0) {
			run++;
		} else {
			longest = hasSounded ? Math.max(longest, run) : 0;
			hasSounded = true;
			run = 0;
		}
	}
	return longest;
}

describe('the click detectors', () => {
	it('find a planted hard cut, and nothing in the sine without it', () => {
		const whole = sine(1);
		expect(findSineClicks(whole, RATE, FREQUENCY, AMPLITUDE)).toEqual([]);
		expect(findClicks(whole, RATE)).toEqual([]);
		const cut = whole.slice();
		cut.copyWithin(24_000, 24_037);
		expect(findSineClicks(cut, RATE, FREQUENCY, AMPLITUDE)).not.toEqual([]);
		expect(findClicks(cut.subarray(0, 47_000), RATE)).toHaveLength(1);
	});

	it('find a cut to silence', () => {
		const cut = sine(1);
		cut.fill(0, 24_030, 26_000);
		expect(findSineClicks(cut, RATE, FREQUENCY, AMPLITUDE)).not.toEqual([]);
		expect(findClicks(cut, RATE).length).toBeGreaterThan(0);
	});
});

describe('PlayoutEngine', { timeout: 30_000 }, () => {
	it('is exact at equal rates, apart from the fades', () => {
		const next = random(1);
		const noise = Float32Array.from({ length: RATE }, () => next() * 2 - 1);
		const rig = new PlayoutRig();
		rig.stream(noise, 0.02);
		rig.writer.mark('end', noise.length, -1);
		rig.render(0.3);
		const { heard } = rig;
		const begin = heard.indexOf(noise[240]!) - 240;
		for (let i = 240; i < noise.length - 240; i++) {
			if (heard[begin + i] !== noise[i]) {
				expect.fail(`sample ${i}: expected ${noise[i]!}, got ${heard[begin + i]!}`);
			}
		}
		expect(rig.value('streamEndId')).toBe(-1);
		expect(rig.value('concealed')).toBe(0);
		expect(rig.value('emitted')).toBe(noise.length);
	});

	it('waits for the target delay before the first sound', () => {
		const rig = new PlayoutRig({ targetDelay: 0.1 });
		rig.write(sine(0.09));
		rig.render(0.05);
		expect(rig.heard.every((sample) => sample === 0)).toBe(true);
		rig.write(sine(0.02));
		rig.render(0.05);
		expect(rig.heard.some((sample) => sample !== 0)).toBe(true);
	});

	it('conceals an underrun, fades it out, goes on from what comes, and counts it', () => {
		const rig = new PlayoutRig();
		rig.stream(sine(3), 0.02, (frame) => (frame >= 60 && frame < 80 ? (80 - frame) * 0.02 : 0));
		expect(rig.value('concealmentEvents')).toBe(1);
		expect(rig.value('starts')).toBe(1);
		// 400 ms without arrivals, 100 ms at hand, played slower once they are overdue; 120 ms of the rest
		// fade out.
		const concealed = rig.value('concealed') / RATE;
		expect(concealed).toBeGreaterThan(0.25);
		expect(concealed).toBeLessThan(0.3);
		expect(concealed - rig.value('silentConcealed') / RATE).toBeCloseTo(0.12, 2);
		expectNoClick(rig.heard);
	});

	it('never sounds without the level to fade out, at any arrival jitter', () => {
		for (let seed = 1; seed <= 20; seed++) {
			const next = random(seed);
			const rig = new PlayoutRig({ targetDelay: 0.04 });
			rig.stream(sine(4), 0.02, () => (next() < 0.1 ? next() * 0.2 : next() * 0.01));
			expectNoClick(rig.heard);
			expect(rig.value('concealmentEvents'), `seed ${seed}`).toBeGreaterThan(0);
		}
	});

	it('skips a large surplus with a crossfade, in live mode only', () => {
		for (const mode of ['live', 'complete'] as const) {
			const rig = new PlayoutRig({ mode, ringSeconds: 8 });
			rig.write(sine(3));
			rig.stream(sine(4), 0.02);
			const surplus = rig.value('playoutDelay') - 0.1;
			if (mode === 'live') {
				expect(Math.abs(surplus)).toBeLessThan(0.01);
				expect(rig.value('discarded') / RATE).toBeCloseTo(2.9, 1);
			} else {
				expect(surplus).toBeCloseTo(2.9, 1);
				expect(rig.value('discarded') + rig.value('removed') + rig.value('inserted')).toBe(0);
			}
			expect(findClicks(rig.heard, RATE)).toEqual([]);
			// The sine crosses zero.
			expect(longestSilence(rig.heard)).toBeLessThan(3);
		}
	});

	it('crossfades over lost frames at any distance from one another', () => {
		for (let seed = 1; seed <= 20; seed++) {
			const next = random(seed);
			const rig = new PlayoutRig({ targetDelay: 0.15 });
			const loss = next() * 0.7;
			// The loss shortens the media: feed it at its own pace, so that nothing runs out.
			const lost = Array.from({ length: 800 }, (_, frame) => frame > 100 && next() < loss);
			const signal = sine(8);
			let isGap = false;
			for (let frame = 0; frame < 800; frame++) {
				if (lost[frame] === true) {
					isGap = true;
					continue;
				}
				if (isGap) {
					rig.writer.mark('splice', frame * 480);
					isGap = false;
				}
				rig.write(signal.subarray(frame * 480, (frame + 1) * 480));
				rig.render(0.008);
			}
			expect(findClicks(rig.heard, RATE), `seed ${seed}`).toEqual([]);
		}
	});

	it('pauses, plays on and flushes without a click, and tells what was heard', () => {
		const rig = new PlayoutRig({ mode: 'complete' });
		rig.write(sine(2));
		rig.render(0.5);
		rig.engine.pause();
		rig.render(0.2);
		const paused = rig.value('mediaPosition');
		rig.render(0.2);
		expect(rig.value('mediaPosition')).toBe(paused);
		rig.engine.play();
		rig.render(0.3);
		rig.engine.flush(1);
		rig.writer.mark('flush', 96_000, 1);
		rig.render(0.2);
		expect(rig.value('flushId')).toBe(1);
		expect(rig.value('flushPosition') / RATE).toBeCloseTo(0.81, 2);
		expect(rig.value('bufferLevel')).toBe(0);
		rig.write(sine(1));
		rig.render(0.5);
		expectNoClick(rig.heard);
		expect(rig.value('concealed')).toBe(0);
		expect(rig.value('starts')).toBe(3);
	});

	it('does not drop what is written after a flush, whichever message comes first', () => {
		for (const markFirst of [true, false]) {
			const rig = new PlayoutRig({ mode: 'complete' });
			rig.write(sine(1));
			rig.render(0.3);
			const steps = [
				(): void => {
					rig.writer.mark('flush', RATE, 7);
					rig.write(sine(0.5));
				},
				(): void => rig.engine.flush(7),
			];
			for (const step of markFirst ? steps : steps.reverse()) {
				step();
				rig.render(0.1);
			}
			rig.writer.mark('end', 0, 8);
			rig.render(1);
			expect(rig.value('endId')).toBe(8);
			expectNoClick(rig.heard);
		}
	});

	it('changes rate in mid-stream without a click or a loss', () => {
		const rig = new PlayoutRig({ mode: 'complete' });
		rig.write(sine(0.5));
		rig.openRing(16_000);
		rig.write(sine(0.5, 16_000));
		rig.writer.mark('end', 0, 3);
		rig.render(1.2);
		expect(rig.value('endId')).toBe(3);
		expect(rig.value('mediaRate')).toBe(16_000);
		expect(rig.value('discarded')).toBe(0);
		expect(rig.value('concealed')).toBe(0);
		expect(rig.value('emitted')).toBeGreaterThanOrEqual(RATE - 4);
		expectNoClick(rig.heard);
	});

	it('plays a short stream that ends below the target delay', () => {
		const rig = new PlayoutRig();
		rig.write(sine(0.03));
		rig.writer.mark('end', 1440, 1);
		rig.render(0.1);
		expect(rig.value('emitted')).toBe(1440);
		expect(rig.value('endId')).toBe(1);
		expect(rig.value('concealmentEvents')).toBe(0);
	});

	it('has no edge in a sound shorter than its two fades', () => {
		for (const milliseconds of [1, 3, 6, 8, 11, 14]) {
			const rig = new PlayoutRig();
			const sound = sine(0.5).subarray(1000, 1000 + 48 * milliseconds);
			rig.write(sound);
			rig.writer.mark('end', sound.length, 1);
			rig.render(0.1);
			expect(rig.value('endId')).toBe(1);
			expectNoClick(rig.heard);
		}
	});

	it('flushes though it is told to play on in the middle of the fade to a pause', () => {
		const rig = new PlayoutRig({ mode: 'complete' });
		rig.write(sine(1));
		rig.render(0.3);
		rig.engine.pause();
		rig.engine.flush(3);
		rig.engine.play();
		rig.writer.mark('flush', RATE, 3);
		rig.render(0.1);
		expect(rig.value('flushId')).toBe(3);
		expect(rig.value('bufferLevel')).toBe(0);
		expectNoClick(rig.heard);
	});

	it('plays less than the target delay once that has passed', () => {
		const rig = new PlayoutRig({ targetDelay: 0.1 });
		rig.write(sine(0.05));
		rig.render(0.09);
		expect(rig.value('emitted')).toBe(0);
		rig.render(0.3);
		expect(rig.value('emitted') - rig.value('inserted')).toBe(2400);
	});

	it('does not sound what an underrun left over, in the middle of a long stall', () => {
		for (const mediaRate of [48_000, 44_100, 16_000]) {
			const rig = new PlayoutRig({ mediaRate });
			rig.write(sine(0.5, mediaRate));
			rig.render(5);
			expect(rig.value('starts')).toBe(1);
			expect(rig.value('concealmentEvents')).toBe(1);
		}
	});

	it('comes to the end though the last frame after a loss is too short to crossfade into', () => {
		for (const frames of [1, 100, 300, 479, 480, 2000]) {
			const rig = new PlayoutRig();
			rig.write(sine(0.4));
			rig.writer.mark('splice', 30_000);
			rig.write(sine(0.5).subarray(0, frames));
			rig.writer.mark('end', 30_000 + frames, 9);
			rig.render(2);
			expect(rig.value('endId'), `${frames} sample frames`).toBe(9);
			expectNoClick(rig.heard);
		}
	});

	it('has no edge where what came after an underrun is shorter than a render call', () => {
		for (const outputRate of [8_000, 16_000, 24_000]) {
			for (const milliseconds of [6, 10, 14, 30]) {
				const rig = new PlayoutRig({ mediaRate: 16_000, outputRate });
				rig.write(sine(0.4, 16_000));
				rig.render(0.55);
				rig.write(sine(0.5, 16_000).subarray(0, 16 * milliseconds));
				rig.writer.mark('end', 0, 1);
				rig.render(1);
				expect(rig.value('endId')).toBe(1);
				const { heard } = rig;
				const steps = heard.map((sample, i) => Math.abs(sample - (heard[i - 1] ?? 0)));
				const step = steps.reduce((most, value) => Math.max(most, value), 0);
				// Twice the steepest a sine of this frequency is at this rate.
				expect(step).toBeLessThan((2 * AMPLITUDE * 2 * Math.PI * FREQUENCY) / outputRate);
			}
		}
	});

	it('crossfades though a splice comes when nothing is left before it', () => {
		for (const left of [0, 4, 32, 120]) {
			const rig = new PlayoutRig({ targetDelay: 0.02, mode: 'complete' });
			const signal = sine(1);
			rig.write(signal.subarray(0, 960));
			rig.render(960 / RATE);
			rig.write(signal.subarray(960, 9600));
			const calls = Math.floor((9600 - rig.value('mediaPosition') - left) / 128);
			rig.render((calls * 128) / RATE);
			rig.writer.mark('splice', 50_000);
			rig.write(signal.map((sample) => -sample));
			rig.render(0.3);
			expectNoClick(rig.heard);
		}
	});

	it('keeps a fixed delay of seconds, and plays all in complete mode after an underrun', () => {
		const fixed = new PlayoutRig({ targetDelay: 2, ringSeconds: 8 });
		fixed.stream(sine(6), 0.02);
		expect(fixed.value('playoutDelay')).toBeCloseTo(2, 1);
		const whole = new PlayoutRig({ mode: 'complete' });
		whole.write(sine(0.2));
		whole.render(0.36);
		whole.write(sine(1));
		whole.render(1.5);
		expect(whole.value('concealmentEvents')).toBeGreaterThan(0);
		expect(whole.value('discarded')).toBe(0);
	});

	it('never counts backwards, with a drifting clock and an hour of silence', () => {
		const rig = new PlayoutRig({ targetDelay: null, mediaRate: 16_000 });
		rig.stream(sine(40, 16_000), 0.02 * 0.999);
		let before = rig.value('emitted');
		for (let minute = 0; minute < 20; minute++) {
			rig.render(3);
			expect(rig.value('emitted')).toBeGreaterThanOrEqual(before);
			before = rig.value('emitted');
		}
	});

	it('does not take talk and long silence by turns for stalls', () => {
		const rig = new PlayoutRig({ targetDelay: null, mediaRate: 8_000, outputRate: 8_000 });
		const talk = sine(5, 8_000);
		for (let turn = 0; turn < 3; turn++) {
			rig.stream(talk, 0.02);
			rig.render(35);
		}
		rig.stream(talk, 0.02);
		expect(rig.value('targetDelay')).toBeLessThan(0.05);
	});

	it('fills every channel of any quantum, with no ring as well', () => {
		for (const quantum of [1, 32, 100, 128, 480, 2048]) {
			const rig = new PlayoutRig({ quantum, channels: 3, outputRate: 44_100 });
			rig.render(0.1);
			rig.write(sine(0.5));
			rig.render(0.7);
			expect(rig.heard.every(Number.isFinite)).toBe(true);
			expect(rig.value('emitted')).toBeGreaterThan(20_000);
		}
	});
});
