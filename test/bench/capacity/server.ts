// The server's process.
import { sourcePump } from '../../../src/node/pump/source-pump.js';
import { Contest, type Turn } from './contest.js';
import { obey } from './remote.js';
import { fineClock, FRAME_MS, noiseSource, Stage } from './stage.js';

/** What the process holds after a garbage collection, bytes. */
export interface Memory {
	readonly rss: number;
	/** The JavaScript heap and the buffers outside of it. */
	readonly heap: number;
	readonly external: number;
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
	contest: (rounds: number): Promise<readonly Turn[]> =>
		new Contest(stage, rounds, fineClock).run(),
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
	memory: (): Memory => {
		globalThis.gc!();
		const { rss, heapUsed, external } = process.memoryUsage();
		return { rss, heap: heapUsed, external };
	},
};

export type ServerOrders = typeof orders;

obey(orders);
