import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { BackOff } from '../../../src/node/back-off.js';
import { BurstWatch } from '../../../src/node/station/burst-watch.js';
import { addressKey, clientAddress, isLoopback } from '../../../src/node/access/client-address.js';
import { calmJournal, secretFreeJournal, silentJournal } from '../../../src/node/journal.js';
import { MessageRate } from '../../../src/node/fanout/message-rate.js';
import { OriginPolicy } from '../../../src/node/gateway/origin-policy.js';
import { VirtualClock } from '../../support/virtual-clock.js';

function request(headers: Record<string, string>, remoteAddress = '10.0.0.9'): IncomingMessage {
	return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

describe('a client’s address', () => {
	it('is the peer’s, and a proxy’s word only where one is trusted', () => {
		const forwarded = { 'x-forwarded-for': '1.2.3.4, 5.6.7.8' };
		expect(clientAddress(request(forwarded), false)).toBe('10.0.0.9');
		expect(clientAddress(request(forwarded), true)).toBe('5.6.7.8');
		expect(clientAddress(request({}, '::ffff:10.1.1.1'), true)).toBe('10.1.1.1');
		expect(clientAddress(request({ 'x-forwarded-for': 'nonsense' }), true)).toBe('10.0.0.9');
	});

	it.each([
		['10.0.0.1', '10.0.0.1'],
		['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
		['2001:db8:1:2::9', '2001:db8:1:2::/64'],
		['2001:0db8::1', '2001:db8:0:0::/64'],
		['::1', '0:0:0:0::/64'],
		['fe80::1%eth0', 'fe80:0:0:0::/64'],
	])('%s counts as %s', (address, key) => {
		expect(addressKey(address)).toBe(key);
	});

	it.each([
		['127.0.0.1', true],
		['127.9.9.9', true],
		['::1', true],
		['::ffff:127.0.0.1', true],
		['10.0.0.1', false],
		['127.evil.example', false],
	])('%s is loopback: %s', (address, expected) => {
		expect(isLoopback(address)).toBe(expected);
	});
});

describe('OriginPolicy', () => {
	it.each([
		['no page at all', {}, null],
		['its own page', { origin: 'http://radio.example:8080' }, null],
		['the same host without TLS', { origin: 'https://radio.example:8080' }, null],
		['a listed page', { origin: 'https://friend.example' }, null],
		['a foreign page', { origin: 'https://evil.example' }, 'origin'],
		['a listed name on another port', { origin: 'https://friend.example:444' }, 'origin'],
		['a listed name without TLS', { origin: 'http://friend.example' }, 'origin'],
		['a longer name', { origin: 'https://friend.example.evil.example' }, 'origin'],
		['a sandboxed page', { origin: 'null' }, 'origin'],
		['nonsense', { origin: '://' }, 'origin'],
	])('lets %s come or not', (_, headers, fault) => {
		const policy = new OriginPolicy(['https://friend.example'], false);
		expect(policy.faultOf(request({ host: 'radio.example:8080', ...headers }))).toBe(fault);
	});

	it.each([
		['127.0.0.1:8080', null],
		['localhost:8080', null],
		['[::1]:8080', null],
		['app.localhost', null],
		['proxied.example', null],
		['rebound.evil.example:8080', 'host'],
		['127.0.0.1.evil.example', 'host'],
		['', 'host'],
	])('on loopback, Host %s gives %s', (host, fault) => {
		const policy = new OriginPolicy(['https://proxied.example'], true);
		expect(policy.faultOf(request({ host }))).toBe(fault);
	});

	it('knows what is no origin', () => {
		for (const text of ['radio.example', 'https://radio.example/', 'https://a.example/path']) {
			expect(() => new OriginPolicy([text], false)).toThrow(TypeError);
		}
		const every = new OriginPolicy(['*'], false);
		const foreign = request({ host: 'a', origin: 'https://b.example' });
		expect(every.faultOf(foreign)).toBe(null);
		expect(every.foreignOrigin(foreign)).toBe('https://b.example');
	});
});

describe('BurstWatch', () => {
	function watch(...gaps: number[]): number[] {
		const clock = new VirtualClock();
		const told: number[] = [];
		const bursts = new BurstWatch(clock, (longestMs) => told.push(longestMs));
		bursts.arrived();
		for (const gap of gaps) {
			clock.advance(gap);
			bursts.arrived();
		}
		return told;
	}
	const times = (count: number, ...gaps: number[]): number[] =>
		Array.from({ length: count }, () => gaps).flat();

	it('tells once of gaps over 150 ms that are a habit', () => {
		expect(watch(...times(50, 320, 0, 0))).toEqual([320]);
		expect(watch(...times(7, 320))).toEqual([]);
	});

	it('leaves steady arrivals, single stalls and pauses alone', () => {
		expect(watch(...times(500, 77, 101, 150))).toEqual([]);
		expect(watch(...times(20, ...times(80, 100), 400))).toEqual([]);
		expect(watch(...times(50, 6000))).toEqual([]);
	});
});

describe('BackOff', () => {
	it('doubles to its bound, shortened by chance, and begins anew', () => {
		const steady = new BackOff(500, 15_000, () => 0);
		expect(Array.from({ length: 7 }, () => steady.next())).toEqual([
			500, 1000, 2000, 4000, 8000, 15_000, 15_000,
		]);
		steady.reset();
		expect(steady.next()).toBe(500);
		expect(new BackOff(500, 15_000, () => 1).next()).toBe(375);
	});
});

describe('MessageRate', () => {
	it('allows so many in each second', () => {
		const clock = new VirtualClock();
		const rate = new MessageRate(2, clock);
		expect([rate.allows(), rate.allows(), rate.allows()]).toEqual([true, true, false]);
		clock.advance(1000);
		expect(rate.allows()).toBe(true);
	});
});

describe('secretFreeJournal', () => {
	it('lets no secret through, in text or in fields', () => {
		const told: unknown[] = [];
		const journal = secretFreeJournal({
			...silentJournal,
			warn: (text, fields) => told.push(text, fields),
		});
		journal.warn('rtsp://me:hunter2@cam failed', {
			url: 'ws://a/?token=hunter2',
			token: 'hunter2',
			pwd: 'hunter2',
			authorization: 'Bearer hunter2',
			port: 8080,
		});
		expect(JSON.stringify(told)).not.toContain('hunter2');
		expect(told).toEqual([
			'rtsp://***@cam failed',
			{ url: 'ws://a/?token=***', token: '***', pwd: '***', authorization: '***', port: 8080 },
		]);
	});
});

describe('calmJournal', () => {
	it('leaves out most of a flood of warnings, and says how many', () => {
		const clock = new VirtualClock();
		const told: unknown[] = [];
		const sink = { ...silentJournal, warn: (...entry: unknown[]) => told.push(entry) };
		const journal = calmJournal(sink, clock);
		for (let i = 0; i < 1000; i++) {
			journal.warn('Turned away.');
		}
		expect(told).toHaveLength(20);
		clock.advance(1000);
		journal.warn('Turned away.');
		expect(told.slice(20)).toEqual([
			['There were too many warnings to tell all.', { left: 980 }],
			['Turned away.', undefined],
		]);
	});
});
