import { describe, expect, it } from 'vitest';
import { FRAME_DISCONTINUITY } from '../../../src/core/frame.js';
import { random } from '../../support/random.js';
import { FakeServer, FRAME, FRAME_MS } from './fake-server.js';
import { ReceiverRig } from './receiver-rig.js';

const URLS = ['ws://a/', 'ws://b/'];

function inOrder(played: readonly number[]): boolean {
	return played.every((position, i) => i === 0 || position > played[i - 1]!);
}

/** Two ways to one server. */
function twoPaths(setup: Parameters<ReceiverRig['start']>[0] = {}): {
	rig: ReceiverRig;
	server: FakeServer;
} {
	const rig = new ReceiverRig();
	const server = new FakeServer(rig.clock);
	rig.servers.set(URLS[0]!, server).set(URLS[1]!, server);
	rig.start({ urls: URLS, redundancy: 2, ...setup });
	return { rig, server };
}

describe('redundancy', () => {
	it('opens each path with another URL, says open once, and plays each frame once', () => {
		const { rig } = twoPaths();
		rig.run(5);
		expect(rig.wires.map(({ url }) => url)).toEqual(URLS);
		expect(rig.told('open')).toHaveLength(1);
		expect(rig.report.connectionsOpen).toBe(2);
		expect(rig.splices).toEqual([0]);
		const frames = rig.played.length / FRAME;
		expect(frames).toBeGreaterThan(245);
		expect(rig.report).toMatchObject({ framesDuplicated: frames, framesLost: 0, framesLate: 0 });
	});

	it('plays on while either path breaks, without a word', () => {
		const { rig, server } = twoPaths();
		rig.run(1);
		for (let i = 0; i < 10; i++) {
			server.wires.filter(({ isClosed }) => !isClosed)[i % 2]!.end(1006);
			rig.run(2);
		}
		expect(rig.told('close')).toHaveLength(0);
		expect(rig.splices).toEqual([0]);
		expect(rig.report).toMatchObject({ framesLost: 0, reconnects: 10, connectionsOpen: 2 });
		expect(rig.played.length / FRAME).toBeGreaterThan(1045);
	});

	it('is over when the stream is complete, though a path was about to try again', () => {
		const { rig, server } = twoPaths();
		rig.run(1);
		server.isUp = false;
		server.wires[1]!.end(1006);
		server.wires[0]!.end(1000);
		expect(rig.told('close')).toMatchObject([{ code: 1000, retryIn: null, wasOpen: true }]);
		expect(rig.told('end')).toHaveLength(1);
		rig.run(60);
		expect(rig.wires).toHaveLength(2);
	});

	it('tells close when the last path is gone', () => {
		const { rig, server } = twoPaths();
		rig.run(1);
		server.kill();
		expect(rig.told('close')).toMatchObject([{ code: 1006, wasOpen: true }]);
		rig.run(0.5);
		server.restart({ stream: 'again' });
		rig.run(2);
		expect(rig.told('open')).toHaveLength(2);
		expect(rig.report.connectionsOpen).toBe(2);
	});

	it('is over when both are, and keeps trying for one that never opened', () => {
		const rig = new ReceiverRig();
		const a = new FakeServer(rig.clock);
		const b = new FakeServer(rig.clock);
		b.isUp = false;
		rig.servers.set(URLS[0]!, a).set(URLS[1]!, b);
		rig.start({ urls: URLS, redundancy: 2 });
		rig.run(5);
		b.isUp = true;
		rig.run(5);
		// The second path takes turns of both URLs.
		expect(rig.report.connectionsOpen).toBe(2);
		a.drop(1000);
		b.drop(1000);
		expect(rig.told('close')).toMatchObject([{ code: 1000, retryIn: null }]);
		expect(rig.told('end')).toHaveLength(1);
	});

	it('tries on for a path whose first connection failed before the other opened', () => {
		const { rig, server } = twoPaths({ urls: URLS.slice(0, 1) });
		const connect = server.connect.bind(server);
		let attempts = 0;
		server.connect = (wire) => {
			attempts++;
			if (attempts === 1) {
				rig.clock.setTimer(() => connect(wire), 100);
			} else if (attempts === 2) {
				wire.end(1006);
			} else {
				connect(wire);
			}
		};
		rig.run(1);
		expect(rig.report.connectionsOpen).toBe(2);
		expect(rig.told('close').map(({ retryIn }) => retryIn)).toEqual([0]);
	});

	it('has fewer late frames than either path alone when they stall independently', () => {
		const ways = [URLS.slice(0, 1), URLS.slice(1), URLS];
		const lateFrames = (seed: number, urls: readonly string[]): number => {
			const next = random(seed);
			const { rig, server } = twoPaths({ urls, redundancy: urls.length as 1 | 2 });
			rig.run(1);
			let late = 0;
			for (let t = 0; t < 20; t += 0.02) {
				for (const url of URLS) {
					const starts = next() < 0.02;
					const until = rig.clock.now() + 100 + 300 * next();
					const wire = server.wires.find((one) => one.url === url);
					if (starts && wire !== undefined) {
						wire.stalledUntil = Math.max(wire.stalledUntil, until);
					}
				}
				rig.run(0.02);
				const behind = server.next - rig.played.length / FRAME;
				late += behind * FRAME_MS > 80 ? 1 : 0;
			}
			expect(inOrder(rig.played)).toBe(true);
			return late;
		};
		for (const seed of [1, 2, 3]) {
			const [first, second, both] = ways.map((urls) => lateFrames(seed, urls));
			expect(first).toBeGreaterThan(50);
			expect(second).toBeGreaterThan(50);
			expect(both).toBeLessThan(Math.min(first!, second!) / 3);
		}
	});

	it('fills what one path leaves out by the other, without a splice', () => {
		const next = random(3);
		const { rig, server } = twoPaths();
		rig.run(1);
		let leftOut = 0;
		const isAfterGap = [false, false];
		server.onFrame = (message) => {
			const victim = next() < 0.2 ? Math.floor(2 * next()) : 2;
			server.wires.forEach((wire, i) => {
				if (i === victim) {
					leftOut++;
					isAfterGap[i] = true;
				} else {
					wire.give(isAfterGap[i] ? message.with(7, message[7]! | FRAME_DISCONTINUITY) : message);
					isAfterGap[i] = false;
				}
			});
		};
		rig.run(20);
		expect(leftOut).toBeGreaterThan(100);
		expect(rig.report).toMatchObject({ framesLost: 0, framesLate: 0 });
		expect(rig.splices).toEqual([0]);
		expect(inOrder(rig.played)).toBe(true);
	});

	it('only lets one lead where two streams differ, and takes the other when it is lost', () => {
		const rig = new ReceiverRig();
		const a = new FakeServer(rig.clock, { stream: 'a' });
		const b = new FakeServer(rig.clock, { stream: 'b', first: 5000 });
		rig.servers.set(URLS[0]!, a).set(URLS[1]!, b);
		rig.start({ urls: URLS, redundancy: 2 });
		rig.run(2);
		expect(rig.splices).toEqual([0]);
		const { framesDuplicated, framesLost } = rig.report;
		expect(framesLost).toBe(0);
		expect(framesDuplicated).toBe(rig.played.length / FRAME);
		a.kill();
		rig.run(2);
		expect(rig.told('close')).toHaveLength(0);
		expect(rig.splices).toHaveLength(2);
		expect(rig.played.length / FRAME).toBeGreaterThan(195);
	});

	it('is led by the path that brings something first', () => {
		const { rig, server } = twoPaths();
		rig.run(0.01);
		expect(rig.played).toHaveLength(0);
		server.wires[0]!.stalledUntil = 2000;
		rig.run(1);
		expect(rig.played.length / FRAME).toBeGreaterThan(45);
		rig.run(4);
		expect(rig.splices).toEqual([0]);
		expect(rig.report).toMatchObject({ framesLost: 0, framesLate: 0 });
	});

	it('does so with raw streams as well', () => {
		const rig = new ReceiverRig();
		rig.start({ urls: URLS, redundancy: 2, protocol: 'raw', subprotocols: [] });
		const [a, b] = rig.wires;
		a!.accept('');
		b!.accept('');
		const pcm = new Uint8Array(8 * FRAME);
		for (let i = 0; i < 10; i++) {
			a!.give(pcm);
			b!.give(pcm);
		}
		expect(rig.played).toHaveLength(10 * FRAME);
		expect(rig.splices).toEqual([]);
		a!.end(1006);
		b!.give(pcm);
		expect(rig.played).toHaveLength(11 * FRAME);
		expect(rig.splices).toEqual([10 * FRAME]);
		expect(rig.report).toMatchObject({ framesDuplicated: 10, packetsReceived: 21 });
	});
});
