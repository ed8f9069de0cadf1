// The server of the benchmark: shipped fan-outs behind the shipped `pcmServer`, one for each group of listeners, and
// the byte streams below their sockets, for a bare loop to write to.
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
	Fanout,
	pcmServer,
	systemClock,
	type Clock,
	type PacedSource,
	type PcmServer,
	type StreamFormat,
} from '../../../src/node/index.js';
import { random } from '../../support/random.js';

/** What is sent: 16 kHz s32 stereo in frames of 20 ms. */
export const FORMAT: StreamFormat = {
	sampleRate: 16_000,
	sampleFormat: 's32',
	channels: 2,
	byteOrder: 'little',
};
export const FRAME_MS = 20;
export const PCM_BYTES = (FORMAT.sampleRate * FRAME_MS * 4 * FORMAT.channels) / 1000;

/** Paths of those who acknowledge, and of those who tell nothing. */
export const ACKING = '/acking';
export const SILENT = '/silent';

/** Listeners of one path. */
export interface Group {
	readonly fanout: Fanout;
	readonly streams: Set<Socket>;
}

/** Fine enough to tell arrivals apart: the system's wall clock counts whole milliseconds. */
export const fineClock: Clock = {
	...systemClock,
	wallNow: () => performance.timeOrigin + performance.now(),
};

/** An HTTP server on loopback with two groups. */
export class Stage {
	readonly acking: Group;
	readonly silent: Group;
	readonly #server: Server = createServer();
	readonly #doors: readonly PcmServer[];

	private constructor(clock: Clock) {
		this.acking = { fanout: new Fanout(FORMAT, { clock }), streams: new Set() };
		this.silent = { fanout: new Fanout(FORMAT, { clock }), streams: new Set() };
		this.#doors = [this.#serve(ACKING, this.acking), this.#serve(SILENT, this.silent)];
	}

	static async open(clock: Clock): Promise<Stage> {
		const stage = new Stage(clock);
		await new Promise<void>((resolve) => stage.#server.listen(0, '127.0.0.1', 2048, resolve));
		return stage;
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	close(): void {
		this.#doors.forEach((door) => door.close());
		this.#server.closeAllConnections();
		this.#server.close();
	}

	#serve(path: string, { fanout, streams }: Group): PcmServer {
		return pcmServer(this.#server, {
			path,
			onConnection: (socket, { socket: stream }) => {
				streams.add(stream);
				socket.on('close', () => streams.delete(stream));
				fanout.attach(socket);
			},
		});
	}
}

/** The same noise in every frame: making sound is no part of what is measured. */
export function noiseSource(): PacedSource {
	const uniform = random(1);
	const pcm = Uint8Array.from({ length: PCM_BYTES }, () => 256 * uniform());
	return { kind: 'paced', format: FORMAT, read: () => pcm, close: () => {} };
}
