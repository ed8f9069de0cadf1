import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

/** Bytes that the whole player may cost to fetch, its threads' scripts included: gzip -9 of the built file. A ratchet: it
 * only goes down. */
const BUDGET = 41_950;

it('the main entry is within its size budget', () => {
	const file = readFileSync(new URL('../../dist/index.min.js', import.meta.url));
	const size = gzipSync(file, { level: 9 }).length;
	console.log(`dist/index.min.js: ${file.length} bytes, ${size} gzipped, of ${BUDGET}`);
	expect(size).toBeLessThanOrEqual(BUDGET);
});
