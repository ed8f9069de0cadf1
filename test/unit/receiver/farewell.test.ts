import { describe, expect, it } from 'vitest';
import { FakeServer, FRAME, FRAME_MS, type FakeServerOptions } from './fake-server.js';
import { ReceiverRig } from './receiver-rig.js';

const URLS = ['ws://a/', 'ws://b/'];

/** A player that lost its connection after 3 s, `seconds` before the stream was complete. */
function away(
	seconds: number,
	farewell: Parameters<FakeServer['finish']>[0],
	setup: Parameters<ReceiverRig['start']>[0],
	options: FakeServerOptions = {},
): { rig: ReceiverRig; server: FakeServer } {
	const rig = new ReceiverRig();
	const server = new FakeServer(rig.clock, options);
	URLS.forEach((url) => rig.servers.set(url, server));
	rig.start(setup);
	rig.targetDelay = 0.1;
	rig.run(3);
	expect(rig.report.connectionsOpen).toBe(setup?.redundancy ?? 1);
	server.isReachable = false;
	server.drop();
	rig.run(seconds);
	server.finish(farewell);
	rig.run(0.2);
	server.isReachable = true;
	rig.run(2);
	return { rig, server };
}

function expectOver(rig: ReceiverRig): void {
	expect(rig.told('close').at(-1)).toMatchObject({ code: 1000, retryIn: null, wasOpen: true });
	expect(rig.ends.length).toBeGreaterThan(0);
	expect(new Set(rig.ends)).toEqual(new Set([rig.played.length]));
	expect(rig.told('end').map(({ id }) => id)).toEqual(rig.ends.map((_, i) => -1 - i));
	const { length } = rig.wires;
	rig.run(60);
	expect(rig.wires).toHaveLength(length);
	expect(rig.report).toMatchObject({ connectionsOpen: 0, backlog: 0 });
}

describe('a stream that ends while the player is away', () => {
	it.each([
		['one connection', {}, {}],
		['one connection to a slow server', {}, { slowness: 400 }],
		['two connections', { redundancy: 2, urls: URLS }, {}],
	] as const)('is played to its last sample in complete mode, %s', (_, setup, options) => {
		const { rig, server } = away(1, 'repeats', { mode: 'complete', ...setup }, options);
		expect(rig.played.length / FRAME).toBe(server.next);
		expect(rig.played.findIndex((position, i) => position !== i)).toBe(-1);
		expect(rig.splices).toEqual([0]);
		expect(rig.report).toMatchObject({ framesLost: 0, framesLate: 0 });
		expect(rig.report.framesRecovered).toBeGreaterThanOrEqual(50);
		expectOver(rig);
	});

	it('is played as far as it is not too late in live mode, and what is lost is told', () => {
		const { rig, server } = away(1, 'repeats', {});
		const { framesLost, framesRecovered } = rig.report;
		expect(framesRecovered).toBe(160 / FRAME_MS);
		expect(rig.played.at(-1)).toBe(server.next * FRAME - 1);
		expect(rig.played.length / FRAME + framesLost).toBe(server.next);
		expectOver(rig);
	});

	it.each(['live', 'complete'] as const)('ends without delay where none was missed, %s', (mode) => {
		const { rig, server } = away(0, 'repeats', { mode });
		expect(rig.played.length / FRAME).toBe(server.next);
		expect(rig.report).toMatchObject({ framesLost: 0, framesRecovered: 0 });
		expectOver(rig);
	});

	it.each([
		['live', 'closes', {}],
		['complete', 'closes', {}],
		['complete', 'closes', { slowness: 400 }],
		['complete', 'closes', { history: 0 }],
	] as const)(
		'ends, its rest lost and counted, where the server closes at once (%s, %s, %o)',
		(mode, farewell, options) => {
			const { rig, server } = away(1, farewell, { mode }, options);
			const { framesLost } = rig.report;
			expect(framesLost).toBeGreaterThanOrEqual(50);
			expect(rig.played.length / FRAME + framesLost).toBe(server.next);
			expectOver(rig);
		},
	);

	it.each(['live', 'complete'] as const)(
		'ends where the server does not even greet, %s',
		(mode) => {
			const { rig } = away(1, 'closes without a word', { mode });
			// Nobody said how much there was.
			expect(rig.report.framesLost).toBe(0);
			expectOver(rig);
		},
	);

	it('is over for both paths', () => {
		const { rig, server } = away(1, 'closes', { redundancy: 2, urls: URLS });
		expect(rig.played.length / FRAME + rig.report.framesLost).toBe(server.next);
		expectOver(rig);
	});
});
