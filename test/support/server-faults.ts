// Faults of the server, of another listener of it, and of the page.
import { setTimeout as wait } from 'node:timers/promises';
import type { StreamFormat } from '../../src/node/index.js';
import { between, GAP, healed, RECONNECTED, STARVED, type Fault } from './fault.js';
import { FRAIL_FORMAT } from './frail-server.js';
import { StoppedReader } from './stopped-reader.js';

/** In this order; the last is what other faults find. */
const FORMATS: readonly StreamFormat[] = [
	{ ...FRAIL_FORMAT, sampleRate: 16_000 },
	{ ...FRAIL_FORMAT, sampleRate: 44_100, sampleFormat: 'f32' },
	{ ...FRAIL_FORMAT, sampleFormat: 's16', channels: 1 },
	{ ...FRAIL_FORMAT, sampleRate: 96_000, sampleFormat: 's24', channels: 6 },
	FRAIL_FORMAT,
];

const STEP_MS = 3_600_000;

/** Milliseconds from one comparison of the clocks to the next, at most. */
const CLOCKS_COMPARED_MS = 5000;

const STOPPED_MS = 60_000;

const killed: Fault = {
	name: 'server killed',
	backWithinMs: 1500,
	rounds: [RECONNECTED],
	mayCount: GAP,
	async inflict({ server, uniform }) {
		await server.kill();
		await wait(between(uniform, 200, 3000));
		await server.restart();
		return healed({ counts: { reconnects: 1 } });
	},
};

const slow: Fault = {
	name: 'server at 98 %',
	backWithinMs: 500,
	rounds: [STARVED],
	mayCount: GAP,
	async inflict({ server }) {
		server.ratePpm = -20_000;
		await wait(5000);
		server.ratePpm = 0;
		return healed({ counts: { insertedSamplesForDeceleration: { atLeast: 1 } } });
	},
};

const otherFormats: Fault = {
	name: 'format changed',
	backWithinMs: 500,
	rounds: [STARVED],
	mayCount: GAP,
	async inflict({ server, uniform }) {
		for (const format of FORMATS) {
			server.changeFormat(format);
			await wait(between(uniform, 300, 1000));
		}
		return healed({ events: { format: FORMATS.length } });
	},
};

const clockStep: Fault = {
	name: 'clock step',
	backWithinMs: 0,
	settlesWithinMs: CLOCKS_COMPARED_MS + 1000,
	rounds: [],
	mayCount: [],
	async inflict({ server, uniform }) {
		server.wallStep = uniform() < 0.5 ? STEP_MS : -STEP_MS;
		await wait(between(uniform, 0, 2 * CLOCKS_COMPARED_MS));
		server.wallStep = 0;
		return healed();
	},
};

const blocked: Fault = {
	name: 'main thread blocked',
	backWithinMs: 0,
	rounds: [],
	mayCount: [],
	async inflict({ test }) {
		await test.block(2000);
		return healed();
	},
};

export const SERVER_FAULTS: readonly Fault[] = [killed, slow, otherFormats, clockStep, blocked];

/** Too long for a sequence: there it goes on beside the others. */
export const STOPPED_LISTENER: Fault = {
	name: 'another listener reads nothing',
	backWithinMs: 0,
	rounds: [],
	mayCount: [],
	async inflict({ server }) {
		const before = server.stats;
		const reader = new StoppedReader(server.sideUrl);
		await wait(STOPPED_MS);
		reader.close();
		const { framesDropped, listenersCut, listeners } = server.stats;
		const serverFailures = [
			...(framesDropped > before.framesDropped ? [] : ['no frame left out for who does not read']),
			...(listenersCut === before.listenersCut + 1 ? [] : ['who does not read was not cut']),
			...(listeners === 1 ? [] : [`${listeners} listeners left, expected 1`]),
		];
		return healed({ serverFailures });
	},
};
