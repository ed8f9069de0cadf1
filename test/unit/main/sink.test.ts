// Which device a player sounds on.
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FakeContext } from './fake-page.js';
import { PlayerRig } from './player-rig.js';

vi.mock(
	'../../../src/receiver-handle.js',
	async () => (await import('./fake-receiver.js')).receiverModule,
);

describe('setSinkId', () => {
	let rig: PlayerRig;

	beforeEach(() => {
		rig = new PlayerRig();
	});
	afterEach(() => rig.close());

	it('before play() says where to begin, as the option does', async () => {
		const { player } = rig.make({ sinkId: 'headphones' });
		expect(player.sinkId).toBe('headphones');
		await player.setSinkId('speakers');
		expect(player.sinkId).toBe('speakers');
		player.play().catch(() => undefined);
		await rig.pass(0);
		expect(rig.page.contexts.map(({ sinkId }) => sinkId)).toEqual(['speakers']);
	});

	it('moves a player that is alone on its device, there and back, without a new output', async () => {
		const { player, told, context, node } = await rig.playing();
		await player.setSinkId('headphones');
		expect([context.sinkId, player.sinkId]).toEqual(['headphones', 'headphones']);
		await player.setSinkId('');
		expect([context.sinkId, player.sinkId]).toEqual(['', '']);
		expect(rig.page.nodes).toEqual([node]);
		expect(told).toEqual([]);
	});

	it('takes nobody along: who plays on either device afterwards has a context of that device', async () => {
		const moved = await rig.playing();
		await moved.player.setSinkId('headphones');
		const other = await rig.playing();
		expect(other.context).not.toBe(moved.context);
		expect([moved.context.sinkId, other.context.sinkId]).toEqual(['headphones', '']);
		await moved.player.setSinkId('speakers');
		expect(other.context.sinkId).toBe('');
	});

	it('refuses to move one of several players of a device', async () => {
		const one = await rig.playing();
		const two = await rig.playing();
		await expect(one.player.setSinkId('headphones')).rejects.toMatchObject({ code: 'unsupported' });
		expect([one.context.sinkId, one.player.sinkId]).toEqual(['', '']);
		void two.player.close();
		await rig.pass(100);
		await one.player.setSinkId('headphones');
		expect(one.context.sinkId).toBe('headphones');
	});

	it('stays where it is when there is no such device, as the browser says, and goes on', async () => {
		const { player, told, context } = await rig.playing();
		context.hasSink = false;
		await expect(player.setSinkId('gone')).rejects.toMatchObject({ name: 'NotFoundError' });
		expect([context.sinkId, player.sinkId]).toEqual(['', '']);
		expect(told).toEqual([]);
		context.fail();
		expect(told).toEqual(['failed', '(output-lost)']);
	});

	it('falls back to the default device when the one moved to is lost, and starts on it again', async () => {
		const { player, told, context } = await rig.playing();
		await player.setSinkId('headphones');
		context.fail();
		await rig.pass(50);
		expect(context.sinkId).toBe('');
		expect(told.slice(0, 2)).toEqual(['buffering', '(waiting)']);
		context.fail();
		await rig.pass(1000);
		expect(player.state).toBe('failed');
		player.play().catch(() => undefined);
		await rig.pass(0);
		expect(rig.page.contexts.at(-1)!.sinkId).toBe('headphones');
	});

	it('is not for a context of the page', async () => {
		const { player } = rig.make({ context: {} as AudioContext });
		await expect(player.setSinkId('headphones')).rejects.toThrow(
			/set the sink of your own context/,
		);
		expect(player.sinkId).toBe('');
	});

	it("is not needed for the system's choice, which every browser has", async () => {
		const { prototype } = FakeContext;
		const method = Object.getOwnPropertyDescriptor(prototype, 'setSinkId')!;
		onTestFinished(() => {
			Object.defineProperty(prototype, 'setSinkId', method);
		});
		Reflect.deleteProperty(prototype, 'setSinkId');
		const { player } = await rig.playing({ sinkId: '' });
		expect(player.state).toBe('playing');
	});

	it('is unsupported where the browser has none', async () => {
		const { player, context } = await rig.playing();
		Object.assign(context, { setSinkId: undefined } satisfies Partial<
			Record<keyof FakeContext, undefined>
		>);
		await expect(player.setSinkId('headphones')).rejects.toMatchObject({ code: 'unsupported' });
	});
});
