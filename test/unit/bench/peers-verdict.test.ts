import { describe, expect, it } from 'vitest';
import { consoleTable } from '../../bench/peers/report.js';
import { outcomeOf, spreadOf } from '../../bench/peers/report/outcome.js';
import {
	bestOf,
	METRICS,
	ratioOf,
	standing,
	verdict,
	verdictsOf,
	wording,
	type MetricName,
} from '../../bench/peers/report/verdict.js';
import type { BenchResults, HeardFigures, PeerRun, PlayerName } from '../../bench/peers/results.js';
import { CASES, madeUp, resultsOf, runOf } from './made-up-results.js';

function judged(results: BenchResults, name: MetricName, peer: PlayerName = 'wavtools') {
	return verdict(
		results,
		'stalls',
		METRICS.find((metric) => metric.name === name)!,
		peer,
	);
}

describe('a verdict', () => {
	const three = (
		player: PlayerName,
		...changes: readonly Partial<HeardFigures>[]
	): readonly PeerRun[] => changes.map((change, run) => runOf(player, run, [change]));

	it('takes as equal what differs by less than 1 ms', () => {
		expect(standing(50, 50.99)).toBe('equal');
		expect(standing(50.99, 50)).toBe('equal');
		expect(standing(50, 51)).toBe('ahead');
		expect(standing(51, 50)).toBe('behind');
	});

	it('puts who is not heard behind who is', () => {
		expect(standing(900, NaN)).toBe('ahead');
		expect(standing(NaN, 900)).toBe('behind');
	});

	it('finds planted wins, losses and what is not the same in all runs', () => {
		const results = resultsOf([
			...three('steadypcm', {}, {}, {}),
			...three(
				'wavtools',
				{ delayMeanMs: 60, silentMs: 0.9, clicks: 1 },
				{ delayMeanMs: 70, silentMs: 0.2, clicks: 0 },
				{ delayMeanMs: 55, silentMs: 0, clicks: 2 },
			),
			...three('textbook', { delayMeanMs: 40 }, { delayMeanMs: 45 }, { delayMeanMs: 48 }),
			...three('pcm-player', { delayMeanMs: 40 }, { delayMeanMs: 65 }, { delayMeanMs: 66 }),
		]);
		expect(judged(results, 'delay').conclusion).toBe('ahead');
		expect(judged(results, 'silence').conclusion).toBe('equal');
		expect(judged(results, 'clicks').conclusion).toBe('mixed');
		expect(wording(judged(results, 'clicks').standings)).toBe('ahead in 2 of 3, equal in 1');
		expect(wording(judged(results, 'delay', 'textbook').standings)).toBe('behind in 3 of 3');
		expect(wording(judged(results, 'delay', 'pcm-player').standings)).toBe(
			'ahead in 2 of 3, behind in 1',
		);
		expect(judged(results, 'delay', 'yume-chan').conclusion).toBeNull();
	});

	it('compares runs with their like, and only those', () => {
		const results = resultsOf([
			...three('steadypcm', { delayMeanMs: 10 }, { delayMeanMs: 100 }),
			runOf('wavtools', 1, [{ delayMeanMs: 50 }]),
		]);
		expect(judged(results, 'delay').standings).toEqual(['behind']);
	});

	it('does not count runs in which the machine did not keep up', () => {
		const results = resultsOf([
			...three('steadypcm', {}, {}),
			...three('wavtools', { delayMeanMs: 70 }),
			{ ...runOf('wavtools', 1, [{ delayMeanMs: 20 }]), isValid: false },
		]);
		expect(judged(results, 'delay').standings).toEqual(['ahead']);
		expect(judged(results, 'delay').theirs).toEqual({ median: 70, least: 70, most: 70 });
		expect(consoleTable(results)).toContain('counted nowhere: wavtools in stalls (run 2).');
	});

	it('has a ratio that is the part of the peer', () => {
		const results = madeUp();
		for (const { name } of CASES) {
			for (const metric of METRICS) {
				for (const found of verdictsOf(results, name, metric)) {
					const ratio = ratioOf(found);
					if (ratio !== null) {
						expect(ratio * found.theirs!.median).toBeCloseTo(found.own!.median, 9);
					} else {
						expect(found.theirs!.median).toBeLessThanOrEqual(0);
					}
				}
			}
		}
		const one = spreadOf([7]);
		expect(ratioOf({ own: one, theirs: one })).toBe(1);
		expect(ratioOf({ own: one, theirs: spreadOf([0]) })).toBeNull();
	});

	it('names all peers that share the best value', () => {
		const results = resultsOf([
			...three('steadypcm', {}),
			...three('wavtools', { clicks: 3 }),
			...three('textbook', { clicks: 1 }),
			...three('pcm-player', { clicks: 1 }),
		]);
		const clicks = METRICS.find(({ name }) => name === 'clicks')!;
		const best = bestOf(verdictsOf(results, 'stalls', clicks)).map(({ peer }) => peer);
		expect(best).toEqual(['pcm-player', 'textbook']);
	});
});

describe('the outcome of a run', () => {
	it('weighs silence and what is made up, not what is skipped or slowed down', () => {
		const outcome = outcomeOf(
			runOf('wavtools', 0, [{ silentMs: 360, concealedMs: 240, skippedMs: 700, insertedMs: 999 }]),
		);
		expect(outcome.j).toBeCloseTo(50 + 100, 9);
	});

	it('is the mean of the delays and the sum of all else of several streams', () => {
		const outcome = outcomeOf(
			runOf('wavtools', 0, [
				{ silentMs: 600, clicks: 2 },
				{ delayMeanMs: 70, delayP95Ms: 90, clicks: 3, snrDb: 40 },
			]),
		);
		expect(outcome).toMatchObject({
			delayMeanMs: 60,
			delayP95Ms: 90,
			silentMs: 600,
			clicks: 5,
			snrDb: 40,
			minutes: 1,
		});
		expect(outcome.j).toBeCloseTo(60 + 100 * 0.5, 9);
	});

	it('of one that was never heard is nothing', () => {
		expect(outcomeOf(runOf('wavtools', 0, [{ heardMs: 0 }])).delayMeanMs).toBeNaN();
		expect(outcomeOf(runOf('wavtools', 0, [])).silentMs).toBeNaN();
	});
});
