// The player against what happens to its page, its sound and its connection.
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { REPORT } from '../../../src/core/playout-report.js';
import { FakeContext, type FakePage } from './fake-page.js';
import { receiverModule } from './fake-receiver.js';
import { opening, PlayerRig } from './player-rig.js';

vi.mock(
	'../../../src/receiver-handle.js',
	async () => (await import('./fake-receiver.js')).receiverModule,
);

describe('a player', () => {
	let rig: PlayerRig;
	let page: FakePage;

	beforeEach(() => {
		rig = new PlayerRig();
		({ page } = rig);
	});
	afterEach(() => rig.close());

	it('gives the receiver what the options say', async () => {
		const { receiver } = await rig.playing({ redundancy: 2, idleTimeout: 7, token: 'secret' });
		expect(receiver.commands[0]).toMatchObject({
			type: 'start',
			setup: {
				urls: ['wss://a/'],
				redundancy: 2,
				idleTimeout: 7,
				hasToken: true,
				isFirefox: false,
			},
		});
		receiver.tell({ type: 'token-wanted', id: 3 });
		await rig.pass(0);
		expect(receiver.commands).toContainEqual({ type: 'token', id: 3, token: 'secret' });
	});

	it('nudges the receiver when the page wakes, and leaves no listener behind', async () => {
		const { player, receiver } = await rig.playing();
		page.goOnline();
		page.show('visible');
		page.comeBack(true);
		expect(receiver.count('nudge')).toBe(3);
		void player.close();
		await rig.pass(100);
		expect(page.listeners).toBe(0);
	});

	it('does not touch the page before it plays', () => {
		rig.make();
		expect(page.listeners).toBe(0);
		expect(page.contexts).toHaveLength(0);
	});

	it('is connecting again when a connection is given up that had fallen silent', async () => {
		const { player, told, node, receiver } = await rig.playing();
		node.enter('waiting');
		await rig.pass(50);
		expect(player.state).toBe('buffering');
		const loss = { code: 1006, reason: '', wasClean: false, wasOpen: true, fault: null };
		receiver.tell({ type: 'close', ...loss, retryIn: 0.1 });
		expect(player.state).toBe('connecting');
		receiver.tell(opening);
		node.enter('playing');
		await rig.pass(50);
		expect(told).toEqual(['buffering', '(waiting)', 'connecting', 'buffering', 'playing']);
	});

	it('has one writable until that ends, and then another', async () => {
		const { player } = rig.make({}, null);
		const first = player.writable;
		expect(player.writable).toBe(first);
		await first.abort();
		const second = player.writable;
		expect(second).not.toBe(first);
		void second.close();
		await rig.pass(0);
		expect(player.writable).not.toBe(second);
	});

	it('leaves no rejection unlooked at when neither of its scripts may run', async () => {
		const unlooked = vi.fn();
		process.once('unhandledRejection', unlooked);
		// Not by a mock, which looks at what it returns.
		const { start } = receiverModule.ReceiverHandle;
		receiverModule.ReceiverHandle.start = () => Promise.reject(new Error('no Worker'));
		onTestFinished(() => {
			receiverModule.ReceiverHandle.start = start;
		});
		let refuse!: (reason: Error) => void;
		page.loading = new Promise((_, reject) => (refuse = reject));
		const { player } = rig.make();
		const started = expect(player.play()).rejects.toMatchObject({ code: 'blocked-by-csp' });
		await rig.pass(10);
		refuse(new Error('no worklet'));
		await started;
		process.off('unhandledRejection', unlooked);
		expect(unlooked).not.toHaveBeenCalled();
	});

	describe('whose context is interrupted', () => {
		it('waits, and is at the present of a live stream when it runs again', async () => {
			const { told, context, node, receiver } = await rig.playing();
			context.mayRun = false;
			context.enter('interrupted');
			expect(told).toEqual(['buffering', '(waiting)']);
			// The report is of before: it must not pass for sound.
			await rig.pass(200);
			expect(told).toHaveLength(2);
			context.enter('running');
			expect(receiver.count('flush')).toBe(1);
			expect(receiver.count('nudge')).toBe(1);
			expect(node.commands.at(-1)).toEqual({ type: 'play' });
			await rig.pass(50);
			expect(told).toHaveLength(2);
			node.enter('playing');
			await rig.pass(50);
			expect(told).toEqual(['buffering', '(waiting)', 'playing']);
		});

		it('goes on where it was in a complete stream', async () => {
			const { told, context, receiver } = await rig.playing({ mode: 'complete' });
			context.mayRun = false;
			context.enter('suspended');
			await rig.pass(100);
			context.enter('running');
			await rig.pass(50);
			expect(receiver.count('flush')).toBe(0);
			expect(told).toEqual(['buffering', '(waiting)', 'playing']);
		});

		it('stays paused when it was paused meanwhile', async () => {
			const { player, told, context, receiver } = await rig.playing();
			context.mayRun = false;
			context.enter('interrupted');
			player.pause();
			context.mayRun = true;
			page.press();
			context.enter('running');
			await rig.pass(50);
			expect(player.state).toBe('paused');
			expect(receiver.count('flush')).toBe(0);
			expect(told.at(-1)).toBe('paused');
		});
	});

	it('sounds with the next gesture where the browser wants one, from the present on', async () => {
		page.mayRun = false;
		const { player, told } = rig.make();
		const blocked = expect(player.play()).rejects.toMatchObject({ code: 'autoplay-blocked' });
		await rig.pass(1500);
		await blocked;
		const [context] = page.contexts;
		const [receiver] = rig.receivers;
		const [node] = page.nodes;
		receiver!.tell(opening);
		context!.mayRun = true;
		page.press();
		expect(receiver!.count('flush')).toBe(1);
		node!.enter('playing');
		await rig.pass(50);
		expect(told).toEqual(['connecting', '(autoplay-blocked)', 'buffering', 'playing']);
	});

	describe('whose output is lost', () => {
		it('has failed, says so once, and plays on a new one', async () => {
			const { player, told, context, receiver } = await rig.playing();
			await context.close();
			expect(told).toEqual(['failed', '(output-lost)']);
			expect(receiver.isClosed).toBe(true);
			expect(page.listeners).toBe(0);
			const again = player.play();
			await rig.pass(0);
			expect(page.contexts).toHaveLength(2);
			expect(player.node).not.toBeNull();
			rig.receivers.at(-1)!.tell(opening);
			page.nodes.at(-1)!.enter('playing');
			await rig.pass(50);
			await again;
			expect(told.slice(2)).toEqual(['connecting', 'buffering', 'playing']);
		});

		it('is one of several players of the context: all hear of it, and share the next', async () => {
			const one = await rig.playing();
			const two = await rig.playing();
			expect(two.context).toBe(one.context);
			one.context.fail();
			expect([one.told, two.told]).toEqual([
				['failed', '(output-lost)'],
				['failed', '(output-lost)'],
			]);
			const again = [one.player.play(), two.player.play()];
			await rig.pass(0);
			expect(page.contexts).toHaveLength(2);
			page.nodes.slice(-2).forEach((node) => {
				node.enter('playing');
			});
			await rig.pass(50);
			await Promise.all(again);
			expect(one.context.state).toBe('closed');
		});

		it('keeps what was counted until it plays again, and lets nobody wait', async () => {
			const { player, context, node } = await rig.playing();
			node.report[REPORT.emitted] = 4800;
			await rig.pass(50);
			const drained = player.drained();
			const flushed = player.flush();
			await context.close();
			await flushed;
			await rig.pass(100);
			await drained;
			expect(player.stats.jitterBufferEmittedCount).toBe(4800);
			expect(player.send('text')).toBe(false);
		});

		it('rejects a play() under way', async () => {
			const { player, told } = rig.make();
			const started = expect(player.play()).rejects.toMatchObject({ code: 'output-lost' });
			await rig.pass(0);
			page.contexts[0]!.fail();
			await started;
			await rig.pass(2000);
			expect(told).toEqual(['connecting', 'failed', '(output-lost)']);
		});

		it('says nothing of it after its end', async () => {
			const { player, told, context, node, receiver } = await rig.playing();
			receiver.tell({ type: 'end', id: -1 });
			node.report[REPORT.streamEndId] = -1;
			await rig.pass(50);
			await context.close();
			expect(told).toEqual(['ended']);
			const again = expect(player.play()).resolves.toBeUndefined();
			await rig.pass(0);
			expect(page.contexts).toHaveLength(2);
			page.nodes.at(-1)!.enter('playing');
			await rig.pass(50);
			await again;
		});

		it('cannot play on a context of the page that is closed', async () => {
			const context = new FakeContext();
			await context.close();
			const { player } = rig.make({ context: context as unknown as AudioContext });
			await expect(player.play()).rejects.toMatchObject({ code: 'output-lost' });
		});
	});

	it('plays out what came before a refusal, then has failed', async () => {
		const { player, told, node, receiver } = await rig.playing();
		receiver.tell({ type: 'end', id: -1 });
		receiver.tell({
			type: 'close',
			code: 4401,
			reason: 'expired',
			wasClean: true,
			retryIn: null,
			wasOpen: true,
			fault: 'refused',
		});
		await rig.pass(50);
		expect(player.state).toBe('playing');
		node.report[REPORT.streamEndId] = -1;
		node.enter('resting');
		await rig.pass(50);
		expect(told.slice(-2)).toEqual(['failed', '(refused)']);
	});

	it('tells the delay from capture to speaker', async () => {
		const { player, context, node, receiver } = await rig.playing();
		const { stats } = player;
		expect([stats.endToEndDelay, stats.roundTrip, stats.connectionsOpen]).toEqual([null, null, 0]);
		node.report[REPORT.mediaPosition] = 96_000;
		node.report[REPORT.mediaRate] = 48_000;
		node.report[REPORT.renderedAt] = 10.01;
		context.currentTime = 10;
		await rig.pass(50);
		receiver.tell({
			type: 'report',
			report: {
				packetsReceived: 1,
				bytesReceived: 1,
				malformedMessages: 0,
				framesLost: 0,
				framesDuplicated: 0,
				framesRecovered: 2,
				framesLate: 3,
				discarded: 0,
				reconnects: 0,
				connectionsOpen: 2,
				via: 'http',
				backlog: 0,
				arrivalDelay: 0,
				arrivalDelayP95: 0,
				driftPpm: 0,
				capture: {
					pts: 48_000,
					sampleRate: 48_000,
					capturedAt: performance.timeOrigin + performance.now() - 1090,
				},
				clockOffset: -3,
				roundTrip: 12,
				isShared: false,
			},
		});
		expect(player.stats).toMatchObject({
			transport: 'worker/message-port/audio-worklet/http',
			framesRecovered: 2,
			framesLate: 3,
			connectionsOpen: 2,
			roundTrip: 0.012,
		});
		// The position was captured 90 ms ago and is heard in 10 ms.
		expect(player.stats.endToEndDelay).toBeCloseTo(0.1, 5);
		context.mayRun = false;
		context.enter('interrupted');
		expect(player.stats.endToEndDelay).toBeNull();
	});
});
