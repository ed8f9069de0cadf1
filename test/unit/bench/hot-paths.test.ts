// The benchmark of the hot paths, one round of each contender: does it do the work it is timed for?
import { beforeAll, describe, expect, it } from 'vitest';
import { REPORT } from '../../../src/core/playout-report.js';
import type { Contender, Group } from '../../bench/hot-paths/contender.js';
import { contest, type GroupTimes } from '../../bench/hot-paths/contest.js';
import { decodeGroup } from '../../bench/hot-paths/decode.js';
import { parseGroup } from '../../bench/hot-paths/parse.js';
import { quantumGroups } from '../../bench/hot-paths/quantum.js';
import { summarise, table } from '../../bench/hot-paths/report.js';
import { PASSAGE, ringGroup } from '../../bench/hot-paths/ring.js';
import type { Rendered } from '../../bench/hot-paths/stage.js';

function find<Result>({ contenders }: Group<Result>, name: string): Contender<Result> {
	return contenders.find((contender) => contender.name === name)!;
}

let all: Group<Rendered>[];
beforeAll(async () => {
	all = await quantumGroups();
});

describe('a render quantum', () => {
	/** What the report's slots grew by, in so many rounds. */
	function growth(group: Group<Rendered>, name: string, rounds = 1) {
		const { round, result } = find(group, name);
		const before = result();
		for (let i = 0; i < rounds; i++) {
			expect(round()).toBeGreaterThan(0);
		}
		const after = result();
		expect(after.output.some((sample) => sample !== 0)).toBe(true);
		const grown = (slot: keyof typeof REPORT): number =>
			after.report![REPORT[slot]]! - before.report![REPORT[slot]]!;
		return { grown, mediaRate: after.report![REPORT.mediaRate]! };
	}

	/** Sample frames of media for one of output, against the rates' ratio, parts per million. */
	function offset({ grown, mediaRate }: ReturnType<typeof growth>): number {
		return ((grown('mediaPosition') * 48_000) / mediaRate / grown('rendered') - 1) * 1e6;
	}

	it('is made by every contender', () => {
		for (const { contenders } of all) {
			for (const { name, round, result } of contenders) {
				const before = result().made;
				expect(round(), name).toBeGreaterThan(0);
				expect(result().made - before, name).toBeGreaterThan(1000);
				expect(
					result().output.some((sample) => sample !== 0),
					name,
				).toBe(true);
			}
		}
	});

	it('is copied, or resampled at a ratio that stays', () => {
		for (const [i, name] of ['copy', 'fixed ratio', 'fixed ratio'].entries()) {
			const made = growth(all[i]!, name, 20);
			expect(Math.abs(offset(made))).toBeLessThan(50);
			for (const slot of ['concealed', 'inserted', 'removed', 'discarded'] as const) {
				expect(made.grown(slot), slot).toBe(0);
			}
		}
	});

	it('is resampled at a ratio that moves, and by nothing else', () => {
		for (const group of all) {
			const offsets = Array.from({ length: 3 }, () => {
				const made = growth(group, 'moving ratio', 125);
				for (const slot of ['concealed', 'inserted', 'removed', 'discarded'] as const) {
					expect(made.grown(slot), slot).toBe(0);
				}
				return offset(made);
			});
			expect(Math.max(...offsets) - Math.min(...offsets), offsets.join()).toBeGreaterThan(100);
		}
	});

	it.each(['stretch', 'stretch, a quantum that jumps'])('is played faster: %s', (name) => {
		for (const group of all.slice(0, 2)) {
			growth(group, name);
			const { grown, mediaRate } = growth(group, name, 4);
			expect(grown('removed') / mediaRate).toBeGreaterThan(4 * 0.1);
			expect(grown('concealed') + grown('inserted') + grown('discarded')).toBe(0);
		}
	});

	it.each(['conceal', 'conceal, the quantum it begins in'])('is made up: %s', (name) => {
		for (const group of all.slice(0, 2)) {
			growth(group, name);
			const { grown } = growth(group, name, 3);
			expect(grown('concealmentEvents')).toBe(3);
			const sounding = (grown('concealed') - grown('silentConcealed')) / 48_000;
			expect(sounding).toBeGreaterThan(3 * 0.05);
			expect(sounding).toBeLessThan(3 * 0.13);
		}
	});
});

describe('the other paths', () => {
	it('give the same samples through every ring', () => {
		const { contenders } = ringGroup();
		for (let i = 0; i < 3; i++) {
			contenders.forEach(({ round }) => round());
			const [first, ...rest] = contenders.map(({ result }) => result());
			expect(new Set(first![0]).size).toBeGreaterThan(PASSAGE / 2);
			expect(first![0]).not.toEqual(first![1]);
			for (const planes of rest) {
				expect(planes).toEqual(first);
			}
		}
	});

	it('decode to the same floats', () => {
		const { contenders } = decodeGroup();
		contenders.forEach(({ round }) => round());
		const [loop, decoder] = contenders
			.filter(({ name }) => !name.endsWith('the limit'))
			.map(({ result }) => result());
		expect(new Set(loop![0]).size).toBeGreaterThan(900);
		expect(decoder).toEqual(loop);
	});

	it('parse to the same frames', () => {
		const { contenders } = parseGroup();
		contenders.forEach(({ round }) => round());
		const [byHand, parsed] = contenders.map(({ result }) =>
			result().map(({ pcm, ...header }) => ({ ...header, bytes: pcm.length, at: pcm.byteOffset })),
		);
		expect(parsed).toHaveLength(64);
		expect(parsed![63]).toMatchObject({ sequence: 63, pts: 63 * 960, sampleFrames: 960 });
		expect(parsed).toEqual(byHand);
	});
});

describe('the report', () => {
	it('is of all groups, each with its reference at 1', () => {
		const options = { warmUpSeconds: 0, seconds: 0 };
		const others = [ringGroup(), decodeGroup(), parseGroup()];
		const runs = [false, true].map((isReversed) =>
			[...all, ...others].map((group) => contest(group, { ...options, isReversed })),
		);
		const reports = summarise(runs);
		expect(reports).toHaveLength(6);
		for (const { rows, reference } of reports) {
			expect(rows.find(({ name }) => name === reference)).toMatchObject({
				ratio: 1,
				low: 1,
				high: 1,
			});
		}
	});

	const run = (reference: number[], other: number[]): GroupTimes[] => [
		{
			name: 'a unit',
			reference: 'a',
			contenders: [
				{ name: 'a', times: reference },
				{ name: 'b', times: other },
			],
		},
	];

	it('divides within a round, over both orders', () => {
		const [report] = summarise([run([1, 2, 30], [2, 4, 60]), run([10, 10, 10], [25, 20, 20])]);
		const [a, b] = report!.rows;
		expect(a).toMatchObject({ name: 'a', median: 10, least: 1, byOrder: [1, 1] });
		expect(b).toMatchObject({
			least: 2,
			ratio: 2,
			low: 2,
			high: 2.5,
			leastRatio: 2,
			byOrder: [2, 2],
		});
	});

	it('is a table with a heading for each group', () => {
		const text = table(summarise([run([1], [2.5]), run([1], [2.5])]));
		expect(text).toMatch(
			/^a unit; ratio to: a\n.*80 % of rounds.*\n {2}a +1\.000 +1\.000 .*\n {2}b/,
		);
		expect(text).toMatch(/ {2}b +2\.500 +2\.500 +2\.500 to 2\.500 +2\.500 +2\.500, 2\.500$/);
	});

	it('does without no reference', () => {
		const [group] = run([1], [2]);
		expect(() => summarise([[{ ...group!, reference: 'c' }]])).toThrow(RangeError);
	});

	it('has the turns reversed on request', () => {
		const turns: string[] = [];
		const contenders = ['a', 'b'].map((name) => ({
			name,
			round: () => turns.push(name),
			result: () => null,
		}));
		const times = contest(
			{ name: 'a unit', reference: 'a', contenders },
			{ isReversed: true, warmUpSeconds: 0, seconds: 0 },
		);
		expect(turns).toEqual(['b', 'a', 'b', 'a']);
		expect(times.contenders).toEqual([
			{ name: 'a', times: [4] },
			{ name: 'b', times: [3] },
		]);
	});
});
