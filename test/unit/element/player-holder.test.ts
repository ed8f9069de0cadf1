// What becomes of the element's player as the page changes its mind.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PlayerHolder, type Setup } from '../../../src/element/player-holder.js';
import type { FakeContext } from '../main/fake-page.js';
import { opening, PlayerRig } from '../main/player-rig.js';

vi.mock(
	'../../../src/receiver-handle.js',
	async () => (await import('../main/fake-receiver.js')).receiverModule,
);

function setup(sampleRate: number | string = 48_000): Setup {
	return { urls: ['wss://a/'], options: { format: { sampleRate: sampleRate as number } } };
}

describe('the holder of a player', () => {
	let rig: PlayerRig;
	let element: EventTarget;
	let holder: PlayerHolder;
	/** States told on the element, and in brackets what the element itself is told. */
	let told: string[];

	beforeEach(() => {
		rig = new PlayerRig();
		element = new EventTarget();
		told = [];
		holder = new PlayerHolder(element, {
			replaced: (player) => told.push(player === null ? '(none)' : '(another)'),
			note: (event) => told.push(`(${event.type})`),
			changed: () => told.push(`(${holder.mistake?.name ?? 'no mistake'})`),
		});
		element.addEventListener('statechange', (event) => {
			told.push((event as CustomEvent<{ state: string }>).detail.state);
		});
	});
	afterEach(async () => {
		holder.drop();
		await rig.pass(100);
		await rig.close();
	});

	/** @returns the context of the player once it sounds */
	async function play(): Promise<FakeContext> {
		const started = holder.player!.play();
		await rig.pass(0);
		rig.receivers.at(-1)!.tell(opening);
		rig.page.nodes.at(-1)!.enter('playing');
		await rig.pass(50);
		await started;
		told.length = 0;
		return rig.page.contexts.at(-1)!;
	}

	it('keeps it while the same is asked for, and makes another for anything else', () => {
		expect(holder.state).toBe('idle');
		expect(holder.settle(setup(), '')).toBe(true);
		const { player } = holder;
		expect(holder.settle(setup(), '')).toBe(false);
		expect(holder.player).toBe(player);
		expect(holder.settle(setup(16_000), '')).toBe(true);
		expect(holder.player).not.toBe(player);
		expect(player!.state).toBe('closed');
		expect(told).toEqual(['(another)', '(another)']);
	});

	it('tells of a state that another player does not have, and of nothing more of the one before', async () => {
		holder.settle(setup(), '');
		await play();
		holder.settle(setup(16_000), '');
		await rig.pass(100);
		expect(told).toEqual(['(another)', 'idle']);
	});

	it('has none for what cannot be, and says why as long as that is asked for', () => {
		holder.settle(setup('fast'), '');
		expect([holder.player, holder.mistake?.name]).toEqual([null, 'TypeError']);
		holder.moveTo('headphones');
		expect(holder.mistake?.name).toBe('TypeError');
		holder.settle(setup(), 'headphones');
		expect([holder.player?.sinkId, holder.mistake]).toEqual(['headphones', null]);
	});

	it('makes another of the same once it has dropped the one it had, or that was closed', async () => {
		holder.settle(setup(), '');
		holder.drop();
		expect([holder.player, holder.settle(setup(), '')]).toEqual([null, true]);
		holder.forgetClosed();
		expect(holder.settle(setup(), '')).toBe(false);
		await holder.player!.close();
		holder.forgetClosed();
		expect([holder.settle(setup(), ''), holder.state]).toEqual([true, 'idle']);
	});

	it('says that a device cannot be had as long as it is asked for', async () => {
		holder.settle(setup(), '');
		const context = await play();
		context.hasSink = false;
		holder.moveTo('gone');
		await rig.pass(0);
		expect(holder.mistake?.name).toBe('NotFoundError');
		holder.moveTo('');
		expect(holder.mistake).toBeNull();
		holder.moveTo('gone');
		holder.moveTo('');
		await rig.pass(0);
		expect(holder.mistake).toBeNull();
		expect(told.at(-1)).toBe('(no mistake)');
	});

	it('ends on the device that was asked for last, however long each takes', async () => {
		holder.settle(setup(), '');
		const context = await play();
		const move = context.setSinkId.bind(context);
		let wait = 80;
		context.setSinkId = async (sinkId) => {
			wait /= 2;
			await new Promise((resolve) => setTimeout(resolve, wait));
			await move(sinkId);
		};
		for (const sinkId of ['kitchen', 'yard', '']) {
			holder.moveTo(sinkId);
			await rig.pass(5);
		}
		await rig.pass(200);
		expect([context.sinkId, holder.player!.sinkId]).toEqual(['', '']);
	});
});
