// Faults of the way between player and server.
import { setTimeout as wait } from 'node:timers/promises';
import {
	between,
	GAP,
	GIVEN_UP,
	healed,
	MISSED,
	RECONNECTED,
	STARVED,
	type Fault,
} from './fault.js';
import { epochMs } from './trace-server.js';

/** Of the player, ms: its default. */
const IDLE_TIMEOUT_MS = 5000;

/** Milliseconds after a stall until the server knows from the player how much of it came. */
const ACKNOWLEDGED_MS = 500;

const reset: Fault = {
	name: 'connection reset',
	backWithinMs: 1500,
	rounds: [RECONNECTED],
	mayCount: MISSED,
	inflict({ proxy }) {
		proxy.reset();
		return Promise.resolve(healed({ counts: { reconnects: 1 } }));
	},
};

const halfOpen: Fault = {
	name: 'half-open',
	backWithinMs: IDLE_TIMEOUT_MS + 1500,
	rounds: [GIVEN_UP],
	mayCount: MISSED,
	inflict({ proxy }) {
		proxy.swallow();
		return Promise.resolve(healed({ counts: { reconnects: 1 } }));
	},
};

const stalled: Fault = {
	name: 'stalled',
	backWithinMs: 500,
	rounds: [STARVED],
	mayCount: GAP,
	async inflict({ proxy, server, uniform }) {
		const before = server.framesLeftOut;
		proxy.hold();
		await wait(between(uniform, 300, 3000));
		proxy.release();
		const healedAt = epochMs();
		await wait(ACKNOWLEDGED_MS);
		// What waited too long the server leaves out: that, and no more, is lost.
		return { healedAt, counts: { framesLost: server.framesLeftOut - before } };
	},
};

const silent: Fault = {
	name: 'nothing carried for 8 s',
	backWithinMs: 1500,
	rounds: [GIVEN_UP],
	mayCount: MISSED,
	async inflict({ proxy }) {
		proxy.hold();
		await wait(8000);
		proxy.release();
		return healed({ counts: { reconnects: 1 } });
	},
};

const bursts: Fault = {
	name: 'carried in bursts',
	backWithinMs: 500,
	rounds: [STARVED],
	mayCount: GAP,
	async inflict({ proxy, uniform }) {
		for (let i = 0; i < 10; i++) {
			proxy.hold();
			await wait(between(uniform, 100, 300));
			proxy.release();
			await wait(between(uniform, 20, 100));
		}
		return healed();
	},
};

export const CONNECTION_FAULTS: readonly Fault[] = [reset, halfOpen, stalled, silent, bursts];
