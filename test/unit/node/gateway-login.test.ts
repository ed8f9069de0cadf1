// POST /login, as it is meant and as it is abused.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../../src/node/gateway/gateway.js';
import { seededRandom } from '../../../src/node/source/seeded-random.js';
import { alice, ask, GatewayRig, login, PASSWORD, tokenProtocols } from './gateway-rig.js';
import { mutated } from './mutation.js';

const rig = new GatewayRig();

let gateway: Gateway;

beforeEach(async () => {
	gateway = await rig.start({ access: { users: await alice() } });
});
afterEach(() => rig.close());

describe('a login', () => {
	it('logs in by form and by JSON, and refuses the rest', async () => {
		const form = (body: string) =>
			ask(gateway, '/login', {
				method: 'POST',
				headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
				body,
			});
		const right = await form(new URLSearchParams({ uname: 'alice', pwd: PASSWORD }).toString());
		expect(right.status).toBe(200);
		expect(JSON.parse(right.body)).toEqual({
			token: expect.stringMatching(/^[\w-]{43}$/) as string,
			expiresIn: 60,
		});
		expect(right.headers['cache-control']).toBe('no-store');
		const wrong = await form('uname=alice&pwd=no');
		const unknown = await form('uname=mallory&pwd=no');
		expect([wrong.status, unknown.status]).toEqual([401, 401]);
		expect(wrong.body).toBe(unknown.body);
		expect((await form('uname=alice')).status).toBe(400);
		expect((await form(`uname=alice&pwd=${'x'.repeat(10_000)}`)).status).toBe(413);
		const xml = await ask(gateway, '/login', {
			method: 'POST',
			headers: { 'Content-Type': 'text/xml' },
			body: '<uname>alice</uname>',
		});
		expect(xml.status).toBe(415);
		for (const type of ['constructor', '__proto__']) {
			const headers = { 'Content-Type': type };
			expect((await ask(gateway, '/login', { method: 'POST', headers })).status).toBe(415);
		}
	});

	it('slows those who guess', async () => {
		for (let i = 0; i < 10; i++) {
			expect(await login(gateway, `guess ${i}`)).toBe(undefined);
		}
		const answer = await ask(gateway, '/login', {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ uname: 'alice', pwd: PASSWORD }),
		});
		expect(answer.status).toBe(429);
		expect(Number(answer.headers['retry-after'])).toBeGreaterThan(200);
		expect(await gateway.metrics()).toContain('steadypcm_logins_total{outcome="limited"} 1');
	});

	it('survives what is no login, in 300 seeded ways', async () => {
		const random = seededRandom(5);
		const check = await rig.neighbour(gateway, tokenProtocols(await login(gateway)));
		const statuses = new Set<number>();
		for (let i = 0; i < 300; i++) {
			const type = random() < 0.5 ? 'application/json' : 'application/x-www-form-urlencoded';
			const { status } = await ask(gateway, '/login', {
				method: 'POST',
				headers: { 'Content-Type': type },
				body: mutated('{"uname":"alice","pwd":"wrong"}', random),
			});
			expect([400, 401, 413, 429]).toContain(status);
			statuses.add(status);
		}
		expect(statuses.has(400) && statuses.has(401)).toBe(true);
		expect(rig.journal).toContain('A login that is none.');
		expect(rig.journal).toContain('Login refused');
		expect(rig.journal).not.toContain('wrong');
		await check();
	});
});
