import { execFileSync } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import { resolveOptions, type PcmPlayerOptions } from '../../../src/options.js';
import { streamUrls } from '../../../src/stream-url.js';

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
			idleTimeout: null,
			redundancy: 1,
			token: null,
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
		[
			{ format: { sampleRate: 8000, channel: 1 } },
			TypeError,
			/format .* channels, .* got 'channel'/,
		],
		[{ format: { sampleRate: 8000 }, latency: { target: 1 } }, TypeError, /max, got 'target'/],
		[{ format: { sampleRate: 8000 }, reconnect: { delay: 1 } }, TypeError, /maxDelay, got 'delay'/],
		[{ format: { sampleRate: 8000 }, reconnect: 5 }, TypeError, /reconnect .* object/],
		[{ format: { sampleRate: 8000 }, sampleRate: 8000 }, TypeError, /options .* got 'sampleRate'/],
		[{ format: { sampleRate: 8000 }, protocol: 'udp' }, TypeError, /protocol to be one of/],
		[{ format: { sampleRate: 8000 }, mode: 'x' }, TypeError, /mode/],
		[{ format: { sampleRate: 8000 }, content: 'x' }, TypeError, /content/],
		[
			{ format: { sampleRate: 8000 }, reconnect: { minDelay: 0 } },
			RangeError,
			/reconnect.minDelay/,
		],
		[{ format: { sampleRate: 8000 }, idleTimeout: 0.4 }, RangeError, /idleTimeout .* 0.5 to 3600/],
		[{ format: { sampleRate: 8000 }, idleTimeout: '5' }, TypeError, /idleTimeout .* got '5'/],
		[{ format: { sampleRate: 8000 }, redundancy: 3 }, RangeError, /redundancy .* got 3/],
		[{ format: { sampleRate: 8000 }, redundancy: 1.5 }, RangeError, /whole number, got 1.5/],
		[{ format: { sampleRate: 8000 }, redundancy: true }, TypeError, /redundancy .* got true/],
		[{ format: { sampleRate: 8000 }, token: 7 }, TypeError, /token to be a string or a function/],
		[{ format: { sampleRate: 8000 }, token: '' }, RangeError, /1 to 1024 characters, got 0/],
		[{ format: { sampleRate: 8000 }, context: {}, sinkId: 'x' }, TypeError, /context or sinkId/],
		[
			{ format: { sampleRate: 8000 }, destination: { context: {} }, sinkId: 'x' },
			TypeError,
			/context or sinkId/,
		],
		[null, TypeError, /options to be an object/],
	])('refuses %o', (options, kind, message) => {
		const attempt = (): unknown => resolveOptions(options as PcmPlayerOptions);
		expect(attempt).toThrow(kind);
		expect(attempt).toThrow(message);
	});

	it('watches raw streams only when an idle timeout is given, be it the default', () => {
		const format = { sampleRate: 8000 };
		expect(resolveOptions({ format, idleTimeout: 5 }).idleTimeout).toBe(5);
	});

	it('wants a URL for two connections', () => {
		const options = { format: { sampleRate: 8000 }, redundancy: 2 as const };
		expect(resolveOptions(options, true).redundancy).toBe(2);
		expect(() => resolveOptions(options, false)).toThrow(/Expected a URL for redundancy 2/);
	});

	it('does not show a token that it refuses', () => {
		const token = 'secret'.repeat(200);
		const attempt = (): unknown => resolveOptions({ format: { sampleRate: 8000 }, token });
		expect(attempt).toThrow(/characters, got 1200/);
		expect(attempt).not.toThrow(/secret/);
	});

	it('needs no rate for a framed stream', () => {
		expect(resolveOptions({ protocol: 'framed' }).format.sampleRate).toBe(48_000);
	});
});

describe('streamUrls', () => {
	it('takes one or several absolute URLs', () => {
		expect(streamUrls('wss://a/b?c#d')).toEqual(['wss://a/b?c']);
		expect(streamUrls(['ws://a', new URL('wss://b')])).toEqual(['ws://a/', 'wss://b/']);
	});

	it('takes streams over HTTP', () => {
		expect(streamUrls(['http://a', 'https://b/c#d'])).toEqual(['http://a/', 'https://b/c']);
	});

	it.each([
		['http://host/page/', 'ws://host/page/live'],
		['https://host/page/', 'wss://host/page/live'],
	])('makes of a relative URL on %s a WebSocket', (page, absolute) => {
		vi.stubGlobal('location', { href: page });
		try {
			expect(streamUrls('live')).toEqual([absolute]);
		} finally {
			vi.unstubAllGlobals();
		}
	});

	it.each(['/relative', 'ftp://a', 'file:///a', '', 3])('refuses %o outside a page', (url) => {
		expect(() => streamUrls(url as string)).toThrow(TypeError);
	});

	it('refuses an empty list', () => {
		expect(() => streamUrls([])).toThrow(/at least one/);
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

	it('has no method of a false name where Symbol.asyncDispose is missing', () => {
		const code = `const { iterator } = Symbol;
			const makeSymbol = Symbol;
			globalThis.Symbol = Object.assign((name) => makeSymbol(name), { iterator });
			const { PcmPlayer } = await import('./dist/index.js');
			const player = new PcmPlayer(null, { format: { sampleRate: 48000 } });
			await player.close();
			console.log(player.state, 'undefined' in player);`;
		expect(run(code)).toBe('closed false');
	});

	it('exports the node side', () => {
		const code = `import * as node from './dist/node.js'; console.log(typeof node.PacedSender);`;
		expect(run(code)).toBe('function');
	});
});
