import { describe, expect, it } from 'vitest';
import { askToken } from '../../../src/access-token.js';

describe('askToken', () => {
	it('gives a string as it is, and asks a function each time', async () => {
		let asked = 0;
		const next = (): Promise<string> => Promise.resolve(`t${++asked}`);
		expect(await askToken('fixed')).toBe('fixed');
		expect([await askToken(next), await askToken(next)]).toEqual(['t1', 't2']);
		expect(await askToken(() => 'at once')).toBe('at once');
	});

	it.each<[string, () => string | Promise<string>, RegExp]>([
		[
			'throws',
			() => {
				throw new Error('no login');
			},
			/no login/,
		],
		['rejects', () => Promise.reject(new Error('no network')), /no network/],
		['gives no string', () => undefined as unknown as string, /got undefined/],
		['gives an empty string', () => '', /got 0/],
	])('tells of a function that %s', async (_, token, cause) => {
		const failed = askToken(token);
		await expect(failed).rejects.toMatchObject({ code: 'connect-failed' });
		await expect(failed).rejects.toHaveProperty('cause.message', expect.stringMatching(cause));
	});
});
