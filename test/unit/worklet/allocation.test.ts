import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { designSincFilter } from '../../../src/core/sinc-filter.js';

const PROBE = fileURLToPath(new URL('../../support/allocation-probe.mjs', import.meta.url));
/** Hz. */
const OUTPUT_RATE = 48_000;

const CALLS = 1_000_000;
const ROUNDS = 6;

/** Bytes that 10⁶ calls may grow the heap by and still be none: what the engine's compiler keeps for itself.
 * The smallest object in each call would be 16 megabytes, and a collection. */
const MEASURING_ERROR = 256 * 1024;

/** Heap growth of `CALLS` process() calls of dist/worklet.js, bytes: the first below MEASURING_ERROR, or the least of
 * ROUNDS. */
function growth(mediaRate: number, quantum: number, hasUnderruns: boolean, leak = false): number {
	const args = [mediaRate, quantum, hasUnderruns ? 1 : 0, CALLS, ROUNDS, MEASURING_ERROR];
	const filter = designSincFilter(mediaRate, OUTPUT_RATE);
	const input = JSON.stringify({
		...filter,
		rows: Buffer.from(filter.rows.buffer).toString('base64'),
	});
	return Number(
		execFileSync(
			process.execPath,
			['--expose-gc', PROBE, ...args.map(String), leak ? 'leak' : ''],
			{ input },
		),
	);
}

describe('process() of the shipped worklet', { timeout: 60_000 }, () => {
	it('is measured by a method that sees one object per call', () => {
		expect(growth(48_000, 16, false, true)).toBe(Infinity);
	});

	// Short quanta where the work is in the samples: what is counted is calls.
	it.each([
		['a copy', 48_000, 16, false],
		['a fixed ratio', 16_000, 4, false],
		['a ratio between filter rows', 12_345, 4, false],
		['stalls: stretch, concealment, resumption, 48 kHz', 48_000, 16, true],
		['the same, 16 kHz', 16_000, 16, true],
	])('allocates nothing over 10⁶ calls: %s', (_, mediaRate, quantum, hasUnderruns) => {
		const grown = growth(mediaRate, quantum, hasUnderruns);
		console.log(`heap growth over ${CALLS} calls: ${grown} bytes`);
		expect(grown).toBeLessThan(MEASURING_ERROR);
	});
});
