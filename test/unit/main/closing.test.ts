// Ways to end a player: an AbortSignal, `await using`, close().
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CountingTarget } from './fake-page.js';
import { PlayerRig } from './player-rig.js';

vi.mock(
	'../../../src/receiver-handle.js',
	async () => (await import('./fake-receiver.js')).receiverModule,
);

/** An AbortSignal that knows how many listeners it has. */
class CountingSignal extends CountingTarget {
	aborted = false;
	reason: unknown;

	abort(reason: unknown): void {
		this.aborted = true;
		this.reason = reason;
		this.dispatchEvent(new Event('abort'));
	}
}

describe('a player that ends', () => {
	let rig: PlayerRig;

	beforeEach(() => {
		rig = new PlayerRig();
	});
	afterEach(() => rig.close());

	function counted(): { counter: CountingSignal; signal: AbortSignal } {
		const counter = new CountingSignal();
		return { counter, signal: counter as unknown as AbortSignal };
	}

	it('by a signal aborted before it was made: it is closed, and rejects play() with the reason', async () => {
		const reason = new Error('enough');
		const { player } = rig.make({ signal: AbortSignal.abort(reason) });
		expect(player.state).toBe('closed');
		await expect(player.play()).rejects.toBe(reason);
		expect(rig.page.contexts).toHaveLength(0);
	});

	it('by a signal without a reason: play() is rejected with an AbortError', async () => {
		const { player } = rig.make({ signal: AbortSignal.abort() });
		await expect(player.play()).rejects.toMatchObject({ name: 'AbortError' });
	});

	it('by an abort while it connects: play() is rejected with the reason, whatever that is', async () => {
		const abort = new AbortController();
		const { player, told } = rig.make({ signal: abort.signal });
		const rejected = expect(player.play()).rejects.toBe('changed my mind');
		await rig.pass(0);
		abort.abort('changed my mind');
		await rejected;
		await rig.pass(200);
		expect(told).toEqual(['connecting', 'closed']);
		expect(rig.receivers[0]!.isClosed).toBe(true);
		expect(rig.page.contexts[0]!.state).toBe('closed');
		expect(rig.page.listeners).toBe(0);
	});

	it('by an abort within play() itself: nothing that was begun is left', async () => {
		const abort = new AbortController();
		const { player } = rig.make({ signal: abort.signal });
		const rejected = expect(player.play()).rejects.toMatchObject({ name: 'AbortError' });
		abort.abort();
		await rejected;
		await rig.pass(200);
		expect(rig.receivers.every(({ isClosed }) => isClosed)).toBe(true);
		expect(rig.page.contexts[0]!.state).toBe('closed');
		expect(rig.page.listeners).toBe(0);
	});

	it('by an abort while it plays: faded out, without an error event', async () => {
		const abort = new AbortController();
		const { told, node, context } = await rig.playing({ signal: abort.signal });
		abort.abort();
		expect(told).toEqual(['closed']);
		expect(node.commands.at(-1)).toEqual({ type: 'pause' });
		expect(context.state).toBe('running');
		await rig.pass(60);
		expect(context.state).toBe('closed');
	});

	it('listens to its signal no longer, however it ends', async () => {
		const { counter, signal } = counted();
		const one = await rig.playing({ signal });
		const two = await rig.playing({ signal });
		expect(counter.listeners).toBe(2);
		void one.player.close();
		expect(counter.listeners).toBe(1);
		counter.abort('over');
		expect(two.player.state).toBe('closed');
		expect(counter.listeners).toBe(0);
		rig.make({ signal });
		expect(counter.listeners).toBe(0);
	});

	it('by close(), which each caller may wait for', async () => {
		const { player, context } = await rig.playing();
		const states: string[] = [];
		void player.close().then(() => states.push(context.state));
		void player.close().then(() => states.push(context.state));
		await rig.pass(30);
		expect(states).toEqual([]);
		await rig.pass(30);
		expect(states).toEqual(['closed', 'closed']);
		await expect(player.play()).rejects.toMatchObject({ code: 'closed' });
	});

	it('by the end of the block that uses it', async () => {
		let closing: Promise<void>;
		const { player } = await rig.playing();
		{
			const play = async (): Promise<void> => {
				await using used = player;
				expect(used.state).toBe('playing');
			};
			closing = play();
		}
		await rig.pass(100);
		await closing;
		expect(player.state).toBe('closed');
	});
});
