// What a page costs its browser: CPU time of its threads, garbage collections on audio threads, its heap.
import { readdirSync, readFileSync } from 'node:fs';
import type { Browser, CDPSession, Page } from 'puppeteer-core';
import type { CostFigures } from './results.js';

/** As the system shows it, cut to 15 letters: what renders a graph that has a worklet, as all do here. */
const AUDIO_THREAD = 'Realtime AudioW';

/** As Chromium's tracing shows it. */
const TRACED_AUDIO_THREAD = 'Realtime AudioWorklet thread';

interface CpuTimes {
	/** Nanoseconds. */
	readonly audio: number;
	readonly main: number;
	readonly process: number;
	/** Milliseconds. */
	readonly at: number;
}

interface TraceEvent {
	readonly name: string;
	readonly ph: string;
	readonly pid: number;
	readonly tid: number;
	/** Microseconds. */
	readonly dur?: number;
	readonly args: { readonly name?: string };
}

/**
 * CPU time is the scheduler's own account of each thread (Linux), exact to the nanosecond: tracing would tell of
 * tasks, not of time on a processor, to a microsecond. Collections are from Chromium's tracing.
 */
export class CostMeter {
	readonly #browser: CDPSession;
	readonly #page: CDPSession;
	#begun: CpuTimes | null = null;
	#ended: CpuTimes | null = null;
	/** Bytes: at first what there were, in the end what was added. */
	#heapBytes = 0;

	private constructor(browser: CDPSession, page: CDPSession) {
		this.#browser = browser;
		this.#page = page;
	}

	static async of(browser: Browser, page: Page): Promise<CostMeter> {
		return new CostMeter(await browser.target().createCDPSession(), await page.createCDPSession());
	}

	/** Before the player is made: its page is loaded. */
	async prepare(): Promise<void> {
		this.#heapBytes = await this.#heap();
		await this.#browser.send('Tracing.start', {
			transferMode: 'ReturnAsStream',
			traceConfig: { includedCategories: ['v8'] },
		});
	}

	/** Once it plays. */
	async begin(): Promise<void> {
		this.#begun = await this.#cpuTimes();
	}

	/** While it still plays. */
	async end(): Promise<void> {
		this.#ended = await this.#cpuTimes();
		this.#heapBytes = (await this.#heap()) - this.#heapBytes;
	}

	/** After the player was closed: tracing would wait 5 s for a thread that renders. */
	async figures(): Promise<CostFigures> {
		const begun = this.#begun!;
		const ended = this.#ended!;
		const part = (key: 'audio' | 'main' | 'process'): number =>
			(1e-6 * (ended[key] - begun[key])) / (ended.at - begun.at);
		const collections = audioCollections(await this.#traced());
		return {
			audioCpu: part('audio'),
			mainCpu: part('main'),
			processCpu: part('process'),
			heapGrowthBytes: this.#heapBytes,
			audioCollections: collections.length,
			audioCollectionMs: collections.reduce((sum, { dur = 0 }) => sum + dur / 1000, 0),
		};
	}

	/** Bytes in use, without garbage. */
	async #heap(): Promise<number> {
		await this.#page.send('HeapProfiler.collectGarbage');
		return (await this.#page.send('Runtime.getHeapUsage')).usedSize;
	}

	async #cpuTimes(): Promise<CpuTimes> {
		const { processInfo } = await this.#browser.send('SystemInfo.getProcessInfo');
		const times = processInfo
			.filter(({ type }) => type === 'renderer')
			.map(({ id }) => threadTimes(id))
			.find((threads) => threads.some(({ name }) => name === AUDIO_THREAD));
		if (times === undefined) {
			throw new Error('Expected a process of the browser with an audio thread, found none.');
		}
		const sum = (threads: readonly ThreadTime[]): number =>
			threads.reduce((total, { nanoseconds }) => total + nanoseconds, 0);
		return {
			audio: sum(times.filter(({ name }) => name === AUDIO_THREAD)),
			main: sum(times.filter(({ isMain }) => isMain)),
			process: sum(times),
			at: performance.now(),
		};
	}

	async #traced(): Promise<TraceEvent[]> {
		const complete = new Promise<{ stream?: string }>((resolve) => {
			this.#browser.once('Tracing.tracingComplete', resolve);
		});
		await this.#browser.send('Tracing.end');
		const { stream } = await complete;
		let text = '';
		for (let isAll = false; !isAll;) {
			const piece = await this.#browser.send('IO.read', { handle: stream! });
			text += piece.data;
			isAll = piece.eof;
		}
		return (JSON.parse(text) as { traceEvents: TraceEvent[] }).traceEvents;
	}
}

interface ThreadTime {
	readonly name: string;
	readonly isMain: boolean;
	readonly nanoseconds: number;
}

function threadTimes(process: number): ThreadTime[] {
	const folder = `/proc/${process}/task`;
	return readdirSync(folder).flatMap((thread) => {
		try {
			const name = readFileSync(`${folder}/${thread}/comm`, 'utf8').trim();
			const spent = readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0];
			return [{ name, isMain: thread === String(process), nanoseconds: Number(spent) }];
		} catch {
			// It ended meanwhile.
			return [];
		}
	});
}

function audioCollections(events: readonly TraceEvent[]): TraceEvent[] {
	const place = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;
	const audioThreads = new Set(
		events
			.filter(({ name, args }) => name === 'thread_name' && args.name === TRACED_AUDIO_THREAD)
			.map(place),
	);
	return events.filter(
		(event) =>
			(event.name === 'MinorGC' || event.name === 'MajorGC') &&
			event.ph === 'X' &&
			audioThreads.has(place(event)),
	);
}
