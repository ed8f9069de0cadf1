// The shipped receiver and the shipped fan-out on one virtual clock, with a seeded network between that breaks
// connections and loses what is under way: what one says the other must understand.
import { describe, expect, it } from 'vitest';
import { Fanout } from '../../../src/node/fanout/fanout.js';
import { random } from '../../support/random.js';
import type { VirtualClock } from '../../support/virtual-clock.js';
import { FakeSocket } from '../node/fake-socket.js';
import { FakeServer, FORMAT, FRAME, FRAME_MS, pcmAt, type Wire } from './fake-server.js';
import { prefixed, ReceiverRig, type FakeDownload } from './receiver-rig.js';

/** One way, ms. */
const LATENCY = 15;

/** The server's end of a connection. */
class FarSocket extends FakeSocket {
	isBroken = false;
	readonly #latency: VirtualClock;
	readonly #deliver: (message: Uint8Array | string) => void;
	readonly #end: (code: number) => void;

	/** @param end 1006: the connection broke */
	constructor(
		clock: VirtualClock,
		deliver: (message: Uint8Array | string) => void,
		end: (code: number) => void,
		response?: 'framed',
	) {
		super(clock, 'steadypcm.v1', response);
		this.#latency = clock;
		this.#deliver = deliver;
		this.#end = end;
	}

	override send(message: Uint8Array | string): void {
		this.later(() => this.#deliver(message));
	}

	override close(code = 1005, reason?: string): void {
		super.close(code, reason);
		this.later(() => this.#end(code));
	}

	later(what: () => void): void {
		this.#latency.setTimer(() => {
			if (!this.isBroken) {
				what();
			}
		}, LATENCY);
	}

	/** What is under way is lost; the server notices `afterMs` later. */
	snap(afterMs: number): void {
		this.isBroken = true;
		this.#end(1006);
		this.#latency.setTimer(() => this.terminate(), afterMs);
	}
}

/** A fan-out that plays, and the ways to it. */
class Network {
	readonly rig: ReceiverRig;
	readonly fanout: Fanout;
	isUp = true;
	#sockets: FarSocket[] = [];
	#answered = 0;

	constructor(seed: number, firstSequence: number, urls: readonly string[]) {
		this.rig = new ReceiverRig(seed);
		const { clock, servers } = this.rig;
		const history = { historyMs: 10_000, hasHttp: true };
		this.fanout = new Fanout(FORMAT, { clock, stream: 'hall', firstSequence, ...history });
		const server = new FakeServer(clock);
		server.onFrame = () => this.#tick();
		server.connect = (wire) => this.#connect(wire);
		urls.forEach((url) => servers.set(url, server));
	}

	get open(): FarSocket[] {
		this.#sockets = this.#sockets.filter(({ isBroken }) => !isBroken);
		return this.#sockets;
	}

	#tick(): void {
		const { clock, downloads } = this.rig;
		for (; this.#answered < downloads.length; this.#answered++) {
			this.#answer(downloads[this.#answered]!);
		}
		const { framesProduced } = this.fanout.stats;
		this.fanout.broadcast(pcmAt(framesProduced * FRAME), clock.wallNow());
	}

	#connect(wire: Wire): void {
		if (!this.isUp) {
			wire.end(1006);
			return;
		}
		const socket = new FarSocket(
			this.rig.clock,
			(message) => wire.give(message),
			(code) => wire.end(code),
		);
		wire.onText = (text) => socket.later(() => socket.say(text));
		wire.accept('steadypcm.v1');
		this.#attach(socket);
	}

	#answer(download: FakeDownload): void {
		if (!this.isUp) {
			download.end('refused');
			return;
		}
		const deliver = (message: Uint8Array | string): void => {
			if (typeof message !== 'string') {
				download.give(prefixed(message));
			}
		};
		const end = (code: number): void => download.end(code === 1006 ? 'reset' : null);
		const socket = new FarSocket(this.rig.clock, deliver, end, 'framed');
		download.answerFramed('hall');
		this.#attach(socket);
	}

	#attach(socket: FarSocket): void {
		this.#sockets.push(socket);
		this.fanout.attach(socket);
	}
}

const TWO = ['ws://a/', 'ws://b/'];

describe('the receiver and the fan-out', () => {
	it.each([
		['one WebSocket', {}, 0],
		['one WebSocket, across the wrap of the sequence', {}, 0xffff_ff00],
		['two WebSockets', { redundancy: 2, urls: TWO }, 0],
		['a WebSocket and HTTP', { isFirefox: true }, 0],
		['two of both', { isFirefox: true, redundancy: 2, urls: TWO }, 0],
	] as const)('lose no sample in complete mode over %s (seeds 1 to 3)', (_, setup, first) => {
		for (let seed = 1; seed <= 3; seed++) {
			const network = new Network(seed, first, TWO);
			const { rig, fanout } = network;
			const chance = random(100 + seed);
			rig.start({ mode: 'complete', ringSeconds: 1000, ...setup });
			rig.run(1);
			for (let loss = 0; loss < 25; loss++) {
				const isOutage = chance() < 0.3;
				network.isUp = !isOutage;
				for (const socket of network.open) {
					if (isOutage || chance() < 0.5) {
						socket.snap(3000 * chance());
					}
				}
				rig.run(isOutage ? 2 * chance() : 0);
				network.isUp = true;
				rig.run(0.05 + 4 * chance());
			}
			rig.run(8);
			expect(rig.played.findIndex((position, i) => position !== i)).toBe(-1);
			const missing = fanout.stats.framesProduced - rig.played.length / FRAME;
			expect(missing).toBeLessThanOrEqual(LATENCY / FRAME_MS + 1);
			expect(rig.report).toMatchObject({ framesLost: 0, malformedMessages: 0 });
			expect(rig.splices).toEqual([0]);
			expect(fanout.stats).toMatchObject({ listenersCut: 0, malformedTexts: 0 });
		}
	});

	it.each([
		['one WebSocket', {}],
		['two WebSockets', { redundancy: 2, urls: TWO }],
		['a WebSocket and HTTP', { isFirefox: true }],
		['two of both', { isFirefox: true, redundancy: 2, urls: TWO }],
	] as const)('end together what ended while the player was away, over %s', (_, setup) => {
		for (const mode of ['complete', 'live'] as const) {
			for (const outage of [0, 0.01, 1, 3]) {
				const network = new Network(1, 0, TWO);
				const { rig, fanout } = network;
				rig.start({ mode, ringSeconds: 1000, ...setup });
				rig.run(2);
				network.isUp = false;
				for (const socket of network.open) {
					socket.snap(500);
				}
				rig.run(outage);
				fanout.finish(1000, 'over', true);
				rig.run(0.001);
				network.isUp = true;
				rig.run(1.5);
				expect(rig.told('close').at(-1)).toMatchObject({ code: 1000, retryIn: null });
				expect(new Set(rig.ends)).toEqual(new Set([rig.played.length]));
				const { framesLost, connectionsOpen } = rig.report;
				expect(rig.played.length / FRAME + framesLost).toBe(fanout.stats.framesProduced);
				expect(connectionsOpen).toBe(0);
				if (mode === 'complete') {
					expect(framesLost).toBe(0);
					expect(rig.played.findIndex((position, i) => position !== i)).toBe(-1);
				}
			}
		}
	});

	it.each([
		['complete', 1],
		['live', 1],
		['complete', 2],
	] as const)(
		'lose nothing uncounted where the HTTP way breaks around the end, %s, %d ways',
		(mode, redundancy) => {
			for (let ms = -2 * LATENCY; ms <= 2 * LATENCY; ms++) {
				const network = new Network(1, 0, TWO);
				const { rig, fanout } = network;
				rig.start({ mode, ringSeconds: 1000, isFirefox: true, redundancy, urls: TWO });
				rig.run(2.5);
				expect(rig.report.via).toBe('http');
				const ways = network.open.filter(({ response }) => response !== undefined);
				expect(ways).toHaveLength(redundancy);
				const steps = [
					{ at: 0, act: () => fanout.finish(1000, 'over', true) },
					{ at: ms, act: () => ways.forEach((way) => way.snap(500)) },
				];
				for (const { at, act } of steps) {
					rig.clock.setTimer(act, 2 * LATENCY + at);
				}
				rig.run(4);
				expect(rig.told('close').at(-1)).toMatchObject({ code: 1000, retryIn: null });
				const { framesLost } = rig.report;
				const told = rig.played.length / FRAME + framesLost;
				expect([ms, told]).toEqual([ms, fanout.stats.framesProduced]);
				expect(mode === 'complete' ? framesLost : 0).toBe(0);
			}
		},
	);
});
