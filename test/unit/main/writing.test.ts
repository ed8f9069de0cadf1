// Samples from the page itself: before there is sound, when it is not wanted any more, and when it cannot be had.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PlayerRig, type RiggedPlayer } from './player-rig.js';

vi.mock(
	'../../../src/receiver-handle.js',
	async () => (await import('./fake-receiver.js')).receiverModule,
);

const SAMPLES = new Uint8Array(8);

/** What became of a promise so far. */
function fate(promise: Promise<unknown>): { readonly is: string } {
	const seen = { is: 'open' };
	promise.then(
		() => (seen.is = 'done'),
		(error: unknown) => (seen.is = String(error)),
	);
	return seen;
}

describe('a player that is written to', () => {
	let rig: PlayerRig;

	beforeEach(() => {
		rig = new PlayerRig();
	});
	afterEach(() => rig.close());

	function make(): RiggedPlayer {
		return rig.make({ mode: 'complete' }, null);
	}

	/** One whose samples are taken by a receiver that never has room. */
	async function full(): Promise<RiggedPlayer> {
		const made = make();
		await made.player.play();
		return made;
	}

	it('has nothing to drain before anything was written, and opens no device for that', async () => {
		const { player } = make();
		const drained = fate(player.drained());
		const closed = fate(player.writable.close());
		await rig.pass(0);
		expect([drained.is, closed.is]).toEqual(['done', 'done']);
		expect(rig.page.contexts).toHaveLength(0);
	});

	it('is drained once it plays when it was written to before', async () => {
		const { player } = make();
		player.write(SAMPLES);
		const drained = fate(player.drained());
		await rig.pass(100);
		expect(drained.is).toBe('open');
		void player.play();
		await rig.pass(0);
		expect(rig.receivers[0]!.commands.map(({ type }) => type).slice(1, 3)).toEqual([
			'write',
			'end',
		]);
	});

	it('can be flushed before it plays: nothing was heard', async () => {
		const { player } = make();
		const pipe = player.writable.getWriter();
		const written = fate(pipe.write(SAMPLES));
		await rig.pass(0);
		const drained = fate(player.drained());
		const flushed = player.flush();
		const flush = fate(flushed);
		await rig.pass(100);
		expect([flush.is, written.is, drained.is]).toEqual(['done', 'done', 'done']);
		expect(await flushed).toEqual({ currentTime: 0, sampleFrames: 0 });
		// What is written now is played.
		player.write(SAMPLES);
		void player.play();
		await rig.pass(0);
		expect(
			rig.receivers[0]!.commands.map(({ type }) => type).filter((type) => type !== 'report'),
		).toEqual(['start', 'write', 'end', 'cut', 'flush', 'write']);
	});

	it('begins anew after the end of a pipe: half a sample there is nobody’s', async () => {
		const { player } = await full();
		void player.writable.close();
		await rig.pass(0);
		const asked = rig.receivers[0]!.commands.map(({ type }) => type);
		expect(asked.filter((type) => type === 'cut' || type === 'end')).toEqual(['cut', 'end']);
	});

	it('is flushed at once when its stream is aborted, though a write has not got through', async () => {
		const { player } = await full();
		const pipe = player.writable.getWriter();
		fate(pipe.write(SAMPLES));
		await rig.pass(50);
		const [receiver] = rig.receivers;
		const [node] = rig.page.nodes;
		const aborted = fate(pipe.abort());
		expect(receiver!.count('flush')).toBe(1);
		receiver!.tell({ type: 'written', id: 1 });
		node!.enter('resting');
		await rig.pass(50);
		expect(aborted.is).toBe('done');
		expect(receiver!.count('flush')).toBe(1);
	});

	it('is flushed at once when its stream is aborted while that drains', async () => {
		const { player } = await full();
		const pipe = player.writable.getWriter();
		fate(pipe.close());
		await rig.pass(0);
		fate(pipe.abort());
		expect(rig.receivers[0]!.count('flush')).toBe(1);
	});

	it('lets go of a pipe that was aborted as soon as it is flushed', async () => {
		const { player } = await full();
		const abort = new AbortController();
		const source = new ReadableStream({
			pull(controller) {
				controller.enqueue(SAMPLES);
			},
		});
		const piped = fate(source.pipeTo(player.writable, { signal: abort.signal }));
		await rig.pass(50);
		// The platform's pipes pass an abort on when what they have read is written.
		abort.abort('enough');
		const flushed = fate(player.flush());
		const [node] = rig.page.nodes;
		const [receiver] = rig.receivers;
		for (let look = 0; look < 6; look++) {
			receiver!.tell({ type: 'written', id: receiver!.count('write') });
			node!.enter('resting');
			await rig.pass(25);
		}
		expect([flushed.is, piped.is]).toEqual(['done', 'enough']);
		const asked = receiver!.commands.map(({ type }) => type);
		expect(asked.filter((type) => type !== 'report').at(-1)).toBe('flush');
	});

	it('has another stream after one that was given what is no sample', async () => {
		const { player } = await full();
		const first = player.writable;
		const write = fate(first.getWriter().write('la la la' as never));
		await rig.pass(0);
		expect(write.is).toMatch(/TypeError: Expected an ArrayBuffer/);
		expect(player.writable).not.toBe(first);
		fate(player.writable.getWriter().write(SAMPLES));
		await rig.pass(0);
		expect(rig.receivers[0]!.count('write')).toBe(1);
	});

	it('lets nobody wait for what went with a start that failed', async () => {
		rig.page.loading = Promise.reject(new Error('no script'));
		const { player } = make();
		const pipe = player.writable.getWriter();
		const written = fate(pipe.write(SAMPLES));
		const started = fate(player.play());
		const drained = fate(player.drained());
		const flushed = fate(player.flush());
		await rig.pass(100);
		expect(started.is).toMatch(/Expected the worklet script/);
		expect([written.is, drained.is, flushed.is]).toEqual(['done', 'done', 'done']);
		expect(player.state).toBe('failed');
	});

	it('has nothing to drain when its output was lost, and opens none for that', async () => {
		const { player } = await full();
		await rig.page.contexts[0]!.close();
		const drained = fate(player.drained());
		await rig.pass(100);
		expect(drained.is).toBe('done');
		expect(rig.page.contexts).toHaveLength(1);
	});
});
