// What a server's memory grew by for each listener that stopped reading: its growth less that of a server at which
// nobody stopped, over the same time.
import { setTimeout as wait } from 'node:timers/promises';
import { quantile } from '../../support/quantile.js';
import type { Processes } from './processes.js';
import type { Memory } from './server.js';

/** Readings of one moment, and the time between two, ms. */
const READINGS = 5;
const BETWEEN_READINGS_MS = 150;

/** Bytes for each that stopped. */
export interface Held {
	/** Median of the differences of readings, the least and the most. */
	readonly bytes: number;
	readonly low: number;
	readonly high: number;
}

/** Both servers at one moment, read several times. */
export interface Readings {
	readonly stopped: readonly Memory[];
	readonly control: readonly Memory[];
}

export async function readMemory(stopped: Processes, control: Processes): Promise<Readings> {
	const readings = { stopped: [] as Memory[], control: [] as Memory[] };
	for (let reading = 0; reading < READINGS; reading++) {
		readings.stopped.push(await stopped.server.ask('memory'));
		readings.control.push(await control.server.ask('memory'));
		await wait(BETWEEN_READINGS_MS);
	}
	return readings;
}

/** @param bytes of a reading that count */
export function heldBetween(
	before: Readings,
	after: Readings,
	listeners: number,
	bytes: (memory: Memory) => number,
): Held {
	const growth = (from: readonly Memory[], to: readonly Memory[]): number[] =>
		to.map((memory, i) => bytes(memory) - bytes(from[i]!));
	const control = growth(before.control, after.control);
	const each = growth(before.stopped, after.stopped).map(
		(grown, i) => (grown - control[i]!) / listeners,
	);
	return { bytes: quantile(each, 0.5), low: Math.min(...each), high: Math.max(...each) };
}
