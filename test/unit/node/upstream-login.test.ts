import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { upstreamLogin } from '../../../src/node/relay/upstream-login.js';
import { RelayStation } from '../../../src/node/station/relay-station.js';
import { alice, GatewayRig, PASSWORD, sound } from './gateway-rig.js';

const rig = new GatewayRig();
const cleanups: (() => void)[] = [];

afterEach(async () => {
	await rig.close();
	cleanups.splice(0).forEach((cleanup) => cleanup());
});

/** A server that answers each login so. */
async function answering(answer: (response: ServerResponse) => void): Promise<string> {
	const server = createServer((_, response) => answer(response)).listen(0, '127.0.0.1');
	cleanups.push(() => {
		server.closeAllConnections();
		server.close();
	});
	await new Promise((resolve) => server.once('listening', resolve));
	return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/audio`;
}

const signal = new AbortController().signal;

describe('upstreamLogin', () => {
	it('logs a relay in, anew for each connection, and tells no secret', async () => {
		const studio = await rig.start({ access: { users: await alice() } });
		const url = `${studio.url.replace('http', 'ws')}tone`;
		const tokens: string[] = [];
		const login = upstreamLogin(url, 'alice', () => PASSWORD);
		const token = async (signal: AbortSignal): Promise<string> => {
			tokens.push(await login(signal));
			return tokens.at(-1)!;
		};
		const journal = { debug: tell, info: tell, warn: tell, error: tell };
		let told = '';
		function tell(text: string, fields?: object): void {
			told += `${text} ${JSON.stringify(fields)}`;
		}
		const relay = new RelayStation('mirror', url, { token, lingerMs: 0, journal });
		const gateway = await rig.start({ stations: [relay] });
		await expect.poll(() => [relay.format !== null, relay.state]).toEqual([true, 'idle']);
		await sound(rig.socket(gateway, 'mirror'));
		expect(new Set(tokens).size).toBe(2);
		expect(await rig.metric(studio, 'steadypcm_logins_total{outcome="granted"}')).toBe(2);
		expect(told).toContain('The upstream is there.');
		for (const secret of [PASSWORD, ...tokens]) {
			expect(told).not.toContain(secret);
		}
	});

	it('is refused for a wrong password; the connection is tried again', async () => {
		const studio = await rig.start({ access: { users: await alice() } });
		const url = `${studio.url.replace('http', 'ws')}tone`;
		let password = 'a guess';
		const token = upstreamLogin(url, 'alice', () => password);
		await expect(token(signal)).rejects.toThrow('the upstream refuses this name and password');
		const relay = new RelayStation('mirror', url, { token, minRetryMs: 20, maxRetryMs: 20 });
		await rig.start({ stations: [relay] });
		await expect.poll(() => relay.failures).toBeGreaterThan(0);
		password = PASSWORD;
		await expect.poll(() => relay.state).toBe('playing');
	});

	it.each<[string, (response: ServerResponse) => void, string]>([
		['has none', (response) => response.writeHead(404).end(), 'has no login: leave the name out'],
		[
			'has seen too many failures',
			(response) => response.writeHead(429, { 'Retry-After': 7 }).end(),
			'again in 7 s',
		],
		['fails', (response) => response.writeHead(500).end(), 'with status 500'],
		['gives no token', (response) => response.end('{"token":7}'), 'without a token'],
		[
			'sends elsewhere',
			(response) => response.writeHead(307, { Location: 'http://127.0.0.1:1/login' }).end(),
			'cannot be reached',
		],
		[
			'answers at too great length',
			(response) => response.end(`{"token":"abc","more":"${'x'.repeat(70_000)}"}`),
			'without a token',
		],
		['breaks off', (response) => response.destroy(), 'cannot be reached'],
	])('says so when the upstream’s login %s', async (_, answer, sentence) => {
		const token = upstreamLogin(await answering(answer), 'alice', () => PASSWORD);
		const error = await Promise.resolve(token(signal)).catch((reason: unknown) => reason as Error);
		expect((error as Error).message).toContain(sentence);
		expect((error as Error).message).not.toContain(PASSWORD);
	});

	it('is given up in the time that a connection may take', async () => {
		const url = await answering(() => {});
		const token = upstreamLogin(url, 'alice', () => PASSWORD);
		const relay = new RelayStation('mirror', url, { token, connectTimeoutMs: 100 });
		await rig.start({ stations: [relay] });
		await expect.poll(() => relay.failures).toBe(1);
		expect(relay.state).toBe('waiting');
	});
});

it('does not read on without end', async () => {
	let written = 0;
	const url = await answering((response) => {
		const more = (): void => {
			while (!response.destroyed && response.write(Buffer.alloc(65_536, ' '))) {
				written++;
			}
			response.once('drain', more);
		};
		more();
	});
	const token = upstreamLogin(url, 'alice', () => PASSWORD);
	await expect(token(signal)).rejects.toThrow('without a token');
	expect(written).toBeLessThan(1000);
});

it('tells nothing of an answer that is no JSON', async () => {
	const url = await answering((response) => response.end('tok_9f8e7d6c5b4a'));
	const login = upstreamLogin(url, 'anna', () => 'a password');
	const failure = await Promise.resolve(login(new AbortController().signal)).catch(String);
	expect(failure).toMatch(/^Error/);
	expect(failure).not.toContain('tok_9f8e');
});
