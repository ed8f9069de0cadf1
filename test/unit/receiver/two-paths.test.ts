// What two paths owe each other when they break, end or disagree at an awkward moment.
import { describe, expect, it } from 'vitest';
import { FRAME_END_OF_STREAM } from '../../../src/core/frame.js';
import { FakeServer, FRAME } from './fake-server.js';
import { prefixed, ReceiverRig } from './receiver-rig.js';

const URLS = ['ws://a/', 'ws://b/'];

/** Both paths have their media by HTTP, for a second. */
function startDownlinks(mode: 'live' | 'complete'): { rig: ReceiverRig; server: FakeServer } {
	const rig = new ReceiverRig();
	const server = new FakeServer(rig.clock, { http: true });
	rig.servers.set(URLS[0]!, server).set(URLS[1]!, server);
	rig.start({ urls: URLS, redundancy: 2, isFirefox: true, mode });
	server.onFrame = (message) => {
		server.broadcast(message);
		for (const download of rig.downloads.filter(({ isClosed }) => !isClosed)) {
			download.give(prefixed(message));
		}
	};
	rig.run(0.5);
	rig.downloads.forEach((download) => download.answerFramed('run-1'));
	rig.run(1);
	return { rig, server };
}

describe('two paths', () => {
	it('tells the end whichever of two downlinks drains first', () => {
		for (const order of [
			[0, 1],
			[1, 0],
		]) {
			const { rig, server } = startDownlinks('live');
			server.onFrame = () => undefined;
			server.wires.forEach((wire) => wire.end(1000));
			rig.run(0.1);
			for (const i of order) {
				const d = rig.downloads[i]!;
				if (!d.isClosed) {
					d.end(null);
				}
				rig.run(0.1);
			}
			rig.run(60);
			expect([order, rig.told('close').length, rig.told('end').length]).toEqual([order, 1, 1]);
		}
	});

	it('throws nothing away that the other path’s downlink still brings', () => {
		const { rig, server } = startDownlinks('complete');
		const [a, b] = rig.downloads;
		const late: Uint8Array[] = [];
		server.onFrame = (message) => late.push(message);
		rig.run(0.5);
		server.onFrame = () => undefined;
		const total = server.next;
		server.wires.forEach((wire) => wire.end(1000));
		// b breaks (its Wi-Fi is gone), a brings the rest.
		b!.end('network error');
		late.forEach((message) => a!.give(prefixed(message)));
		a!.give(prefixed(server.message(total - 1, FRAME_END_OF_STREAM)));
		a!.end(null);
		rig.run(5);
		expect(rig.played.length / FRAME).toBe(total);
		expect([rig.told('close').length]).toEqual([1]);
	});

	it('asks again for a frame that was missing when both paths broke', () => {
		const rig = new ReceiverRig();
		const server = new FakeServer(rig.clock);
		rig.servers.set(URLS[0]!, server).set(URLS[1]!, server);
		rig.start({ urls: URLS, redundancy: 2, mode: 'complete' });
		rig.run(1);
		// One frame is still on its way by both when the next comes by the second path.
		let n = 0;
		server.onFrame = (message) => {
			n++;
			if (n > 1) {
				server.wires[1]!.give(message);
			}
		};
		rig.run(0.04);
		server.isReachable = false;
		server.drop();
		server.onFrame = null;
		rig.run(1);
		server.isReachable = true;
		rig.run(5);
		expect(rig.report.framesLost).toBe(0);
		expect(rig.played.every((position, i) => position === rig.played[0]! + i)).toBe(true);
	});

	it('asks two servers whose clocks differ no more often for the time', () => {
		const rig = new ReceiverRig();
		const a = new FakeServer(rig.clock);
		const b = new FakeServer(rig.clock, { skew: 5000 });
		rig.servers.set(URLS[0]!, a).set(URLS[1]!, b);
		rig.start({ urls: URLS, redundancy: 2 });
		rig.run(10);
		const times = rig.wires.map((wire) => wire.heard('time').length);
		expect(Math.max(...times)).toBeLessThan(20);
	});

	it('waits for the slower path when the faster one comes back and breaks again', () => {
		const rig = new ReceiverRig();
		const server = new FakeServer(rig.clock, { slowness: 30 });
		rig.servers.set(URLS[0]!, server).set(URLS[1]!, server);
		rig.start({
			urls: URLS,
			redundancy: 2,
			mode: 'complete',
			reconnect: { minDelay: 0.5, maxDelay: 1 },
		});
		server.onFrame = (message) => {
			for (const wire of server.wires.filter(({ isClosed }) => !isClosed)) {
				rig.clock.setTimer(() => wire.give(message), wire === server.wires[1] ? 200 : 1);
			}
		};
		rig.run(2);
		server.wires[0]!.end(1006);
		while (server.wires.length < 3) {
			rig.run(0.001);
		}
		rig.run(0.025);
		server.wire.end(1006);
		rig.run(5);
		const { framesLost, framesLate } = rig.report;
		expect([framesLost, framesLate]).toEqual([0, 0]);
		expect(rig.played.findIndex((position, i) => position !== rig.played[0]! + i)).toBe(-1);
	});
});
