import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { resolveOptions, type PcmPlayerOptions } from '../../../src/options.js';
import { webSocketUrls } from '../../../src/stream-url.js';

describe('resolveOptions', () => {
	it('fills in the defaults', () => {
		expect(resolveOptions({ format: { sampleRate: 16_000 } })).toMatchObject({
			format: { sampleRate: 16_000, sampleFormat: 's32', channels: 2, byteOrder: 'little' },
			protocol: 'auto',
			latency: { profile: 'balanced', minDelay: 0, maxDelay: 2 },
			content: 'auto',
			mode: 'live',
			reconnect: { minDelay: 0.25, maxDelay: 5 },
			connectTimeout: 10,
		});
	});

	it.each<[PcmPlayerOptions['latency'], number, number]>([
		[{ profile: 'live' }, 0, 2],
		[{ min: 0.3 }, 0.3, 2],
		[{ max: 0.02 }, 0, 0.02],
		[{ min: 4, max: 4 }, 4, 4],
		[{ profile: 'smooth', min: 3 }, 3, 3],
	])('makes of latency %o bounds of %d and %d s', (latency, minDelay, maxDelay) => {
		const format = { sampleRate: 48_000 };
		const resolved = resolveOptions({ format, latency: latency! }).latency;
		expect(resolved).toEqual({ profile: latency?.profile ?? 'balanced', minDelay, maxDelay });
	});

	it.each([
		[{}, TypeError, /format.sampleRate to be a number from 8000 to 384000, got undefined/],
		[{ format: { sampleRate: 7999 } }, RangeError, /got 7999/],
		[{ format: { sampleRate: 48000.5 } }, RangeError, /whole number, got 48000.5/],
		[{ format: { sampleRate: '48000' } }, TypeError, /got '48000'/],
		[{ format: { sampleRate: 8000, channels: 33 } }, RangeError, /channels .* got 33/],
		[{ format: { sampleRate: 8000, sampleFormat: 's33' } }, TypeError, /'s32', .* got 's33'/],
		[{ format: { sampleRate: 8000, byteOrder: 'middle' } }, TypeError, /byteOrder/],
		[{ format: { sampleRate: 8000 }, latency: { min: 2, max: 1 } }, RangeError, /latency.max/],
		[{ format: { sampleRate: 8000 }, latency: { max: NaN } }, RangeError, /got NaN/],
		[{ format: { sampleRate: 8000 }, protocol: 'udp' }, TypeError, /protocol to be one of/],
		[{ format: { sampleRate: 8000 }, mode: 'x' }, TypeError, /mode/],
		[{ format: { sampleRate: 8000 }, content: 'x' }, TypeError, /content/],
		[
			{ format: { sampleRate: 8000 }, reconnect: { minDelay: 0 } },
			RangeError,
			/reconnect.minDelay/,
		],
		[{ format: { sampleRate: 8000 }, context: {}, sinkId: 'x' }, TypeError, /context or sinkId/],
		[null, TypeError, /options to be an object/],
	])('refuses %o', (options, kind, message) => {
		const attempt = (): unknown => resolveOptions(options as PcmPlayerOptions);
		expect(attempt).toThrow(kind);
		expect(attempt).toThrow(message);
	});

	it('needs no rate for a framed stream', () => {
		expect(resolveOptions({ protocol: 'framed' }).format.sampleRate).toBe(48_000);
	});
});

describe('webSocketUrls', () => {
	it('takes one or several absolute URLs', () => {
		expect(webSocketUrls('wss://a/b?c#d')).toEqual(['wss://a/b?c']);
		expect(webSocketUrls(['ws://a', new URL('wss://b')])).toEqual(['ws://a/', 'wss://b/']);
	});

	it.each(['/relative', 'ftp://a', 'https://a/b', '', 3])('refuses %o outside a page', (url) => {
		expect(() => webSocketUrls(url as string)).toThrow(TypeError);
	});

	it('refuses an empty list', () => {
		expect(() => webSocketUrls([])).toThrow(/at least one/);
	});
});

describe('the built package on a server', () => {
	const run = (code: string): string =>
		execFileSync(process.execPath, ['--input-type=module', '-e', code], {
			cwd: new URL('../../..', import.meta.url).pathname,
			encoding: 'utf8',
		}).trim();

	it('imports, constructs, and answers without touching a page', () => {
		const code = `import { PcmPlayer } from './dist/index.js';
			const player = new PcmPlayer('wss://a/b', { format: { sampleRate: 48000 } });
			player.volume = 0.5;
			console.log(player.state, player.stats.packetsReceived, player.latency, player.node);
			await player.close();
			console.log(player.state);`;
		expect(run(code)).toBe('idle 0 0 null\nclosed');
	});

	it('exports the node side', () => {
		const code = `import * as node from './dist/node.js'; console.log(typeof node.PacedSender);`;
		expect(run(code)).toBe('function');
	});
});
