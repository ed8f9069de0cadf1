// The shipped receiver over one or two paths and the shipped playout behind it, on a virtual clock: a player
// without its threads.
import { SUBPROTOCOL } from '../../../src/core/frame.js';
import { REPORT_BYTES } from '../../../src/core/playout-report.js';
import type { ReceiverReport, ReceiverSetup } from '../../../src/core/receiver-messages.js';
import type { ThreadPort } from '../../../src/core/thread-port.js';
import type { Environment } from '../../../src/receiver/environment.js';
import { Receiver } from '../../../src/receiver/receiver.js';
import { PlayoutHost } from '../../../worklet/playout-host.js';
import { random } from '../../support/random.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { OUTPUT_RATE, type Playout } from '../underrun/recorder.js';
import { RING_SECONDS, type PlayOptions } from '../underrun/simulator.js';
import type { Trace } from '../underrun/trace.js';
import { FORMAT, PathSocket } from './path-socket.js';

/** Seconds: longer than any stall of the models, none of which kills a connection. */
const IDLE_TIMEOUT = 60;

export class ReceivedPlayout implements Playout {
	readonly report: Float64Array;
	readonly #clock = new VirtualClock();
	readonly #host: PlayoutHost;
	readonly #receiver: Receiver;
	#received: ReceiverReport | null = null;

	/** @param paths one or two, to the same stream @param signal mono at SIGNAL_RATE, as long as they are */
	constructor(paths: readonly Trace[], signal: Float32Array, options: PlayOptions) {
		const memory = new SharedArrayBuffer(REPORT_BYTES);
		this.report = new Float64Array(memory);
		const [control, commanded] = portPair();
		const [feed, fed] = portPair();
		const playout = { channels: 1, mode: 'live', ...options, report: memory } as const;
		this.#host = new PlayoutHost(commanded, OUTPUT_RATE, playout);
		control.postMessage({ type: 'connect', port: fed });
		control.postMessage({ type: 'play' });
		const environment = environmentOf(this.#clock, (url) => {
			return new PathSocket(this.#clock, paths[urlsOf(paths).indexOf(url)]!, signal);
		});
		this.#receiver = new Receiver(environment, setupOf(paths), feed, (event) => {
			if (event.type === 'report') {
				this.#received = event.report;
			}
		});
	}

	/** What the receiver has counted so far. */
	get received(): ReceiverReport {
		this.#receiver.obey({ type: 'report', targetDelay: 0 });
		return this.#received!;
	}

	arriveUntil(now: number): void {
		this.#clock.advanceTo(now);
	}

	render(output: readonly Float32Array[]): void {
		this.#host.render(output);
	}
}

function urlsOf(paths: readonly Trace[]): string[] {
	return paths.map((_, i) => `ws://path-${i}/`);
}

function environmentOf(clock: VirtualClock, openSocket: (url: string) => PathSocket): Environment {
	return {
		now: () => clock.now(),
		timeOrigin: clock.wallNow() - clock.now(),
		wallNow: () => clock.wallNow(),
		setTimer: (fire, delayMs) => clock.setTimer(fire, delayMs),
		clearTimer: (timer) => clock.clearTimer(timer),
		random: random(1),
		openSocket,
		openDownload: () => {
			throw new Error('Expected media by WebSocket only.');
		},
		canShareMemory: true,
	};
}

function setupOf(paths: readonly Trace[]): ReceiverSetup {
	return {
		urls: urlsOf(paths),
		subprotocols: [SUBPROTOCOL],
		protocol: 'framed',
		format: FORMAT,
		channels: FORMAT.channels,
		mode: 'live',
		ringSeconds: RING_SECONDS,
		outputRate: OUTPUT_RATE,
		connectTimeout: 10,
		reconnect: null,
		redundancy: paths.length === 2 ? 2 : 1,
		idleTimeout: IDLE_TIMEOUT,
		hasToken: false,
		isFirefox: false,
	};
}

/** Two ends between which messages take no time. */
function portPair(): [ThreadPort, ThreadPort] {
	const end = (other: () => ThreadPort): ThreadPort => ({
		onmessage: null,
		postMessage: (data) => other().onmessage?.({ data }),
	});
	const near: ThreadPort = end(() => far);
	const far: ThreadPort = end(() => near);
	return [near, far];
}
