// The audio graph: context, what renders (AudioWorkletNode, or a ScriptProcessorNode where there is no
// AudioWorklet), gain, destination. Speaks to the playout and reads its report.
import { PLAYOUT_STATES, REPORT, REPORT_BYTES, type PlayoutState } from './core/playout-report.js';
import type { PlayoutAnswer, PlayoutCommand, PlayoutSetup } from './core/playout-messages.js';
import { PROCESSOR_NAME } from './core/script-host.js';
import { isFirefox } from './browser.js';
import { PcmError } from './errors.js';
import type { ResolvedOptions } from './options.js';
import { hostScript, scriptUrl } from './script-url.js';
import { borrowContext, moveContext, returnContext } from './shared-context.js';
import playoutScript from '../worklet/processor.ts?script';

/** Seconds a change of volume takes to a third of its way: fast, without a click. */
const VOLUME_TIME_CONSTANT = 0.01;

/** Sample frames per callback of a ScriptProcessorNode: 43 ms at 48 kHz, played double buffered; with less,
 * ordinary work of the page is heard. */
const SCRIPT_PROCESSOR_FRAMES = 2048;

/** Pieces in which a thread's playout is warmed up (at least as many as the worklet's has), and milliseconds between two: in between, others are
 * heard. */
const WARM_UPS = 9;
const WARM_UP_INTERVAL = 20;

export type Renderer = 'audio-worklet' | 'script-processor';

/** Contexts that have the processor: loading it twice is an error in some browsers. */
const loaded = new WeakMap<BaseAudioContext, Promise<void>>();

/** Contexts whose thread is warm, or about to be. */
const warm = new WeakSet<BaseAudioContext>();

export class Output {
	readonly context: AudioContext;
	readonly gain: GainNode;
	readonly #options: ResolvedOptions;
	#report: Float64Array;
	readonly #isReportShared: boolean;
	#renderer: Renderer = 'audio-worklet';
	#source: AudioNode | null = null;
	#port: MessagePort | null = null;
	#isClosed = false;
	/** Commands from before the port was there. */
	readonly #early: { command: PlayoutCommand; transfer: Transferable[] }[] = [];
	#warmingUp: ReturnType<typeof setInterval> | undefined;

	/** @throws PcmError `unsupported` without Web Audio, or without setSinkId where `sinkId` asks for it;
	 * `output-lost` for a context of the caller's that is closed */
	constructor(options: ResolvedOptions) {
		if (typeof AudioContext !== 'function') {
			throw new PcmError('unsupported', 'Expected a browser with Web Audio, got none.');
		}
		if (options.sinkId !== null && !('setSinkId' in AudioContext.prototype)) {
			throw new PcmError('unsupported', 'Expected AudioContext.setSinkId for sinkId, got none.');
		}
		this.#options = options;
		this.context = options.context ?? borrowContext(options.sinkId);
		if (this.context.state === 'closed') {
			throw new PcmError('output-lost', 'Expected an open AudioContext, got one that was closed.');
		}
		this.gain = this.context.createGain();
		const destination = options.destination ?? this.context.destination;
		if (options.destination !== null) {
			this.gain.connect(destination);
		}
		this.#isReportShared =
			globalThis.crossOriginIsolated && typeof SharedArrayBuffer === 'function';
		this.#report = new Float64Array(
			this.#isReportShared ? new SharedArrayBuffer(REPORT_BYTES) : new ArrayBuffer(REPORT_BYTES),
		);
	}

	get renderer(): Renderer {
		return this.#renderer;
	}

	/** False while the context stands still: what the report says of sound is of before. */
	get isRunning(): boolean {
		return this.context.state === 'running';
	}

	/** REPORT slots, at most one `refresh` old. */
	get report(): Float64Array {
		return this.#report;
	}

	get playoutState(): PlayoutState {
		return PLAYOUT_STATES[this.#report[REPORT.state]!]!;
	}

	/** Loads the script and builds the graph. @throws PcmError `blocked-by-csp` */
	async open(): Promise<void> {
		const setup: PlayoutSetup = {
			channels: this.#options.format.channels,
			mode: this.#options.mode,
			content: this.#options.content,
			...this.#options.latency,
			report: this.#isReportShared ? (this.#report.buffer as SharedArrayBuffer) : null,
		};
		const url = scriptUrl(this.#options.workletUrl, playoutScript);
		// An insecure context has no AudioWorklet, whatever the types say.
		if ((this.context as Partial<AudioContext>).audioWorklet === undefined) {
			this.#renderer = 'script-processor';
			await this.#openScriptProcessor(url, setup);
		} else {
			await this.#openWorklet(url, setup);
		}
		this.#source!.connect(this.gain);
		this.#port!.onmessage = ({ data }: MessageEvent<PlayoutAnswer>) => {
			this.#report = data.values;
		};
		for (const { command, transfer } of this.#early.splice(0)) {
			this.post(command, transfer);
		}
		this.#warmUp();
	}

	post(command: PlayoutCommand, transfer: Transferable[] = []): void {
		if (this.#port === null) {
			this.#early.push({ command, transfer });
		} else {
			this.#port.postMessage(command, transfer);
		}
	}

	/** Asks for a new report where it is not in shared memory. */
	refresh(): void {
		if (!this.#isReportShared && this.#port !== null) {
			this.post({ type: 'report' });
		}
	}

	setVolume(volume: number): void {
		this.gain.gain.setTargetAtTime(volume, this.context.currentTime, VOLUME_TIME_CONSTANT);
	}

	/** Of the shared context. @throws PcmError `unsupported`, DOMException */
	async setSinkId(sinkId: string): Promise<void> {
		if (!this.#isClosed) {
			await moveContext(this.context, sinkId);
		}
	}

	/** Takes the graph down; the shared context is given back. Again: nothing happens. */
	async close(): Promise<void> {
		clearInterval(this.#warmingUp);
		this.post({ type: 'close' });
		this.#source?.disconnect();
		this.gain.disconnect();
		this.#port?.close();
		if (this.#options.context === null && !this.#isClosed) {
			this.#isClosed = true;
			await returnContext(this.context);
		}
	}

	#warmUp(): void {
		if (warm.has(this.context)) {
			return;
		}
		warm.add(this.context);
		let left = WARM_UPS;
		this.#warmingUp = setInterval(() => {
			this.post({ type: 'warm-up' });
			left--;
			if (left === 0) {
				clearInterval(this.#warmingUp);
			}
		}, WARM_UP_INTERVAL);
	}

	async #openWorklet(url: string, setup: PlayoutSetup): Promise<void> {
		let loading = loaded.get(this.context);
		if (loading === undefined) {
			loading = this.context.audioWorklet.addModule(url);
			loaded.set(this.context, loading);
		}
		try {
			await loading;
		} catch (cause) {
			loaded.delete(this.context);
			throw new PcmError(
				'blocked-by-csp',
				`Expected the worklet script ${url} to load, got ${String(cause)}. Serve steadypcm/worklet.js ` +
					'yourself and give its place as workletUrl, or allow blob: in script-src.',
				cause,
			);
		}
		const node = new AudioWorkletNode(this.context, PROCESSOR_NAME, {
			numberOfInputs: 0,
			outputChannelCount: [setup.channels],
			processorOptions: setup,
		});
		this.#source = node;
		this.#port = node.port;
	}

	async #openScriptProcessor(url: string, setup: PlayoutSetup): Promise<void> {
		const createPlayout = await hostScript('createPlayout', url);
		const { port1, port2 } = new MessageChannel();
		const playout = createPlayout(
			port2 as unknown as Parameters<typeof createPlayout>[0],
			this.context.sampleRate,
			setup,
		);
		// Deprecated, and all that an insecure page has.
		// eslint-disable-next-line @typescript-eslint/no-deprecated
		const node = this.context.createScriptProcessor(SCRIPT_PROCESSOR_FRAMES, 0, setup.channels);
		// Firefox plays a block as soon as it is there, and fills with silence what a later one takes longer than any
		// before it: the first takes as long as other engines give each. Milliseconds.
		let hold = isFirefox() ? (1000 * SCRIPT_PROCESSOR_FRAMES) / this.context.sampleRate : 0;
		// eslint-disable-next-line @typescript-eslint/no-deprecated
		node.onaudioprocess = ({ outputBuffer, playbackTime }) => {
			const end = performance.now() + hold;
			hold = 0;
			while (performance.now() < end) {
				// Silent still: nothing waits for it.
			}
			playout.render(
				Array.from({ length: setup.channels }, (_, channel) =>
					outputBuffer.getChannelData(channel),
				),
				Math.round(playbackTime * this.context.sampleRate),
			);
		};
		this.#source = node;
		this.#port = port1;
	}
}
