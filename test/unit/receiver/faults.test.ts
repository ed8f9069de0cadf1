import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../../../src/core/frame.js';
import { random } from '../../support/random.js';
import { FakeServer, FORMAT, FRAME, FRAME_MS, pcmAt, RATE } from './fake-server.js';
import { ReceiverRig } from './receiver-rig.js';

const URLS = ['ws://a/', 'ws://b/'];

/** A frame of a version that this player does not know. */
const FROM_THE_FUTURE = encodeFrame(
	{
		format: FORMAT,
		flags: 0,
		sequence: 0,
		pts: 0,
		captureTime: 0,
	},
	pcmAt(0),
).with(4, 9);

/** Texts that look like the protocol's own, and hold what they must not. */
const GARBAGE_TEXTS = [
	'{"type":"hello"}',
	'{"type":"hello","stream":"","next":-1}',
	'{"type":"resumed","stream":"x","sequence":1e99,"frames":2}',
	'{"type":"resumed","stream":null}',
	'{"type":"time","sent":"now"}',
	'{"type":"ack"}',
	'{"type":"media","wanted":1}',
	'{"type":"token","token":7}',
];

/** Texts that are right, but not now, or not from a server. */
const ODD_TEXTS = [
	'{"type":"resumed","stream":"x","sequence":4000000000,"frames":4000000000}',
	'{"type":"time","sent":0,"received":-1e300,"answered":1e300}',
	'{"type":"time","sent":1e15,"received":null,"answered":2}',
	'{"type":"ack","sequence":3}',
	'{"type":"media","wanted":false}',
	'{"type":"token","token":"x"}',
	'{"type":"resume","stream":"x","sequence":1}',
];

const HOUR = 3_600_000;

function playing(setup: Parameters<ReceiverRig['start']>[0] = {}): {
	rig: ReceiverRig;
	server: FakeServer;
} {
	const rig = new ReceiverRig();
	const server = new FakeServer(rig.clock);
	rig.servers.set('ws://a/', server);
	rig.start(setup);
	rig.run(5);
	return { rig, server };
}

/** Every sample once, without a splice, by the one connection. */
function expectUnharmed(rig: ReceiverRig, server: FakeServer): void {
	expect(rig.played.length / FRAME).toBe(server.next);
	expect(rig.played.findIndex((position, i) => position !== i)).toBe(-1);
	expect(rig.splices).toEqual([0]);
	expect(rig.told('close')).toEqual([]);
	expect(rig.report).toMatchObject({ framesLost: 0, framesLate: 0, reconnects: 0 });
}

describe('one fault alone', () => {
	it.each([HOUR, -HOUR])('the sender’s clock steps by %d ms', (step) => {
		const { rig, server } = playing();
		server.skew += step;
		// Time messages are 5 s apart.
		rig.run(5.1);
		expectUnharmed(rig, server);
		expect(rig.report.framesDuplicated).toBe(0);
		const { clockOffset, capture } = rig.report;
		expect(clockOffset).toBeCloseTo(step, 3);
		const age = rig.clock.wallNow() - capture!.capturedAt;
		expect(age).toBeGreaterThanOrEqual(0);
		expect(age).toBeLessThanOrEqual(FRAME_MS);
	});

	it.each([HOUR, -HOUR])('the listener’s clock steps by %d ms', (step) => {
		const { rig, server } = playing();
		const asked = rig.wire.heard('time').length;
		rig.wallStep += step;
		rig.run(1.5);
		expectUnharmed(rig, server);
		// A step forward looks like a system that slept.
		expect(rig.wire.heard('time').length - asked).toBe(step > 0 ? 1 : 0);
		expect(rig.report.clockOffset).toBeCloseTo(0, 3);
		expect(rig.report.roundTrip).toBeCloseTo(0, 3);
	});

	it('garbage amid frames', () => {
		const { rig, server } = playing();
		const next = random(8);
		for (let i = 0; i < 40; i++) {
			server.broadcast(Uint8Array.from({ length: 1 + 300 * next() }, () => 256 * next()));
			server.broadcast(server.message(server.next - 1).subarray(0, 32 + 1 + 30 * next()));
			rig.run(0.02);
		}
		expectUnharmed(rig, server);
		// A message cut after whole sample frames is a frame, and one that came already.
		const { malformedMessages, framesDuplicated } = rig.report;
		expect(malformedMessages + framesDuplicated).toBe(80);
		expect(malformedMessages).toBeGreaterThan(70);
		expect(rig.told('fault').map(({ code }) => code)).toEqual(['malformed']);
	});

	it('the format changes in mid-stream', () => {
		const { rig, server } = playing();
		server.sampleRate = 2 * RATE;
		const changedAt = server.next;
		rig.run(1);
		expect(rig.told('format').map(({ format }) => format.sampleRate)).toEqual([RATE, 2 * RATE]);
		expect(rig.played.length / FRAME).toBe(server.next);
		// The ring at the other rate knows where in the stream it begins.
		expect(rig.splices).toEqual([0, changedAt * FRAME]);
		expect(rig.told('close')).toEqual([]);
		expect(rig.report).toMatchObject({ framesLost: 0, malformedMessages: 0, backlog: 0 });
	});

	it.each([
		['sample format', 5, 1],
		['channels', 6, 1],
		['rate', 8, 0x80],
	])('single headers lie about the %s', (_what, offset, byte) => {
		const { rig, server } = playing();
		let lies = 0;
		server.onFrame = (message, sequence) => {
			const isLie = sequence % 10 === 0;
			lies += isLie ? 1 : 0;
			server.broadcast(isLie ? message.with(offset, byte) : message);
		};
		rig.run(2);
		expect(lies).toBe(10);
		expect(rig.told('format')).toHaveLength(1);
		expect(rig.told('fault').map(({ code }) => code)).toEqual(['malformed']);
		expect(rig.report).toMatchObject({ malformedMessages: lies, framesLost: 0 });
		// All but those are played, each with a splice where they were.
		expect(rig.played.length / FRAME).toBe(server.next - lies);
		expect(rig.played.every((position) => Number.isInteger(position))).toBe(true);
		expect(rig.splices).toHaveLength(1 + lies);
	});

	it('the last header before the connection is lost lies', () => {
		const { rig, server } = playing({ reconnect: null });
		server.onFrame = (message) => server.broadcast(message.with(5, 1));
		rig.run(FRAME_MS / 1000);
		server.kill();
		rig.run(1);
		expect(rig.report.malformedMessages).toBe(1);
	});

	it('capture times jump with each frame, and the time is asked once a second at most', () => {
		const rig = new ReceiverRig();
		const server = new FakeServer(rig.clock);
		rig.servers.set(URLS[0]!, server);
		rig.start();
		server.onFrame = (_, sequence) => {
			// Frames of 5 ms, four at a time, stamped in microseconds.
			for (let i = 0; i < 4; i++) {
				const pts = sequence * FRAME + i * 40;
				const captureTime = 1000 * rig.clock.wallNow() + i * 5000;
				const header = { format: FORMAT, flags: 0, sequence: sequence * 4 + i, pts, captureTime };
				server.broadcast(encodeFrame(header, pcmAt(pts).subarray(0, 40 * 8)));
			}
		};
		rig.run(10);
		const times = rig.wires.map((w) => w.heard('time').length);
		expect(Math.max(...times)).toBeLessThan(100);
	});

	it('a frame of a format that the hello announced is heard though the sender pauses', () => {
		const rig = new ReceiverRig();
		const server = new FakeServer(rig.clock);
		rig.servers.set(URLS[0]!, server);
		rig.start({ mode: 'complete' });
		rig.run(1);
		server.onFrame = () => undefined;
		const header = {
			format: { ...FORMAT, sampleRate: 16000 },
			flags: 0,
			sequence: server.next,
			pts: server.next * FRAME,
			captureTime: 0,
		};
		const before = rig.played.length;
		const { sampleFormat, channels } = FORMAT;
		const hello = { stream: 'run-1', sampleRate: 16000, sampleFormat, channels, frameMs: 20 };
		const place = { next: server.next, oldest: server.next, http: false };
		server.wire.give(JSON.stringify({ type: 'hello', version: 1, ...hello, ...place }));
		server.broadcast(encodeFrame(header, pcmAt(header.pts)));
		rig.run(30);
		expect(rig.played.length - before).toBe(FRAME);
	});

	it('a server that gives one frame and says it is busy is not hammered', () => {
		const rig = new ReceiverRig();
		const server = new FakeServer(rig.clock);
		rig.servers.set(URLS[0]!, server);
		rig.start();
		server.onFrame = (message) => {
			server.broadcast(message);
			server.drop(1013);
		};
		rig.run(120);
		expect(rig.wires.length).toBeLessThan(60);
	});

	it('frames come twice', () => {
		const { rig, server } = playing();
		let again = 0;
		server.onFrame = (message, sequence) => {
			server.broadcast(message);
			if (sequence % 3 === 0) {
				again += 2;
				server.broadcast(message);
				server.broadcast(server.message(sequence - 7));
			}
		};
		rig.run(5);
		expectUnharmed(rig, server);
		expect(again).toBeGreaterThan(150);
		expect(rig.report.framesDuplicated).toBe(again);
	});

	it('frames come out of order', () => {
		const { rig, server } = playing();
		const { next: first } = server;
		let overtaken = 0;
		server.onFrame = (_, sequence) => {
			if ((sequence - first) % 3 === 2) {
				overtaken += 2;
				[sequence, sequence - 1, sequence - 2].forEach((one) =>
					server.broadcast(server.message(one)),
				);
			}
		};
		rig.run(240 * (FRAME_MS / 1000));
		expectUnharmed(rig, server);
		expect(overtaken).toBeGreaterThan(150);
		expect(rig.report).toMatchObject({ framesRecovered: overtaken, framesDuplicated: 0 });
	});

	it('the connection stalls', () => {
		const { rig, server } = playing();
		server.wire.stalledUntil = rig.clock.now() + 2000;
		rig.run(2.01);
		expect(rig.report.arrivalDelay).toBeGreaterThan(1.95);
		expect(rig.report.arrivalDelay).toBeLessThan(2.05);
		rig.run(1);
		expectUnharmed(rig, server);
	});

	it('the connection stalls for longer than idleTimeout', () => {
		const { rig, server } = playing({ idleTimeout: 2, mode: 'complete' });
		server.wire.stalledUntil = rig.clock.now() + 60_000;
		rig.run(4);
		expect(rig.told('close')).toMatchObject([{ code: 1006, wasOpen: true }]);
		expect(rig.played.length / FRAME).toBe(server.next);
		expect(rig.splices).toEqual([0]);
		expect(rig.report).toMatchObject({ reconnects: 1, framesLost: 0 });
		expect(rig.report.framesRecovered).toBeGreaterThanOrEqual(100);
	});

	it('the server is slow to answer, and to send', () => {
		const rig = new ReceiverRig();
		const server = new FakeServer(rig.clock, { slowness: 1500 });
		rig.servers.set('ws://a/', server);
		rig.start();
		const next = random(6);
		let at = 0;
		server.onFrame = (message) => {
			const now = rig.clock.now();
			at = Math.max(at, now + 300 * next());
			rig.clock.setTimer(() => server.broadcast(message), at - now);
		};
		rig.run(10);
		server.onFrame = () => undefined;
		const { next: made } = server;
		rig.run(0.3);
		expect(rig.played.length / FRAME).toBe(made);
		expect(rig.splices).toEqual([0]);
		expect(rig.told('close')).toEqual([]);
		const { roundTrip, arrivalDelayP95, framesLost } = rig.report;
		expect(roundTrip).toBeCloseTo(1500, 0);
		expect(arrivalDelayP95).toBeGreaterThan(0.2);
		expect(arrivalDelayP95).toBeLessThan(0.35);
		expect(framesLost).toBe(0);
	});
});

describe('faults', () => {
	it('counts texts of the protocol that are garbage, gives the app none, and reports one', () => {
		const rig = new ReceiverRig();
		const server = new FakeServer(rig.clock);
		rig.servers.set('ws://a/', server);
		rig.start();
		rig.run(1);
		for (const text of [...GARBAGE_TEXTS, ...ODD_TEXTS]) {
			server.wire.give(text);
		}
		rig.run(1);
		expect(rig.report.malformedMessages).toBe(GARBAGE_TEXTS.length);
		expect(rig.told('fault').map(({ code }) => code)).toEqual(['malformed']);
		expect(rig.told('text')).toEqual([]);
		expect(rig.played.length / FRAME).toBe(server.next);
	});

	it('gives up on a stream of frames unknown here, 50 in a row', () => {
		const rig = new ReceiverRig();
		const server = new FakeServer(rig.clock);
		rig.servers.set('ws://a/', server);
		rig.start();
		rig.run(1);
		const give = (count: number): void => {
			for (let i = 0; i < count; i++) {
				server.wire.give(FROM_THE_FUTURE);
			}
		};
		give(49);
		rig.run(0.1);
		give(49);
		expect(rig.told('close')).toEqual([]);
		give(1);
		expect(rig.told('close')).toMatchObject([{ retryIn: null, fault: 'unsupported-format' }]);
		rig.run(20);
		expect(rig.wires).toHaveLength(1);
		expect(rig.report.malformedMessages).toBe(99);
	});

	it.each([
		[1, 1, 'live'],
		[2, 1, 'complete'],
		[3, 2, 'live'],
		[4, 2, 'complete'],
	] as const)(
		'survives a seeded sequence of all of them (seed %d, %d paths, %s), and accounts for what came',
		(seed, redundancy, mode) => {
			const next = random(seed);
			const rig = new ReceiverRig(seed);
			const server = new FakeServer(rig.clock, { history: 250 });
			for (const url of URLS) {
				rig.servers.set(url, server);
			}
			rig.start({ urls: URLS, redundancy, mode, idleTimeout: 3 });
			const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!;
			const open = (): FakeServer['wires'] => server.wires.filter(({ isClosed }) => !isClosed);
			let runs = 1;
			const faults: (() => void)[] = [
				() => server.kill(),
				() => server.drop(),
				() => open().forEach((wire) => (wire.isSwallowed = true)),
				() => open().forEach((wire) => (wire.stalledUntil = rig.clock.now() + 2000 * next())),
				() => open()[0]?.end(pick([1001, 1006, 1011, 4408, 4429])),
				() => server.broadcast(Uint8Array.from({ length: 300 * next() }, () => 256 * next())),
				() => open().forEach((wire) => wire.give(pick([...GARBAGE_TEXTS, ...ODD_TEXTS]))),
				() => (rig.wallStep += (next() - 0.5) * 1e5),
				() => rig.clock.sleep(20_000 * next()),
				() => rig.receiver.obey({ type: 'nudge' }),
				() => {
					for (let i = 0; i < 20 && server.next > 40; i++) {
						server.broadcast(server.message(server.next - 1 - Math.floor(40 * next())));
					}
				},
			];
			for (let i = 0; i < 100; i++) {
				pick(faults)();
				rig.run(2 * next());
				if (!server.isUp) {
					server.restart({ stream: `run-${runs++}` });
				}
				const before = rig.played.length;
				// Half-open is known after 3 s, tries are a second apart.
				rig.run(5);
				expect(rig.played.length).toBeGreaterThan(before);
			}
			const report = rig.report;
			expect(report.connectionsOpen).toBe(redundancy);
			expect(report.backlog).toBe(0);
			expect(report.malformedMessages).toBeGreaterThan(3);
			expect(report.framesDuplicated).toBeGreaterThan(20);
			expect(report.reconnects).toBeGreaterThan(20);
			expect(runs).toBeGreaterThan(5);
			// Positions only go back where a run of the server, or of the stream, began.
			const backwards = rig.played.filter((at, i) => i > 0 && at <= rig.played[i - 1]!).length;
			expect(backwards).toBeLessThanOrEqual(runs - 1);
			expect(rig.clock.pending).toBeLessThan(40);
			rig.receiver.obey({ type: 'close' });
			const { length } = rig.events;
			rig.run(60);
			expect(rig.events).toHaveLength(length);
		},
		60_000,
	);
});
