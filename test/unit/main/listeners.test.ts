// What a page asks of a player while that tells it something.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PcmPlayer, PcmPlayerState } from '../../../src/index.js';
import { REPORT } from '../../../src/core/playout-report.js';
import { opening, PlayerRig } from './player-rig.js';

vi.mock(
	'../../../src/receiver-handle.js',
	async () => (await import('./fake-receiver.js')).receiverModule,
);

const loss = {
	type: 'close',
	code: 1006,
	reason: '',
	wasClean: false,
	retryIn: null,
	wasOpen: false,
	fault: null,
} as const;

/** Calls `listener` the first time the player enters `state`. */
function when(player: PcmPlayer, state: PcmPlayerState, listener: () => void): void {
	let isFirst = true;
	player.addEventListener('statechange', ({ detail }) => {
		if (detail.state === state && isFirst) {
			isFirst = false;
			listener();
		}
	});
}

describe('a listener of a player', () => {
	let rig: PlayerRig;

	beforeEach(() => {
		rig = new PlayerRig();
	});
	afterEach(() => rig.close());

	it('may close it as soon as it connects: nothing is opened', async () => {
		const { player, told } = rig.make();
		when(player, 'connecting', () => void player.close());
		await expect(player.play()).rejects.toMatchObject({ code: 'closed' });
		await rig.pass(200);
		expect(told).toEqual(['connecting', 'closed']);
		expect(rig.page.contexts.filter(({ state }) => state !== 'closed')).toEqual([]);
		expect(rig.receivers.filter(({ isClosed }) => !isClosed)).toEqual([]);
		expect(rig.page.listeners).toBe(0);
	});

	it('may have it try again as soon as it has failed', async () => {
		const { player, told } = rig.make();
		let again: Promise<void> | undefined;
		when(player, 'failed', () => {
			again = player.play();
		});
		const first = expect(player.play()).rejects.toMatchObject({ code: 'connect-failed' });
		await rig.pass(0);
		const [receiver] = rig.receivers;
		receiver!.tell(loss);
		await first;
		expect(receiver!.count('reopen')).toBe(1);
		receiver!.tell(opening);
		rig.page.nodes[0]!.enter('playing');
		await rig.pass(50);
		await again;
		expect(told).toEqual([
			'connecting',
			'failed',
			'connecting',
			'(connect-failed)',
			'buffering',
			'playing',
		]);
	});

	it('may have it play again as soon as it has ended', async () => {
		const { player, node, receiver } = await rig.playing();
		let isDone = false;
		when(player, 'ended', () => {
			player.play().then(
				() => (isDone = true),
				() => undefined,
			);
		});
		receiver.tell({ type: 'end', id: -1 });
		node.report[REPORT.streamEndId] = -1;
		node.enter('resting');
		await rig.pass(50);
		expect([player.state, isDone]).toEqual(['connecting', false]);
	});

	it('may pause it as soon as it plays: it did', async () => {
		const { player } = rig.make();
		when(player, 'playing', () => player.pause());
		const started = player.play();
		await rig.pass(0);
		rig.page.nodes[0]!.enter('playing');
		await rig.pass(50);
		await started;
		expect(player.state).toBe('paused');
	});

	it('may pause it as soon as it goes on after a pause: it stays paused', async () => {
		const { player, node } = await rig.playing({ mode: 'complete' });
		player.pause();
		when(player, 'buffering', () => player.pause());
		await expect(player.play()).rejects.toMatchObject({ code: 'paused' });
		await rig.pass(50);
		const asked = node.commands.map(({ type }) => type).filter((type) => type !== 'warm-up');
		expect([player.state, asked.at(-1)]).toEqual(['paused', 'pause']);
	});
});
