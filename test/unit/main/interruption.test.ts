// The ways of iOS: what takes a player's sound away, and what brings it back.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeContext, type FakePage } from './fake-page.js';
import { opening, PlayerRig } from './player-rig.js';

vi.mock(
	'../../../src/receiver-handle.js',
	async () => (await import('./fake-receiver.js')).receiverModule,
);

const REFUSAL = new DOMException('Failed to start the audio device', 'InvalidStateError');

describe('a player on a page whose sound is taken away', () => {
	let rig: PlayerRig;
	let page: FakePage;

	beforeEach(() => {
		rig = new PlayerRig();
		({ page } = rig);
	});
	afterEach(() => rig.close());

	it('waits through an interruption that the system ends, as of a route change', async () => {
		const { told, context, node } = await rig.playing();
		context.enter('interrupted');
		expect(told).toEqual(['buffering', '(waiting)']);
		await rig.pass(3000);
		expect(context.resumes).toBe(1);
		context.enter('running');
		node.enter('playing');
		await rig.pass(50);
		expect(told).toEqual(['buffering', '(waiting)', 'playing']);
	});

	it('goes on by itself when the interruption ends in suspension', async () => {
		const { told, context, node } = await rig.playing();
		context.enter('interrupted');
		context.enter('suspended');
		expect(context.state).toBe('running');
		node.enter('playing');
		await rig.pass(50);
		expect(told).toEqual(['buffering', '(waiting)', 'playing']);
	});

	it.each([
		['is refused', REFUSAL],
		['never answers', null],
	])('sounds again with a gesture when resume() %s without', async (_, refusal) => {
		const { told, context, node } = await rig.playing();
		context.mayRun = false;
		context.refusal = refusal;
		page.show('hidden');
		context.enter('interrupted');
		context.enter('suspended');
		page.show('visible');
		await rig.pass(3000);
		expect(told).toEqual(['buffering', '(waiting)']);
		context.mayRun = true;
		context.refusal = null;
		page.press();
		node.enter('playing');
		await rig.pass(50);
		expect(told).toEqual(['buffering', '(waiting)', 'playing']);
		expect(page.document.listeners, 'of the page, but no gesture').toBe(2);
	});

	it('plays by a play() that is asked for while it waits', async () => {
		const { player, told, context, node } = await rig.playing();
		context.mayRun = false;
		context.enter('interrupted');
		context.mayRun = true;
		const again = player.play();
		await rig.pass(0);
		node.enter('playing');
		await rig.pass(50);
		await again;
		expect(told).toEqual(['buffering', '(waiting)', 'playing']);
	});

	it('sounds with the next gesture when play() is asked for during a call, paused before', async () => {
		const { player, told, context, node } = await rig.playing();
		player.pause();
		context.refusal = REFUSAL;
		context.enter('interrupted');
		await expect(player.play()).rejects.toMatchObject({ code: 'autoplay-blocked' });
		await rig.pass(100);
		expect(told).toEqual(['paused', 'buffering', '(autoplay-blocked)']);
		context.refusal = null;
		page.press();
		node.enter('playing');
		await rig.pass(50);
		expect(told.at(-1)).toBe('playing');
		const asked = node.commands.map(({ type }) => type).filter((type) => type !== 'warm-up');
		expect(asked.at(-1)).toBe('play');
	});

	it('sounds with a gesture in the first second after a play() without one', async () => {
		page.mayRun = false;
		const { player, told } = rig.make();
		const started = player.play();
		await rig.pass(300);
		rig.receivers[0]!.tell(opening);
		page.contexts[0]!.mayRun = true;
		page.press();
		await rig.pass(0);
		page.nodes[0]!.enter('playing');
		await rig.pass(50);
		await started;
		expect(told).toEqual(['connecting', 'buffering', 'playing']);
	});

	it('sounds where resume() never answers, though the context runs', async () => {
		page.mayRun = false;
		const { player, told } = rig.make();
		const started = player.play();
		await rig.pass(0);
		page.contexts[0]!.enter('running');
		await rig.pass(0);
		page.nodes[0]!.enter('playing');
		await rig.pass(50);
		await started;
		await rig.pass(6000);
		expect(told).toEqual(['connecting', 'playing']);
	});

	it('gets a new context with the next play() when the one it had cannot run', async () => {
		const { player, told, context } = await rig.playing();
		player.pause();
		context.enter('suspended');
		context.refusal = REFUSAL;
		await expect(player.play()).rejects.toMatchObject({ code: 'output-lost', cause: REFUSAL });
		expect(told).toEqual(['paused', 'buffering', 'failed', '(output-lost)']);
		const again = player.play();
		await rig.pass(0);
		expect(page.contexts).toHaveLength(2);
		page.nodes.at(-1)!.enter('playing');
		await rig.pass(50);
		await again;
		expect(player.state).toBe('playing');
	});

	it('sounds again by play() on a context that the page suspended, written to by the page', async () => {
		const context = new FakeContext();
		const { player, told } = rig.make({ context: context as unknown as AudioContext }, null);
		await player.play();
		page.nodes[0]!.enter('playing');
		await rig.pass(50);
		context.enter('suspended');
		expect(told.slice(-2)).toEqual(['buffering', '(waiting)']);
		await player.play();
		await rig.pass(50);
		expect(context.state).toBe('running');
		expect(told.at(-1)).toBe('playing');
	});
});
