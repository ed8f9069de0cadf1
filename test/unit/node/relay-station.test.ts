import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { parseFrame, SUBPROTOCOL, type Frame } from '../../../src/core/frame.js';
import { SourceStation } from '../../../src/node/station/source-station.js';
import { RelayStation, type RelayStationOptions } from '../../../src/node/station/relay-station.js';
import { ToneSource } from '../../../src/node/source/tone-source.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { FakeSocket } from './fake-socket.js';
import { ended, GatewayRig, sound } from './gateway-rig.js';

const rig = new GatewayRig();

afterEach(() => rig.close());

/** A studio that plays all the time, and a gateway that relays it. */
async function relayed(options: RelayStationOptions) {
	const open = (): ToneSource => new ToneSource({ sampleRate: 16_000 });
	const tone = new SourceStation('tone', open().format, open, { keepOpen: true });
	const studio = await rig.start({ stations: [tone] });
	const relay = new RelayStation('mirror', `${studio.url.replace('http', 'ws')}tone`, options);
	const gateway = await rig.start({ stations: [relay] });
	await expect.poll(() => relay.format?.sampleRate).toBe(16_000);
	return { tone, relay, gateway };
}

describe('a relay station', () => {
	it('leaves its upstream when nobody listens, and is back with the next one', async () => {
		const { tone, relay, gateway } = await relayed({ lingerMs: 30 });
		await expect.poll(() => [relay.state, tone.fanout.listeners.length]).toEqual(['idle', 0]);
		const missed = tone.fanout.stats.framesProduced;
		await expect.poll(() => tone.fanout.stats.framesProduced).toBeGreaterThan(missed + 10);

		const socket = rig.socket(gateway, 'mirror', [SUBPROTOCOL]);
		const frames: Frame[] = [];
		socket.on('message', (message: Buffer, isBinary) => {
			if (isBinary) {
				frames.push(parseFrame(new Uint8Array(message)) as Frame);
			}
		});
		await expect.poll(() => frames.length).toBeGreaterThanOrEqual(5);
		expect(relay.state).toBe('playing');
		// From the present on: what nobody heard is not repeated.
		const first = frames[0]!.sequence;
		expect(first).toBeGreaterThan(missed + 10);
		expect(frames.slice(0, 5).map(({ sequence, flags }) => [sequence - first, flags])).toEqual([
			[0, 0],
			[1, 0],
			[2, 0],
			[3, 0],
			[4, 0],
		]);
		expect(relay.restarts).toBe(1);

		socket.close();
		await ended(socket);
		await expect.poll(() => [relay.state, tone.fanout.listeners.length]).toEqual(['idle', 0]);
		expect(relay.failures).toBe(0);
	});

	it('stays connected for as long as it lingers', async () => {
		const { tone, relay, gateway } = await relayed({ lingerMs: 300 });
		const first = rig.socket(gateway, 'mirror', [SUBPROTOCOL]);
		await sound(first);
		first.close();
		await ended(first);
		await sound(rig.socket(gateway, 'mirror', [SUBPROTOCOL]));
		expect([relay.restarts, tone.fanout.listeners.length]).toEqual([0, 1]);
	});

	it('stays connected where that is wanted', async () => {
		const { tone, relay } = await relayed({ lingerMs: 0, keepOpen: true });
		const { framesProduced } = relay.fanout!.stats;
		await expect.poll(() => relay.fanout!.stats.framesProduced).toBeGreaterThan(framesProduced + 5);
		expect(tone.fanout.listeners).toHaveLength(1);
	});

	it('asks for one token though listeners come and go while it connects', async () => {
		const clock = new VirtualClock();
		let asked = 0;
		let answer: (token: string) => void = () => {};
		const token = (): string | Promise<string> => {
			asked++;
			return asked === 1 ? 'first' : new Promise((resolve) => (answer = resolve));
		};
		const { relay } = await relayed({ lingerMs: 0, token, clock });
		clock.advance(100);
		expect([relay.state, asked]).toEqual(['idle', 1]);
		for (let i = 0; i < 20; i++) {
			relay.fanout!.detach(relay.fanout!.attach(new FakeSocket(clock)));
			clock.advance(20);
		}
		expect([relay.state, asked]).toEqual(['opening', 2]);
		answer('second');
		await expect.poll(() => relay.state).toBe('playing');
		clock.advance(100);
		expect([relay.state, asked]).toEqual(['idle', 2]);
	});

	it('is over when it is closed, with nobody connected', async () => {
		const { tone, relay, gateway } = await relayed({ lingerMs: 0 });
		const socket = rig.socket(gateway, 'mirror', [SUBPROTOCOL]);
		await once(socket, 'open');
		await gateway.close();
		await expect.poll(() => [relay.state, tone.fanout.listeners.length]).toEqual(['over', 0]);
	});

	it('wants a linger that can be', () => {
		expect(() => new RelayStation('a', 'ws://host/', { lingerMs: -1 })).toThrow(RangeError);
	});
});

it('does not spin without a linger while the upstream has not spoken', () => {
	class Counting extends VirtualClock {
		set = 0;
		override setTimer(fire: () => void, delayMs: number) {
			if (++this.set > 10_000) {
				throw new Error('10 000 timers within a second');
			}
			// A real timer takes 1 ms at least.
			return super.setTimer(fire, Math.max(1, delayMs));
		}
	}
	const clock = new Counting();
	const station = new RelayStation('m', 'ws://127.0.0.1:1/', { clock, lingerMs: 0 });
	station.start();
	clock.advance(1000);
	station.close();
	expect(clock.set).toBeLessThan(50);
});
