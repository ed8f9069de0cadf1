import { describe, expect, it } from 'vitest';
import { findSineClicks } from '../../support/click-detector.js';
import { PlayoutRig } from '../../support/playout-rig.js';
import { random } from '../../support/random.js';
import { AMPLITUDE, HIGHEST, waveringTone } from '../../support/wavering-tone.js';

const QUANTUM = 128;
const FADE = 0.005;

/** Seconds: of a turn, and from its writing to its flush, which may come before sound, in its fade-in, in the middle,
 * when it has just run out, and when that has faded. */
const LONGEST_TURN = 0.5;
const LATEST_FLUSH = 0.35;

interface Flush {
	/** Samples of the output. */
	readonly writtenAt: number;
	readonly calledAt: number;
	/** Sample frames of the media. */
	readonly from: number;
	readonly position: number;
	/** Something was made up since it was written. */
	readonly isConcealed: boolean;
}

describe('a flush', () => {
	it.each([
		{ mediaRate: 24_000, outputRate: 48_000, seed: 11 },
		{ mediaRate: 24_000, outputRate: 44_100, seed: 12 },
		{ mediaRate: 48_000, outputRate: 48_000, seed: 13 },
	])(
		'at any moment fades within a quantum and 5 ms, and tells where: 200 times, $mediaRate Hz at $outputRate Hz, seed $seed',
		({ mediaRate, outputRate, seed }) => {
			const uniform = random(seed);
			const rig = new PlayoutRig({ mediaRate, outputRate, mode: 'complete', targetDelay: 0 });
			const render = (quanta: number): void => {
				rig.render((quanta * QUANTUM) / outputRate);
			};
			const flushes: Flush[] = [];
			let written = 0;
			for (let id = 1; id <= 200; id++) {
				const writtenAt = rig.value('rendered');
				const from = written;
				const concealed = rig.value('concealed');
				written += Math.round(mediaRate * LONGEST_TURN * uniform());
				rig.write(
					Float32Array.from({ length: written - from }, (_, i) =>
						waveringTone((from + i) / mediaRate),
					),
				);
				render(Math.round((uniform() * LATEST_FLUSH * outputRate) / QUANTUM));
				const calledAt = rig.value('rendered');
				rig.engine.flush(id);
				const late = Math.round(4 * uniform());
				render(late);
				rig.writer.mark('flush', written, id);
				render(6 - late);
				expect(rig.value('flushId')).toBe(id);
				const isConcealed = rig.value('concealed') > concealed;
				const position = rig.value('flushPosition');
				flushes.push({ writtenAt, calledAt, from, position, isConcealed });
			}
			const { heard } = rig;
			let sounded = 0;
			let whole = 0;
			flushes.forEach(({ writtenAt, calledAt, from, position, isConcealed }, i) => {
				const turn = heard.subarray(writtenAt, flushes[i + 1]?.writtenAt);
				const begin = turn.findIndex((sample) => sample !== 0);
				const end = turn.findLastIndex((sample) => sample !== 0) + 1;
				expect(writtenAt + end - calledAt).toBeLessThanOrEqual(FADE * outputRate + QUANTUM);
				if (begin >= 0) {
					sounded++;
					const to = flushes[i + 1]?.from ?? written;
					const heardOf = Math.min(to - from, ((end - begin) * mediaRate) / outputRate);
					const error = ((position - from - heardOf) * outputRate) / mediaRate;
					expect(Math.abs(error), `flush ${i + 1}`).toBeLessThanOrEqual(QUANTUM);
				}
				if (!isConcealed) {
					whole++;
					expect(findSineClicks(turn, outputRate, HIGHEST, AMPLITUDE)).toEqual([]);
				}
			});
			expect(sounded).toBeGreaterThan(150);
			expect(whole).toBeGreaterThan(50);
		},
	);
});
