import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { borrowContext, discardContext, returnContext } from '../../../src/shared-context.js';

const made: FakeContext[] = [];

class FakeContext {
	state = 'running';
	readonly options: { sinkId?: string };

	constructor(options: { sinkId?: string }) {
		this.options = options;
		made.push(this);
	}

	close(): Promise<void> {
		this.state = 'closed';
		return Promise.resolve();
	}
}

describe('the shared context', () => {
	beforeEach(() => {
		made.length = 0;
		vi.stubGlobal('AudioContext', FakeContext);
	});
	afterEach(() => {
		vi.unstubAllGlobals();
	});

	it('is one for all players of a device, and ends with the last of them', async () => {
		const one = borrowContext(null);
		const two = borrowContext(null);
		expect(two).toBe(one);
		await returnContext(one);
		expect(one.state).toBe('running');
		await returnContext(two);
		expect(one.state).toBe('closed');
		expect(made).toHaveLength(1);
	});

	it('is another for another device', async () => {
		const one = borrowContext(null);
		const other = borrowContext('headphones');
		expect(other).not.toBe(one);
		expect(made.map(({ options }) => options.sinkId)).toEqual([undefined, 'headphones']);
		await returnContext(other);
		expect(one.state).toBe('running');
		await returnContext(one);
	});

	it('is made anew once it was closed, by its last player or by the page', async () => {
		const one = borrowContext(null);
		await one.close();
		const two = borrowContext(null);
		expect(two).not.toBe(one);
		// The player that had the first gives it back late.
		await returnContext(one);
		expect(two.state).toBe('running');
		await returnContext(two);
		expect(two.state).toBe('closed');
		const three = borrowContext(null);
		expect(three).not.toBe(two);
		await returnContext(three);
	});

	it('is not handed out any more once it failed, and ends with its last player all the same', async () => {
		const failed = borrowContext(null);
		expect(borrowContext(null)).toBe(failed);
		discardContext(failed);
		const fresh = borrowContext(null);
		expect(fresh).not.toBe(failed);
		await returnContext(failed);
		expect(failed.state).toBe('running');
		await returnContext(failed);
		expect([failed.state, fresh.state]).toEqual(['closed', 'running']);
		expect(borrowContext(null)).toBe(fresh);
		await returnContext(fresh);
		await returnContext(fresh);
		expect(fresh.state).toBe('closed');
	});
});
