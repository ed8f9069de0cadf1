import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VERSION, type ReportedEvent } from '../../../src/index.js';
import { PlayerRig } from './player-rig.js';

vi.mock(
	'../../../src/receiver-handle.js',
	async () => (await import('./fake-receiver.js')).receiverModule,
);

const closure = {
	type: 'close',
	code: 1006,
	reason: 'SECRET of the server',
	wasClean: false,
	retryIn: 0.25,
	wasOpen: true,
	fault: null,
} as const;

const format = {
	sampleRate: 48_000,
	sampleFormat: 's16',
	channels: 1,
	byteOrder: 'little',
} as const;

/** As JSON has it: what is undefined is not there. */
function withoutTime({ at: _at, ...event }: ReportedEvent): object {
	return JSON.parse(JSON.stringify(event)) as object;
}

describe('report()', () => {
	let rig: PlayerRig;

	beforeEach(() => {
		rig = new PlayerRig();
	});
	afterEach(() => rig.close());

	it('tells of a player that plays', async () => {
		vi.stubGlobal('Worker', () => undefined);
		vi.stubGlobal('isSecureContext', true);
		const { player, context, receiver } = await rig.playing({ latency: { profile: 'live' } });
		receiver.tell({ type: 'format', format, isFramed: true });
		context.currentTime = 3;
		player.volume = 0.5;
		player.muted = true;
		const report = player.report();
		expect(report).toMatchObject({
			version: VERSION,
			userAgent: 'Chrome/156.0.0.0',
			page: { isSecureContext: true, crossOriginIsolated: false, visibilityState: 'visible' },
			urls: ['wss://a/'],
			options: {
				format: { sampleRate: 48_000, sampleFormat: 's32', channels: 2, byteOrder: 'little' },
				latency: { profile: 'live', minDelay: 0, maxDelay: 2 },
				token: false,
				protocols: 0,
				context: false,
				destination: false,
				sinkId: null,
				signal: false,
			},
			state: 'playing',
			volume: 0.5,
			muted: true,
			context: {
				state: 'running',
				sampleRate: 48_000,
				currentTime: 3,
				baseLatency: 0.01,
				sinkId: '',
				maxChannelCount: 2,
			},
		});
		expect(report.page.has).toEqual(['Worker', 'SharedArrayBuffer']);
		expect(report.stats).toEqual(player.stats);
		expect(report.events.map(withoutTime)).toEqual([
			{ type: 'statechange', state: 'connecting' },
			{ type: 'open', url: 'wss://a/' },
			{ type: 'statechange', state: 'buffering' },
			{ type: 'statechange', state: 'playing' },
			{ type: 'playing' },
			{ type: 'format', format },
		]);
	});

	it('is plain: JSON keeps all of it, before play(), while it plays, and when it is closed', async () => {
		const expectPlain = (report: unknown): void => {
			expect(JSON.parse(JSON.stringify(report))).toEqual(report);
		};
		const { player } = rig.make();
		expect(player.report()).toMatchObject({ state: 'idle', context: null, events: [] });
		expectPlain(player.report());
		const signal = new AbortController().signal;
		const destination = { context: rig.page, self: {} };
		destination.self = destination;
		expectPlain(rig.make({ signal, destination: destination as never }).player.report());
		const playing = await rig.playing();
		expectPlain(playing.player.report());
		void playing.player.close();
		await rig.pass(100);
		const report = playing.player.report();
		expectPlain(report);
		expect(report).toMatchObject({ state: 'closed', context: { state: 'closed' } });
		expect(report.events.at(-1)).toMatchObject({ type: 'statechange', state: 'closed' });
	});

	it('holds no secrets', async () => {
		vi.stubGlobal('location', { href: 'https://page/' });
		const url = 'wss://SECRET-user:SECRET@a:8080/path?token=SECRET';
		const { player } = rig.make(
			{
				token: 'SECRET',
				protocols: ['SECRET'],
				workletUrl: '//SECRET:SECRET@cdn/worklet.js?SECRET',
				workerUrl: '/worker.js#SECRET?',
			},
			url,
		);
		player.play().catch(() => undefined);
		await rig.pass(0);
		const receiver = rig.receivers.at(-1)!;
		receiver.tell({ type: 'open', url, subprotocol: 'SECRET' });
		receiver.tell({ type: 'text', text: 'SECRET' });
		receiver.tell({ type: 'fault', code: 'malformed', message: 'SECRET' });
		receiver.tell(closure);
		const report = player.report();
		expect(JSON.stringify(report)).not.toMatch(/SECRET/);
		expect(report.urls).toEqual(['wss://a:8080/path']);
		expect(report.options).toMatchObject({
			token: true,
			protocols: 1,
			workletUrl: '//cdn/worklet.js',
			workerUrl: '/worker.js',
		});
		expect(report.events.slice(1).map(withoutTime)).toEqual([
			{ type: 'open', url: 'wss://a:8080/path' },
			{ type: 'statechange', state: 'buffering' },
			{ type: 'error', code: 'malformed' },
			{ type: 'close', code: 1006, wasClean: false, retryIn: 0.25 },
			{ type: 'statechange', state: 'connecting' },
		]);
	});

	it('keeps the last 20 events, and none of those that come all the time', async () => {
		const { player, receiver } = await rig.playing();
		for (let i = 0; i < 100; i++) {
			receiver.tell({ ...closure, code: 3000 + i });
			receiver.tell({ type: 'text', text: 'hello' });
		}
		await rig.pass(2000);
		const codes = player.report().events.map(({ code }) => code);
		expect(codes).toEqual(Array.from({ length: 20 }, (_, i) => 3080 + i));
	});

	it('does not ask Firefox for its latency, which may hold the page for good', async () => {
		vi.stubGlobal('navigator', { userAgent: 'Firefox/153.0' });
		const { player, context } = await rig.playing();
		Object.defineProperty(context, 'outputLatency', {
			get: () => {
				throw new Error('read');
			},
		});
		expect(player.report().userAgent).toBe('Firefox/153.0');
	});

	it('works on a server, and dates events by the clock of the report', () => {
		const code = `import { PcmPlayer } from './dist/index.js';
			const player = new PcmPlayer('wss://a/b', { format: { sampleRate: 48000 } });
			const before = performance.now();
			await player.close();
			const { at, page, state, events } = player.report();
			const isDated = before <= events[0].at && events[0].at <= at;
			console.log(page.visibilityState, page.isSecureContext, state, isDated);`;
		const root = new URL('../../..', import.meta.url).pathname;
		const said = execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: root });
		expect(String(said).trim()).toBe('null false closed true');
	});
});
