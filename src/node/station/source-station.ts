// A station whose sound comes from a source: opened for the first listener, closed some seconds after the last has
// left, opened again when it ends or fails. All openings are one stream: sequence and pts go on.
import { FRAME_DISCONTINUITY } from '../../core/frame.js';
import { isSameFormat, type StreamFormat } from '../../core/stream-format.js';
import { Alarm } from '../alarm.js';
import { BackOff } from '../back-off.js';
import { BurstWatch } from './burst-watch.js';
import { Fanout } from '../fanout/fanout.js';
import { burstAdvice, sourceAdvice } from './source-advice.js';
import { SourceRun } from './source-run.js';
import {
	resolveSourceStationOptions,
	type ResolvedSourceStationOptions,
	type SourceStationOptions,
} from './source-station-options.js';
import type { PcmSource } from '../source/source.js';
import { stationName, type Station, type StationState } from './station.js';

/** Waits between openings, ms, and how long a source must play for the waits to begin anew. */
const MIN_WAIT_MS = 500;
const MAX_WAIT_MS = 5_000;
const STEADY_MS = 10_000;

/** WebSocket close codes: the stream has ended, the server is leaving, the source failed. */
const NORMAL = 1000;
const GOING_AWAY = 1001;
const SOURCE_FAILED = 1011;

/** Plays a source to whoever listens. */
export class SourceStation implements Station {
	readonly name: string;
	readonly format: StreamFormat;
	readonly fanout: Fanout;
	readonly ended: Promise<boolean>;
	readonly #open: () => PcmSource | Promise<PcmSource>;
	readonly #options: ResolvedSourceStationOptions;
	readonly #backOff = new BackOff(MIN_WAIT_MS, MAX_WAIT_MS);
	readonly #bursts: BurstWatch;
	readonly #linger: Alarm;
	readonly #retry: Alarm;
	#state: StationState = 'idle';
	#openings = 0;
	#failures = 0;
	#run: SourceRun | null = null;
	#playingSince = Infinity;
	#tellEnded: (isFailed: boolean) => void = () => {};

	/**
	 * @param name of its path
	 * @param format that every source `open` gives has
	 * @param open gives a fresh source, unstarted; may throw or reject, and is then called again later
	 * @throws TypeError or RangeError for values outside their ranges
	 */
	constructor(
		name: string,
		format: StreamFormat,
		open: () => PcmSource | Promise<PcmSource>,
		options: SourceStationOptions = {},
	) {
		this.name = stationName(name);
		this.format = format;
		this.#open = open;
		this.#options = resolveSourceStationOptions(options);
		const { frameMs, historyMs, clock, journal } = this.#options;
		const onListeners = (count: number): void => this.#onListeners(count);
		this.fanout = new Fanout(format, { frameMs, historyMs, clock, hasHttp: true, onListeners });
		this.#linger = new Alarm(clock);
		this.#retry = new Alarm(clock);
		this.#bursts = new BurstWatch(clock, (longestMs) => {
			journal.warn(burstAdvice(longestMs), { stream: name });
		});
		this.ended = new Promise((resolve) => {
			this.#tellEnded = resolve;
		});
	}

	/** Of the source. */
	get state(): StationState {
		return this.#state;
	}

	get restarts(): number {
		return Math.max(0, this.#openings - 1);
	}

	get failures(): number {
		return this.#failures;
	}

	start(): void {
		const { keepOpen, once } = this.#options;
		if (this.#state === 'idle' && (keepOpen || once)) {
			void this.#begin();
		}
	}

	close(): void {
		this.#finish(GOING_AWAY, 'server leaving', false);
	}

	#onListeners(count: number): void {
		const { keepOpen, once, lingerMs } = this.#options;
		if (count > 0) {
			this.#linger.clear();
			if (this.#state === 'idle') {
				void this.#begin();
			}
		} else if (this.#state !== 'idle' && this.#state !== 'over' && !keepOpen && !once) {
			this.#linger.set(lingerMs, () => this.#rest());
		}
	}

	async #begin(): Promise<void> {
		this.#state = 'opening';
		const opening = ++this.#openings;
		const isStillWanted = (): boolean =>
			this.#openings === opening && this.#state === 'opening' && this.#run === null;
		try {
			const source = await this.#open();
			if (isStillWanted()) {
				this.#play(source);
			} else {
				source.close();
			}
		} catch (error) {
			if (isStillWanted()) {
				this.#end(error instanceof Error ? error : new Error(String(error)));
			}
		}
	}

	/** @throws RangeError for a source of another format */
	#play(source: PcmSource): void {
		if (!isSameFormat(source.format, this.format)) {
			source.close();
			throw new RangeError(
				`Expected a source of ${shown(this.format)}, got one of ${shown(source.format)}.`,
			);
		}
		const { frameMs, silenceMs, clock } = this.#options;
		let flags = this.#openings > 1 ? FRAME_DISCONTINUITY : 0;
		this.#bursts.restart();
		this.#run = new SourceRun(source, frameMs, silenceMs, clock, {
			onPcm: (pcm, captureTime) => {
				this.#hear(source);
				this.fanout.broadcast(pcm, captureTime, flags);
				flags = 0;
			},
			onEnd: (error) => this.#end(error),
		});
		this.#run.start();
	}

	#hear(source: PcmSource): void {
		const { clock, journal } = this.#options;
		if (this.#state === 'opening') {
			this.#state = 'playing';
			this.#playingSince = clock.now();
			journal.info('The source plays.', { stream: this.name });
		}
		if (source.kind === 'live') {
			this.#bursts.arrived();
		}
	}

	/** The source has ended; with an error when it failed. */
	#end(error?: Error): void {
		const { clock, once } = this.#options;
		if (clock.now() - this.#playingSince >= STEADY_MS) {
			this.#backOff.reset();
		}
		this.#failures += error === undefined ? 0 : 1;
		this.#stop();
		if (once) {
			this.#tell(error, null);
			this.#finish(
				error === undefined ? NORMAL : SOURCE_FAILED,
				error === undefined ? 'end of stream' : 'source failed',
				error === undefined,
			);
			this.#tellEnded(error !== undefined);
			return;
		}
		const waitMs = this.#backOff.next();
		this.#tell(error, waitMs);
		this.#state = 'waiting';
		this.#retry.set(waitMs, () => void this.#begin());
	}

	#tell(error: Error | undefined, waitMs: number | null): void {
		const { journal } = this.#options;
		const again = waitMs === null ? {} : { againInSeconds: Math.round(waitMs / 100) / 10 };
		const fields = { stream: this.name, ...again };
		if (error === undefined) {
			journal.info('The source has ended.', fields);
		} else {
			journal.warn(`The source failed: ${error.message}${sourceAdvice(error)}`, fields);
		}
	}

	/** Nobody listens: nothing is open. */
	#rest(): void {
		this.#stop();
		this.#retry.clear();
		this.#state = 'idle';
		this.#options.journal.info('Nobody listens: the source is closed.', { stream: this.name });
	}

	#finish(code: number, reason: string, endsStream: boolean): void {
		this.#stop();
		this.#retry.clear();
		this.#linger.clear();
		this.#state = 'over';
		this.fanout.finish(code, reason, endsStream);
	}

	#stop(): void {
		this.#run?.stop();
		this.#run = null;
		this.#playingSince = Infinity;
	}
}

function shown({ sampleRate, sampleFormat, channels }: StreamFormat): string {
	return `${sampleRate} Hz ${sampleFormat}, ${channels} channels`;
}
