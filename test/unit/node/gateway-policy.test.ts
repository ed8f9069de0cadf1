// Which pages and which paths a gateway knows: foreign origins, foreign names of its host, files that are none of the
// page's.
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, ended, GatewayRig } from './gateway-rig.js';

const rig = new GatewayRig();

afterEach(() => rig.close());

describe('an open gateway', () => {
	it('refuses foreign origins, by WebSocket and by HTTP, and foreign names of its host', async () => {
		const gateway = await rig.start();
		const check = await rig.neighbour(gateway);
		const origin = 'https://evil.example';
		const socket = rig.socket(gateway, 'tone', [], { origin });
		expect(await ended(socket)).toEqual({ code: 4403, reason: 'origin not allowed' });
		for (const path of ['/tone', '/', '/sources.json', '/metrics']) {
			const answer = await ask(gateway, path, { headers: { origin } });
			expect([path, answer.status]).toEqual([path, 403]);
			expect(answer.headers['access-control-allow-origin']).toBe(undefined);
		}
		const host = 'evil.example';
		const rebound = { host, origin: `http://${host}` };
		expect((await ask(gateway, '/tone', { headers: rebound })).status).toBe(421);
		const [error] = (await once(rig.socket(gateway, 'tone', [], rebound), 'error')) as [Error];
		expect(error.message).toContain('421');
		expect(rig.journal).toContain('"reason":"origin not allowed"');
		expect(rig.journal).toContain('"reason":"unknown host"');
		await check();
	});

	it('knows a fixed list of paths: no other file can be asked for', async () => {
		const gateway = await rig.start();
		const check = await rig.neighbour(gateway);
		const paths = [
			'/secret.txt',
			'/../secret.txt',
			'/./page.html',
			'/page.html',
			'/..%2f..%2fetc/passwd',
			'/%2e%2e/%2e%2e/etc/passwd',
			'/....//....//etc/passwd',
			'//etc/passwd',
			'/page.js/../secret.txt',
			'/page.js%00.txt',
			'http://127.0.0.1/secret.txt',
			'/__proto__',
			'/constructor',
			'/tone/../secret.txt',
		];
		for (const path of paths) {
			const { status, body } = await ask(gateway, path);
			expect([path, status]).toEqual([path, 404]);
			expect(body).toBe('{"error":"Nothing is here."}\n');
		}
		expect(rig.journal).toContain('Asked for what is not here. {"path":"/../secret.txt"');
		await check();
	});
});
