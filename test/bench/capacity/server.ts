// The server's process.
import { setTimeout as wait } from 'node:timers/promises';
import { sourcePump } from '../../../src/node/pump/source-pump.js';
import { Contest, type ContenderName, type Turn } from './contest.js';
import { waitedMs } from './core-wait.js';
import { obey } from './remote.js';
import { fineClock, FRAME_MS, noiseSource, Stage } from './stage.js';

/** What the process holds once all garbage is gone, bytes. */
export interface Memory {
	/** The JavaScript heap, and what belongs to it outside of it. */
	readonly heap: number;
	readonly buffers: number;
}

/** Collections before memory is read, and what lies between, ms: finalizers run in turns of the event loop, and the
 * memory of buffers is given back by another thread. */
const COLLECTIONS = 4;
const BETWEEN_COLLECTIONS_MS = 15;

/** Whose turns they are, and how many rounds of them. */
export interface ContestOrder {
	readonly names: readonly ContenderName[];
	readonly rounds: number;
}

/** The listeners that acknowledge or hang, all together. */
export interface Hall {
	readonly listeners: number;
	/** To whom frames have been left out. */
	readonly behind: number;
	/** Bytes that wait for the one for whom most wait. */
	readonly mostBuffered: number;
	readonly cut: number;
}

const stage = await Stage.open(fineClock);

const orders = {
	port: (): number => stage.port,
	contest: ({ names, rounds }: ContestOrder): Promise<readonly Turn[]> =>
		new Contest(stage, names, rounds, fineClock).run(),
	/** Sends to those who acknowledge, until the process ends. */
	play: (): void => {
		sourcePump(noiseSource(), FRAME_MS, fineClock, {
			onPcm: (pcm, captureTime) => stage.acking.fanout.broadcast(pcm, captureTime),
			onEnd: () => {},
		}).start();
	},
	hall: (): Hall => {
		const { listeners, stats } = stage.acking.fanout;
		return {
			listeners: listeners.length,
			behind: listeners.filter(({ framesDropped }) => framesDropped > 0).length,
			mostBuffered: Math.max(0, ...listeners.map(({ socket }) => socket.bufferedAmount)),
			cut: stats.listenersCut,
		};
	},
	waited: waitedMs,
	memory: async (): Promise<Memory> => {
		for (let collection = 0; collection < COLLECTIONS; collection++) {
			globalThis.gc!();
			await wait(BETWEEN_COLLECTIONS_MS);
		}
		const { heapUsed, external } = process.memoryUsage();
		return { heap: heapUsed, buffers: external };
	},
};

export type ServerOrders = typeof orders;

obey(orders);
