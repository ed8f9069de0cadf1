// Relays of relays on a virtual clock, whose connections break at random.
import { expect, it } from 'vitest';
import { parseFrame, SUBPROTOCOL } from '../../../src/core/frame.js';
import { Fanout } from '../../../src/node/fanout/fanout.js';
import { Relay } from '../../../src/node/relay/relay.js';
import type {
	OpenUpstream,
	UpstreamSocketEvents,
} from '../../../src/node/relay/upstream-socket.js';
import { random } from '../../support/random.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { FakeSocket } from './fake-socket.js';

const FORMAT = { sampleRate: 8000, sampleFormat: 'u8', channels: 1, byteOrder: 'little' } as const;
const LATENCY = 15;

class Link extends FakeSocket {
	isBroken = false;
	readonly time: VirtualClock;
	readonly events: UpstreamSocketEvents;

	constructor(time: VirtualClock, events: UpstreamSocketEvents) {
		super(time, SUBPROTOCOL);
		this.time = time;
		this.events = events;
	}

	override send(message: Uint8Array | string): void {
		this.later(() => {
			const bytes = typeof message === 'string' ? Buffer.from(message) : message;
			this.events.onMessage(bytes, typeof message !== 'string');
		});
	}
	override close(code?: number, reason?: string): void {
		super.close(code, reason);
		this.later(() => this.snap());
	}
	later(what: () => void): void {
		this.time.setTimer(() => this.isBroken || what(), LATENCY);
	}
	snap(): void {
		if (!this.isBroken) {
			this.isBroken = true;
			this.events.onClose('broken');
			this.time.setTimer(() => this.readyState === 1 && this.terminate(), 500);
		}
	}
}

function way(clock: VirtualClock, to: () => Fanout | null, links: Link[]): OpenUpstream {
	return (_, events) => {
		const link = new Link(clock, events);
		links.push(link);
		clock.setTimer(() => {
			const fanout = to();
			if (link.isBroken) {
				return;
			}
			if (fanout === null) {
				link.snap();
				return;
			}
			events.onOpen(SUBPROTOCOL);
			fanout.attach(link);
		}, 5);
		return {
			send: (text) => link.later(() => link.say(text)),
			ping: () => link.later(() => events.onPong()),
			terminate: () => {
				link.isBroken = true;
				clock.setTimer(() => link.readyState === 1 && link.terminate(), 100);
			},
		};
	};
}

it.each([1, 2, 3, 4, 5, 6])('a chain of two relays loses nothing, seed %d', (seed) => {
	const clock = new VirtualClock();
	const chance = random(seed);
	const source = new Fanout(FORMAT, { clock, stream: 'hall', historyMs: 10_000 });
	const near: Link[] = [];
	const far: Link[] = [];
	const options = { clock, random: chance, historyMs: 10_000 };
	const first = new Relay(
		'ws://a/',
		options,
		way(clock, () => source, near),
	);
	const second = new Relay(
		'ws://b/',
		options,
		way(clock, () => first.fanout, far),
	);
	let sent = 0;
	let isOver = false;
	const tick = (): void => {
		if (isOver) {
			return;
		}
		source.broadcast(new Uint8Array(160), clock.wallNow());
		sent++;
		clock.setTimer(tick, 20);
	};
	tick();
	first.start();
	second.start();
	clock.advance(1000);
	const heard = new FakeSocket(clock, SUBPROTOCOL);
	second.fanout!.attach(heard);
	for (let i = 0; i < 20; i++) {
		const which = chance();
		if (which < 0.7) {
			near.at(-1)!.snap();
		}
		if (which > 0.3) {
			far.at(-1)!.snap();
		}
		clock.advance(100 + 3000 * chance());
	}
	clock.advance(4000);
	isOver = true;
	source.finish(1000, 'over', true);
	clock.advance(8000);
	const sequences = heard.binary
		.map((m) => parseFrame(m))
		.map((f) => (typeof f === 'string' ? -1 : f.sequence));
	const gaps = sequences.filter((s, i) => i > 0 && s !== sequences[i - 1]! + 1);
	const { framesLost, state } = second.stats.upstream;
	expect({ gaps, framesLost, state, last: sequences.at(-1), closed: heard.closed?.code }).toEqual({
		gaps: [],
		framesLost: 0,
		state: 'over',
		last: sent,
		closed: 1000,
	});
});
