// A server of a tone that can be killed and started again as another process: with another stream, from its beginning.
// While it runs, its clock may step, its pace may change, and its format.
import {
	Fanout,
	systemClock,
	ToneSource,
	type Clock,
	type FanoutStats,
	type StreamFormat,
} from '../../src/node/index.js';
import type { Pump } from '../../src/node/pump/pump.js';
import { sourcePump } from '../../src/node/pump/source-pump.js';
import { HurtFrames } from './hurt-frames.js';
import { StreamPort } from './stream-port.js';

export interface FrailServerOptions {
	/** Hz. */
	readonly frequency: number;
	/** Peak level, dBFS. */
	readonly levelDb: number;
	readonly frameMs: number;
}

/** What it plays from each start. */
export const FRAIL_FORMAT: StreamFormat = {
	sampleRate: 48_000,
	sampleFormat: 's32',
	channels: 2,
	byteOrder: 'little',
};

export class FrailServer {
	readonly #options: FrailServerOptions;
	/** Where listeners come; and where those come who are not to be hurt. */
	#port!: StreamPort;
	#sidePort!: StreamPort;
	#fanout!: Fanout;
	#pump!: Pump;
	#frames: HurtFrames | null = null;
	#wallStep = 0;

	private constructor(options: FrailServerOptions) {
		this.#options = options;
	}

	static async open(options: FrailServerOptions): Promise<FrailServer> {
		const server = new FrailServer(options);
		server.#begin();
		const stream = (): Fanout => server.#fanout;
		server.#port = await StreamPort.open({
			stream,
			between: (socket) => (server.#frames = new HurtFrames(socket)),
		});
		server.#sidePort = await StreamPort.open({ stream });
		return server;
	}

	get port(): number {
		return this.#port.port;
	}

	get url(): string {
		return this.#port.url;
	}

	/** Where nobody is hurt. */
	get sideUrl(): string {
		return this.#sidePort.url;
	}

	get stats(): FanoutStats {
		return this.#fanout.stats;
	}

	/** Frames that the listener that came last was not sent, being too far behind. */
	get framesLeftOut(): number {
		const own = this.#fanout.listeners.find(({ socket }) => socket === this.#frames);
		return own?.framesDropped ?? 0;
	}

	/** What the listener that came last gets. */
	get frames(): HurtFrames {
		if (this.#frames === null) {
			throw new Error('Expected a listener to hurt, got none yet.');
		}
		return this.#frames;
	}

	/** Of its pace, parts per million, -50 000 to 50 000: below 0 it is slow. */
	set ratePpm(ppm: number) {
		this.#pump.ratePpm = ppm;
	}

	/** Its wall clock against the true one, ms: what it says of the time, and of when frames were captured. */
	set wallStep(ms: number) {
		this.#wallStep = ms;
	}

	/** The same tone goes on in another format. */
	changeFormat(format: StreamFormat): void {
		this.#pump.stop();
		this.#fanout.begin(format, this.#fanout.stream, this.#fanout.stats.framesProduced);
		this.#play(format);
	}

	/** Its process is gone: every connection is reset, the port refuses. */
	async kill(): Promise<void> {
		this.#pump.stop();
		await this.#port.goDown();
	}

	/** Another process knows nothing of the one before. */
	async restart(): Promise<void> {
		this.#begin();
		await this.#port.comeBack();
	}

	async close(): Promise<void> {
		await this.kill();
		await this.#sidePort.goDown();
	}

	#begin(): void {
		const { frameMs } = this.#options;
		this.#fanout = new Fanout(FRAIL_FORMAT, { frameMs, clock: this.#clock });
		this.#play(FRAIL_FORMAT);
	}

	#play(format: StreamFormat): void {
		const { frequency, levelDb, frameMs } = this.#options;
		const fanout = this.#fanout;
		const tone = new ToneSource(format, { frequency, levelDb });
		this.#pump = sourcePump(tone, frameMs, this.#clock, {
			onPcm: (pcm, captureTime) => fanout.broadcast(pcm, captureTime),
			onEnd: () => undefined,
		});
		this.#pump.start();
	}

	get #clock(): Clock {
		return { ...systemClock, wallNow: () => systemClock.wallNow() + this.#wallStep };
	}
}
