import { describe, expect, it } from 'vitest';
import { FakeServer, FRAME, FRAME_MS, RATE } from './fake-server.js';
import { ReceiverRig } from './receiver-rig.js';

function playing(
	server: ConstructorParameters<typeof FakeServer>[1] = {},
	setup: Parameters<ReceiverRig['start']>[0] = {},
	seed = 1,
): { rig: ReceiverRig; server: FakeServer } {
	const rig = new ReceiverRig(seed);
	const fake = new FakeServer(rig.clock, server);
	rig.servers.set('ws://a/', fake);
	rig.start(setup);
	return { rig, server: fake };
}

/** Connections break, and for so long none can be opened; media goes on unheard. */
function cut(rig: ReceiverRig, server: FakeServer, seconds: number): void {
	server.isReachable = false;
	server.drop();
	rig.run(seconds);
	server.isReachable = true;
}

/** What was played, as runs of media positions that follow each other. */
function runs(played: readonly number[]): [number, number][] {
	const found: [number, number][] = [];
	for (const position of played) {
		const run = found.at(-1);
		if (run?.[1] === position) {
			run[1]++;
		} else {
			found.push([position, position + 1]);
		}
	}
	return found;
}

describe('reconnecting', () => {
	it.each([1, 2, 3])(
		'plays within 1.5 s of each of 20 returns of a killed server, seed %d',
		(seed) => {
			const { rig, server } = playing({}, {}, seed);
			rig.run(2);
			for (let kill = 0; kill < 20; kill++) {
				server.kill();
				const before = rig.played.length;
				rig.run(0.5 + ((kill * 7) % 20) * 0.15);
				expect(rig.played.length).toBe(before);
				server.restart({ stream: `run-${kill}` });
				rig.run(1.5);
				expect(rig.played.length).toBeGreaterThan(before);
				rig.run(1.5);
			}
			expect(rig.report).toMatchObject({ reconnects: 20, framesLost: 0, malformedMessages: 0 });
			expect(rig.told('close').filter(({ wasOpen }) => wasOpen)).toHaveLength(20);
			expect(rig.told('open')).toHaveLength(21);
			expect(rig.clock.pending).toBeLessThan(30);
		},
	);

	it('waits longer and longer for a server that stays away, at most maxDelay', () => {
		const { rig, server } = playing();
		rig.run(2);
		server.kill();
		rig.run(120);
		const [prompt, ...waits] = rig.told('close').map(({ retryIn }) => retryIn!);
		expect(prompt).toBeLessThanOrEqual(0.05);
		expect(waits[0]).toBeLessThanOrEqual(0.25);
		expect(waits.every((wait) => wait >= 0.125 && wait <= 5)).toBe(true);
		expect(waits.slice(-10).every((wait) => wait > 2.4)).toBe(true);
		expect(waits.length).toBeGreaterThan(30);
		expect(waits.length).toBeLessThan(70);
	});

	it('tries at once after a connection that brought media for 1 s, at another moment each time', () => {
		const { rig, server } = playing();
		for (let loss = 0; loss < 50; loss++) {
			rig.run(1.1);
			server.drop();
		}
		rig.run(0.1);
		const waits = rig.told('close').map(({ retryIn }) => retryIn!);
		expect(waits).toHaveLength(50);
		expect(Math.max(...waits)).toBeLessThanOrEqual(0.05);
		expect(Math.max(...waits)).toBeGreaterThan(0.04);
		expect(Math.min(...waits)).toBeLessThan(0.01);
		expect(rig.report).toMatchObject({ connectionsOpen: 1, reconnects: 50 });
	});

	it('tries at once after 5 s of a source that paused', () => {
		const { rig, server } = playing();
		server.onFrame = () => undefined;
		rig.run(5.1);
		server.drop();
		expect(rig.told('close')[0]!.retryIn).toBeLessThanOrEqual(0.05);
	});

	it('misses 60 ms at most of a connection that is reset', () => {
		const { rig, server } = playing({ history: 0 });
		rig.run(2);
		server.drop();
		rig.run(1);
		expect(rig.report.framesLost).toBeLessThanOrEqual(60 / FRAME_MS);
		expect(rig.report.reconnects).toBe(1);
	});

	it.each([1013, 4408, 4429])('gives time to a server that has too much to do, %d', (code) => {
		const { rig, server } = playing();
		rig.run(2);
		server.drop(code);
		expect(rig.told('close')[0]!.retryIn).toBeGreaterThanOrEqual(0.125);
	});

	it('does not try at once a second time', () => {
		const { rig, server } = playing();
		rig.run(2);
		server.kill();
		rig.run(0.2);
		expect(rig.told('close').map(({ retryIn }) => retryIn! > 0.05)).toEqual([false, true]);
		rig.receiver.obey({ type: 'nudge' });
		rig.run(0.05);
		expect(rig.told('close').at(-1)!.retryIn).toBeGreaterThanOrEqual(0.125);
	});

	it.each([
		['nothing', 0],
		['media for 0.9 s', 0.9],
	])('does not hammer a server that accepts, brings %s and drops', (_, seconds) => {
		const { rig, server } = playing();
		rig.run(2);
		const connect = server.connect.bind(server);
		server.connect = (wire) => {
			if (seconds === 0) {
				wire.accept('steadypcm.v1');
				wire.end(1006);
			} else {
				connect(wire);
				rig.clock.setTimer(() => wire.end(1006), seconds * 1000);
			}
		};
		server.drop();
		rig.run(60);
		const waits = rig.told('close').map(({ retryIn }) => retryIn!);
		expect(waits.slice(1).every((wait) => wait >= 0.125)).toBe(true);
		expect(rig.wires.length).toBeLessThan(seconds === 0 ? 40 : 60);
		expect(waits.at(-1)! > 2.4).toBe(seconds === 0);
	});

	it.each([
		[4401, 'refused'],
		[4404, 'refused'],
		[1008, 'refused'],
		[1000, null],
		[1002, null],
	])('gives up at code %d', (code, fault) => {
		const { rig, server } = playing();
		rig.run(1);
		server.drop(code);
		rig.run(60);
		expect(rig.wires).toHaveLength(1);
		expect(rig.told('close')).toMatchObject([{ code, retryIn: null, wasOpen: true, fault }]);
		expect(rig.told('end')).toHaveLength(1);
	});

	it.each([1001, 1006, 1011, 4408, 4429])('tries again at code %d', (code) => {
		const { rig, server } = playing();
		rig.run(1);
		server.drop(code);
		rig.run(3);
		expect(rig.wires).toHaveLength(2);
		expect(rig.report.connectionsOpen).toBe(1);
	});

	it('tells of a first connection that fails, after each URL was tried once', () => {
		const rig = new ReceiverRig();
		const dead = new FakeServer(rig.clock);
		dead.isUp = false;
		rig.servers.set('ws://a/', dead).set('ws://b/', dead);
		rig.start({ urls: ['ws://a/', 'ws://b/'] });
		rig.run(60);
		expect(rig.wires.map(({ url }) => url)).toEqual(['ws://a/', 'ws://b/']);
		expect(rig.told('close').map(({ retryIn }) => retryIn)).toEqual([0, null]);
	});

	it('goes on to the next URL when one is lost', () => {
		const { rig, server } = playing({}, { urls: ['ws://a/', 'ws://b/'] });
		rig.servers.set('ws://b/', new FakeServer(rig.clock, { stream: 'other' }));
		rig.run(1);
		server.kill();
		rig.run(1);
		expect(rig.wires.map(({ url }) => url)).toEqual(['ws://a/', 'ws://b/']);
		expect(rig.splices).toHaveLength(2);
	});

	it('asks for a token before each attempt, and gives up on one that does not come', () => {
		const { rig, server } = playing({}, { hasToken: true });
		rig.run(1);
		expect(rig.wires).toHaveLength(0);
		expect(rig.told('token-wanted')).toEqual([{ type: 'token-wanted', id: 1 }]);
		rig.receiver.obey({ type: 'token', id: 1, token: 'abc-1' });
		rig.run(1);
		expect(rig.wire.offered).toEqual(['steadypcm.v1', 'steadypcm.token.abc-1']);
		server.drop();
		rig.run(1);
		rig.receiver.obey({ type: 'token', id: 2, token: 'a token/with spaces' });
		rig.run(1);
		expect(rig.wire.offered).toEqual(['steadypcm.v1']);
		expect(rig.wire.said[0]).toEqual({ type: 'token', token: 'a token/with spaces' });
		server.drop();
		rig.run(11);
		expect(rig.told('close').at(-1)!.reason).toBe('no token within 10 s');
		rig.receiver.obey({ type: 'token', id: 3, token: 'late' });
		expect(rig.wires).toHaveLength(2);
	});

	it('takes a token that cannot be had for a try that failed', () => {
		const { rig, server } = playing({}, { hasToken: true });
		rig.receiver.obey({ type: 'token', id: 1, token: 'abc' });
		rig.run(1);
		server.drop();
		rig.run(0.3);
		rig.receiver.obey({ type: 'token', id: 2, token: null });
		expect(rig.wires).toHaveLength(1);
		expect(rig.told('close').at(-1)).toMatchObject({ reason: 'no token', wasOpen: false });
		rig.run(1);
		rig.receiver.obey({ type: 'token', id: 3, token: 'def' });
		rig.run(0.1);
		expect(rig.report.connectionsOpen).toBe(1);
	});
});

describe('a half-open connection', () => {
	it('is noticed after idleTimeout, and replaced', () => {
		const { rig, server } = playing({}, { idleTimeout: 4 });
		rig.run(2);
		server.wire.isSwallowed = true;
		rig.run(3.9);
		expect(rig.told('close')).toHaveLength(0);
		rig.run(0.4);
		expect(rig.told('close')).toMatchObject([{ code: 1006, wasOpen: true }]);
		expect(rig.told('close')[0]!.reason).toMatch(/nothing came for 4/);
		rig.run(1);
		expect(rig.report.connectionsOpen).toBe(1);
	});

	it('is not seen in a source that pauses, whose server answers', () => {
		const { rig, server } = playing({}, { idleTimeout: 2 });
		rig.run(1);
		server.onFrame = () => undefined;
		rig.run(60);
		expect(rig.told('close')).toHaveLength(0);
	});

	it('is not looked for where a server never took the protocol, unless asked to', () => {
		for (const idleTimeout of [null, 5]) {
			const rig = new ReceiverRig();
			rig.start({ protocol: 'raw', subprotocols: [], idleTimeout });
			rig.wire.accept('');
			rig.wire.give(new Uint8Array(FRAME * 8));
			rig.run(20);
			expect(rig.told('close').length > 0).toBe(idleTimeout !== null);
			expect(rig.wire.said).toEqual([]);
		}
	});

	it('is found within 2 s of a nudge', () => {
		const { rig, server } = playing({}, { idleTimeout: 30 });
		rig.run(3);
		server.wire.isSwallowed = true;
		rig.run(1);
		rig.receiver.obey({ type: 'nudge' });
		rig.run(2.5);
		expect(rig.told('close')).toHaveLength(1);
		expect(rig.report.connectionsOpen).toBe(1);
	});

	it('is found as soon however many nudges follow', () => {
		const { rig, server } = playing({}, { idleTimeout: 30 });
		rig.run(3);
		server.wire.isSwallowed = true;
		for (let nudge = 0; nudge < 25; nudge++) {
			rig.receiver.obey({ type: 'nudge' });
			rig.run(0.1);
		}
		expect(rig.told('close')).toHaveLength(1);
		expect(rig.told('close')[0]!.reason).toMatch(/nothing came for 2(\.\d)? s/);
	});
});

describe('a nudge', () => {
	it('tries at once instead of waiting', () => {
		const { rig, server } = playing({}, { reconnect: { minDelay: 20, maxDelay: 30 } });
		rig.run(1);
		cut(rig, server, 1);
		expect(rig.report).toMatchObject({ connectionsOpen: 0, via: null });
		rig.receiver.obey({ type: 'nudge' });
		rig.run(0.1);
		expect(rig.report).toMatchObject({ connectionsOpen: 1, via: 'websocket' });
	});

	it('leaves a connection that lives alone', () => {
		const { rig } = playing();
		rig.run(2);
		rig.receiver.obey({ type: 'nudge' });
		rig.run(10);
		expect(rig.told('close')).toHaveLength(0);
	});

	it('comes by itself after sleep', () => {
		const { rig, server } = playing({}, { idleTimeout: 60 });
		rig.run(5);
		server.wire.isSwallowed = true;
		rig.clock.sleep(100_000);
		rig.run(4);
		expect(rig.told('close')).toHaveLength(1);
		expect(rig.report.connectionsOpen).toBe(1);
	});

	it('is also due where the monotonic clock sleeps with the system', () => {
		const { rig } = playing();
		rig.run(10.5);
		const asked = rig.wire.heard('time').length;
		rig.wallStep += 60_000;
		rig.run(2);
		expect(rig.wire.heard('time')).toHaveLength(asked + 1);
		expect(rig.told('close')).toHaveLength(0);
	});
});

describe('resuming', () => {
	it.each([0, 30, 400])(
		'plays every sample once after 2 s away in complete mode, a server %d ms away',
		(slowness) => {
			const { rig, server } = playing(
				{ slowness },
				{ mode: 'complete', reconnect: { minDelay: 0.1, maxDelay: 0.1 } },
			);
			rig.run(3);
			cut(rig, server, 2);
			rig.run(8);
			const [run, ...others] = runs(rig.played);
			expect(others).toEqual([]);
			expect(run![0]).toBe(0);
			expect(run![1]).toBeGreaterThan((13 - 0.1 - FRAME_MS / 1000) * RATE);
			expect(rig.splices).toEqual([0]);
			const { framesLost, framesRecovered, framesDuplicated } = rig.report;
			expect({ framesLost, framesDuplicated }).toEqual({ framesLost: 0, framesDuplicated: 0 });
			expect(framesRecovered).toBeGreaterThan(95);
			expect(framesRecovered).toBeLessThan(130);
		},
	);

	it('loses nothing in complete mode when the connection breaks again before the repeats came', () => {
		const { rig, server } = playing(
			{ slowness: 300 },
			{ mode: 'complete', reconnect: { minDelay: 0.1, maxDelay: 0.1 } },
		);
		rig.run(3);
		cut(rig, server, 8);
		rig.run(0.2);
		cut(rig, server, 8);
		rig.run(7);
		expect(server.wires.map((wire) => wire.heard('resume').length)).toEqual([0, 1, 1]);
		expect(runs(rig.played)).toHaveLength(1);
		expect(rig.report.framesLost).toBe(0);
	});

	it('asks a live stream only for what is not too late, and tells what is lost', () => {
		const { rig, server } = playing();
		rig.targetDelay = 0.1;
		rig.run(3);
		expect(rig.report.connectionsOpen).toBe(1);
		cut(rig, server, 2);
		rig.run(3);
		const [resume] = server.wire.heard('resume');
		expect(resume!.seconds).toBeGreaterThanOrEqual(0.1);
		expect(resume!.seconds).toBeLessThan(0.2);
		const { framesLost, framesRecovered } = rig.report;
		expect(framesRecovered).toBe(Math.ceil((resume!.seconds! * 1000) / FRAME_MS));
		expect(runs(rig.played)).toHaveLength(2);
		expect(rig.played.length / FRAME + framesLost).toBe(server.next);
	});

	it('misses nothing of a live stream that is away for less than its delay', () => {
		const { rig, server } = playing({}, { reconnect: { minDelay: 0.1, maxDelay: 0.1 } });
		rig.targetDelay = 0.4;
		rig.run(3);
		expect(rig.report.connectionsOpen).toBe(1);
		cut(rig, server, 0.25);
		rig.run(3);
		expect(runs(rig.played)).toHaveLength(1);
		expect(rig.report).toMatchObject({ framesLost: 0, framesDuplicated: 0 });
	});

	it('goes on without what the history no longer holds, at once', () => {
		const { rig, server } = playing({ history: 25 }, { mode: 'complete' });
		rig.run(3);
		cut(rig, server, 2);
		rig.run(2);
		expect(runs(rig.played)).toHaveLength(2);
		const { framesLost, framesRecovered } = rig.report;
		expect(framesRecovered).toBe(25);
		expect(rig.played.length / FRAME + framesLost).toBe(server.next);
	});

	it.each(['live', 'complete'] as const)(
		'does not wait for what the history of a relay lacks, %s',
		(mode) => {
			// Amid what is missed, and the last of it.
			const holes = [155, 156, 161, 174];
			const { rig, server } = playing({ holes }, { mode });
			rig.targetDelay = 2;
			rig.run(3);
			expect(rig.report.connectionsOpen).toBe(1);
			cut(rig, server, 0.5);
			while (server.wires.length === 1) {
				rig.run(0.001);
			}
			expect(server.next - 1).toBeGreaterThanOrEqual(holes.at(-1)!);
			rig.run(FRAME_MS / 1000);
			expect(rig.played.at(-1)).toBe(server.next * FRAME - 1);
			expect(rig.report.framesLost).toBe(holes.length);
			expect(rig.splices).toHaveLength(4);
		},
	);

	it.each([
		['the first repeated frame carries', 0, 0.2, 1],
		['a later repeated frame carries', 0.1, 0.1, 1],
		['the first live frame carries, where none was missed', 0, 0, 0],
	])('splices at a discontinuity that %s', (_, before, after, missed) => {
		const { rig, server } = playing();
		rig.targetDelay = 2;
		rig.run(3);
		expect(rig.report.connectionsOpen).toBe(1);
		if (missed === 0) {
			// Nothing is made until it is open again.
			const connect = server.connect.bind(server);
			server.connect = (wire) => {
				server.isUp = server.isMarkDue = true;
				connect(wire);
			};
			server.kill();
		} else {
			server.isReachable = false;
			server.drop();
			rig.run(before);
			server.isMarkDue = true;
			rig.run(after);
			server.isReachable = true;
		}
		rig.run(2);
		expect(rig.splices).toHaveLength(2);
		expect(runs(rig.played)).toHaveLength(1);
		expect(rig.report).toMatchObject({ framesLost: 0, framesDuplicated: 0 });
	});

	it.each([
		['without a history', { history: 0 }, 0],
		['that does not answer', { slowness: 1e6 }, 0.99],
	])('does not wait for repeats of a server %s', (_, options, least) => {
		const { rig, server } = playing(options);
		rig.run(1);
		cut(rig, server, 1);
		while (rig.report.connectionsOpen === 0) {
			rig.run(0.001);
		}
		const before = rig.played.length;
		expect(server.wire.heard('resume')).toHaveLength(least === 0 ? 0 : 1);
		rig.run(least);
		expect(rig.played).toHaveLength(before);
		rig.run(0.06);
		expect(rig.played.length).toBeGreaterThan(before);
		expect(rig.played.length / FRAME + rig.report.framesLost).toBe(server.next);
	});

	it('begins anew with a server that was restarted, under the same sequence numbers', () => {
		const { rig, server } = playing();
		rig.run(3);
		server.kill();
		rig.run(0.5);
		server.restart({ stream: 'run-2' });
		rig.run(3);
		expect(server.wire.heard('resume')).toEqual([]);
		expect(runs(rig.played)).toHaveLength(2);
		expect(rig.splices).toHaveLength(2);
		expect(rig.report).toMatchObject({ framesLost: 0, framesDuplicated: 0, framesLate: 0 });
	});
});

describe('what the player says', () => {
	it('acknowledges each 100 ms what came, and nothing when nothing did', () => {
		const { rig, server } = playing();
		rig.run(1.1);
		const acks = server.wire.heard('ack').map(({ sequence }) => sequence);
		expect(acks.length).toBeGreaterThanOrEqual(8);
		expect(acks.length).toBeLessThanOrEqual(11);
		expect(acks.at(-1)).toBeGreaterThan(server.next - 8);
		server.onFrame = () => undefined;
		rig.run(0.2);
		const { length } = server.wire.heard('ack');
		server.wire.give(server.message(5));
		rig.run(2);
		expect(server.wire.heard('ack')).toHaveLength(length);
		expect(server.wire.heard('ack').at(-1)!.sequence).toBe(server.next - 1 - 110);
	});

	it.each([5000, 9999, 20_000, 2 ** 31 + 5])(
		'acknowledges on after a stray frame whose sequence is %d ahead, and plays on',
		(distance) => {
			const { rig, server } = playing();
			rig.run(2);
			const stray = server.message(server.next - 1);
			new DataView(stray.buffer).setUint32(12, (server.next + distance) >>> 0, true);
			const before = rig.played.length / FRAME;
			server.wire.give(stray);
			rig.run(0.5);
			const { sequence } = server.wire.heard('ack').at(-1)!;
			expect(sequence).toBeGreaterThan(server.next - 8);
			expect(sequence).toBeLessThan(server.next);
			rig.run(0.5);
			expect(rig.played.length / FRAME).toBeGreaterThanOrEqual(before + 50);
			expect(rig.report.framesLate).toBe(0);
		},
	);

	it('finds the clock offset, and when what plays was captured', () => {
		const { rig, server } = playing({ skew: 12_345 });
		rig.run(20);
		const { clockOffset, roundTrip, capture } = rig.report;
		expect(clockOffset).toBeCloseTo(12_345, 3);
		expect(roundTrip).toBeCloseTo(0, 3);
		expect(capture!.sampleRate).toBe(RATE);
		const capturedAt = (server.next - 1) * FRAME_MS + FRAME_MS;
		expect(capture!.pts).toBe((server.next - 1) * FRAME);
		expect(capture!.capturedAt - 1_700_000_000_000).toBeCloseTo(capturedAt, 3);
		// 5 quick ones, then each 5 s.
		expect(server.wire.heard('time').length).toBe(5 + 3);
	});

	it('says nothing of its own to a server that does not speak the protocol', () => {
		const rig = new ReceiverRig();
		rig.start({ protocol: 'auto', subprotocols: [] });
		rig.wire.accept('');
		rig.wire.give(new Uint8Array(FRAME * 8));
		rig.wire.give('{"type":"hello"}');
		rig.run(10);
		expect(rig.wire.said).toEqual([]);
		expect(rig.told('text')).toEqual([{ type: 'text', text: '{"type":"hello"}' }]);
		expect(rig.report).toMatchObject({ capture: null, clockOffset: null, roundTrip: null });
	});
});
