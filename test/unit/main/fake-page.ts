// As much of a page as the main thread sees: window, document, AudioContext and AudioWorkletNode, moved by the test.
import { vi } from 'vitest';
import { PLAYOUT_STATES, REPORT, REPORT_SLOTS } from '../../../src/core/playout-report.js';
import type { PlayoutState } from '../../../src/core/playout-report.js';
import type { PlayoutAnswer, PlayoutCommand } from '../../../src/core/playout-messages.js';

export class FakeContext extends EventTarget {
	state: AudioContextState = 'suspended';
	sinkId: string;
	readonly sampleRate = 48_000;
	currentTime = 0;
	readonly baseLatency = 0.01;
	readonly destination = { maxChannelCount: 2 };
	/** What loading the worklet's script comes to. */
	loading = Promise.resolve();
	readonly audioWorklet = { addModule: () => this.loading };
	/** False: the browser does not let it run, and does not say so. */
	mayRun = true;
	/** What resume() rejects with instead; null: it does not. */
	refusal: Error | null = null;
	resumes = 0;
	/** What setSinkId finds. */
	hasSink = true;

	constructor(options: { sinkId?: string } = {}) {
		super();
		this.sinkId = options.sinkId ?? '';
	}

	createGain(): object {
		return { gain: { setTargetAtTime() {} }, connect() {}, disconnect() {} };
	}

	resume(): Promise<void> {
		this.resumes++;
		if (this.refusal !== null) {
			return Promise.reject(this.refusal);
		}
		if (!this.mayRun) {
			return new Promise(() => {});
		}
		this.enter('running');
		return Promise.resolve();
	}

	close(): Promise<void> {
		this.enter('closed');
		return Promise.resolve();
	}

	/** As in Chromium, which tells of a device that is not there by events, too. */
	setSinkId(sinkId: string): Promise<void> {
		if (!this.hasSink) {
			return Promise.resolve().then(() => {
				this.dispatchEvent(new Event('error'));
				throw new DOMException('no such device', 'NotFoundError');
			});
		}
		this.sinkId = sinkId;
		return Promise.resolve();
	}

	getOutputTimestamp(): AudioTimestamp {
		return { contextTime: this.currentTime, performanceTime: performance.now() };
	}

	enter(state: AudioContextState): void {
		if (state !== this.state && this.state !== 'closed') {
			this.state = state;
			this.dispatchEvent(new Event('statechange'));
		}
	}

	/** The device fails: first the error, then the state. */
	fail(): void {
		this.dispatchEvent(new Event('error'));
		this.enter('suspended');
	}
}

/** An AudioWorkletNode whose processor is the test: it sees what is asked and writes the report. */
export class FakeWorkletNode {
	readonly commands: PlayoutCommand[] = [];
	readonly report = new Float64Array(REPORT_SLOTS);
	readonly port = {
		onmessage: null as ((event: { data: PlayoutAnswer }) => void) | null,
		postMessage: (command: PlayoutCommand) => {
			if (command.type === 'report') {
				this.port.onmessage?.({ data: { type: 'report', values: this.report.slice() } });
			} else {
				this.commands.push(command);
			}
		},
		close() {},
	};

	connect(): void {}

	disconnect(): void {}

	/** Carries out the flushes asked for so far, and reports `state`. */
	enter(state: PlayoutState): void {
		this.report[REPORT.state] = PLAYOUT_STATES.indexOf(state);
		for (const command of this.commands) {
			if (command.type === 'flush') {
				this.report[REPORT.flushId] = command.id;
			}
		}
	}
}

/** An EventTarget that knows how many listeners it has. */
export class CountingTarget extends EventTarget {
	readonly #listeners = new Set<string>();
	readonly #ids = new Map<unknown, number>();

	get listeners(): number {
		return this.#listeners.size;
	}

	override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
		this.#listeners.add(this.#key(args[0], args[1]));
		super.addEventListener(...args);
	}

	override removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
		this.#listeners.delete(this.#key(args[0], args[1]));
		super.removeEventListener(...args);
	}

	#key(type: string, listener: unknown): string {
		const id = this.#ids.get(listener) ?? this.#ids.size;
		this.#ids.set(listener, id);
		return `${type} ${id}`;
	}
}

export class FakePage {
	readonly window = new CountingTarget();
	readonly document = Object.assign(new CountingTarget(), { visibilityState: 'visible' });
	readonly contexts: FakeContext[] = [];
	readonly nodes: FakeWorkletNode[] = [];
	/** Of contexts made from now on. */
	mayRun = true;
	/** What loading the worklet's script comes to in contexts made from now on. */
	loading = Promise.resolve();

	/** Takes the place of a browser's globals until `vi.unstubAllGlobals()`. */
	constructor() {
		const { contexts, nodes } = this;
		const newContext = (context: FakeContext): void => {
			context.mayRun = this.mayRun;
			context.loading = this.loading;
			contexts.push(context);
		};
		vi.stubGlobal('window', this.window);
		vi.stubGlobal('document', this.document);
		vi.stubGlobal('navigator', { userAgent: 'Chrome/156.0.0.0' });
		vi.stubGlobal(
			'AudioContext',
			class extends FakeContext {
				constructor(options: { sinkId?: string }) {
					super(options);
					newContext(this);
				}
			},
		);
		vi.stubGlobal(
			'AudioWorkletNode',
			class extends FakeWorkletNode {
				constructor() {
					super();
					nodes.push(this);
				}
			},
		);
	}

	/** Of all that listen to the page. */
	get listeners(): number {
		return this.window.listeners + this.document.listeners;
	}

	show(visibilityState: 'visible' | 'hidden'): void {
		this.document.visibilityState = visibilityState;
		this.document.dispatchEvent(new Event('visibilitychange'));
	}

	goOnline(): void {
		this.window.dispatchEvent(new Event('online'));
	}

	comeBack(persisted: boolean): void {
		this.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));
	}

	press(): void {
		this.document.dispatchEvent(new Event('pointerdown'));
	}
}
