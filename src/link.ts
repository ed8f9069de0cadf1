// What runs while a player plays: the output, the receiver, and the port between them. Opened once, on the
// first play(). Knows threads; knows nothing of states and events.
import type { ReceiverCommand, ReceiverEvent, ReceiverReport } from './core/receiver-messages.js';
import { SUBPROTOCOL } from './core/frame.js';
import { REPORT } from './core/playout-report.js';
import { isFirefox } from './browser.js';
import { speakerMoment } from './device-latency.js';
import { endToEndDelay } from './end-to-end-delay.js';
import type { ResolvedOptions } from './options.js';
import { Output } from './output.js';
import { onPageWakeup } from './page-wakeups.js';
import { ReceiverHandle } from './receiver-handle.js';
import { composeStats, type PcmPlayerStats, type Transport } from './stats.js';

/** Seconds of audio the ring holds beyond the greatest target delay: what a live stream may be behind before
 * the oldest goes. */
const RING_MARGIN = 1;

export class Link {
	readonly output: Output;
	readonly #options: ResolvedOptions;
	#receiver: ReceiverHandle | null = null;
	#receiverReport: ReceiverReport | null = null;
	/** Commands from before the receiver ran. */
	readonly #early: { command: ReceiverCommand; transfer: Transferable[] }[] = [];
	#forgetPage: (() => void) | null = null;
	#isClosed = false;

	constructor(options: ResolvedOptions) {
		this.#options = options;
		this.output = new Output(options);
	}

	/** @param urls absolute; none: samples are written by the page
	 * @throws PcmError `blocked-by-csp` */
	async open(urls: readonly string[], listener: (event: ReceiverEvent) => void): Promise<void> {
		const starting = ReceiverHandle.start(this.#options.workerUrl, (event) => {
			if (event.type === 'report') {
				this.#receiverReport = event.report;
			} else if (!this.#isClosed) {
				listener(event);
			}
		});
		// What it failed of is asked below; until then nobody would look at it.
		starting.catch(() => undefined);
		try {
			await this.output.open();
		} catch (error) {
			void starting.then(
				(receiver) => receiver.close(),
				() => undefined,
			);
			throw error;
		}
		const receiver = await starting;
		if (this.#isClosed) {
			receiver.close();
			return;
		}
		const { port1, port2 } = new MessageChannel();
		this.output.post({ type: 'connect', port: port2 as never }, [port2]);
		receiver.post({ type: 'start', setup: this.#setup(urls), feed: port1 as never }, [port1]);
		this.#receiver = receiver;
		this.#forgetPage = onPageWakeup(() => {
			this.post({ type: 'nudge' });
		});
		for (const { command, transfer } of this.#early) {
			receiver.post(command, transfer);
		}
		this.#early.length = 0;
	}

	/** To the receiver; kept until it runs. */
	post(command: ReceiverCommand, transfer: Transferable[] = []): void {
		if (this.#receiver === null) {
			this.#early.push({ command, transfer });
		} else {
			this.#receiver.post(command, transfer);
		}
	}

	/** Asks both ends for their reports; they come soon after, or are in shared memory already. The receiver is told
	 * of the playout's. */
	refresh(): void {
		this.output.refresh();
		const targetDelay = this.output.report[REPORT.targetDelay]!;
		this.#receiver?.post({ type: 'report', targetDelay });
	}

	get stats(): PcmPlayerStats {
		const { context, renderer, report } = this.output;
		return composeStats({
			transport: this.#transport(renderer),
			playout: report,
			receiver: this.#receiverReport,
			deviceUnderruns:
				(context as { playbackStats?: { underrunEvents?: number } }).playbackStats
					?.underrunEvents ?? null,
			endToEndDelay: this.#endToEndDelay(),
		});
	}

	/** Seconds; null while nothing sounds or too little is known. */
	#endToEndDelay(): number | null {
		const { context, report, playoutState, isRunning } = this.output;
		const capture = this.#receiverReport?.capture ?? null;
		if (capture === null || !isRunning || playoutState !== 'playing') {
			return null;
		}
		const rendered = {
			mediaPosition: report[REPORT.mediaPosition]!,
			mediaRate: report[REPORT.mediaRate]!,
			renderedAt: report[REPORT.renderedAt]!,
		};
		return endToEndDelay(capture, rendered, speakerMoment(context));
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		this.#forgetPage?.();
		this.#receiver?.close();
		await this.output.close();
	}

	#transport(renderer: Output['renderer']): Transport | null {
		if (this.#receiver === null || this.#receiverReport === null) {
			return null;
		}
		const { isShared, via } = this.#receiverReport;
		const way = isShared ? 'shared-memory' : 'message-port';
		return `${this.#receiver.thread}/${way}/${renderer}${via === 'http' ? '/http' : ''}`;
	}

	#setup(urls: readonly string[]): Extract<ReceiverCommand, { type: 'start' }>['setup'] {
		const { format, protocol, protocols, mode, latency, connectTimeout, reconnect } = this.#options;
		const { redundancy, idleTimeout, token } = this.#options;
		return {
			urls,
			subprotocols: protocol === 'framed' ? [SUBPROTOCOL, ...protocols] : protocols,
			protocol,
			format,
			channels: format.channels,
			mode,
			// What is played as it is needs no more than its delay.
			ringSeconds: (mode === 'live' ? latency.maxDelay : latency.minDelay) + RING_MARGIN,
			outputRate: this.output.context.sampleRate,
			connectTimeout,
			reconnect,
			redundancy,
			idleTimeout,
			hasToken: token !== null,
			isFirefox: isFirefox(),
		};
	}
}
