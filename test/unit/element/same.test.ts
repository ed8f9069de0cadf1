import { describe, expect, it } from 'vitest';
import { isSame } from '../../../src/element/same.js';

const token = (): string => 'secret';

describe('isSame', () => {
	it.each([
		[{ urls: ['/a'], options: { token } }, { urls: ['/a'], options: { token } }, true],
		[{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
		[{ a: 1 }, { a: 1, b: undefined }, false],
		[{ a: 1, b: undefined }, { a: 1 }, false],
		[{ a: undefined }, { b: undefined }, false],
		[['/a', '/b'], ['/b', '/a'], false],
		[{ token }, { token: () => 'secret' }, false],
		[{ signal: new EventTarget() }, { signal: new EventTarget() }, false],
		[{}, null, false],
		[NaN, NaN, true],
	])('%j, %j: %s', (a, b, expected) => {
		expect(isSame(a, b)).toBe(expected);
	});
});
