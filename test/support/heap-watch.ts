// What a page's threads and this process hold in memory, after garbage is collected: JavaScript objects and the
// bytes of their buffers.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { CDPSession } from 'playwright';
import type { TestPage } from './test-page.js';

/** Bytes. */
export type HeapSizes = Readonly<Record<string, number>>;

/** Chromium's answer to Runtime.getHeapUsage, bytes. */
interface HeapUsage {
	readonly usedSize: number;
	readonly embedderHeapUsedSize: number;
	readonly backingStorageSize: number;
}

interface Answer {
	readonly id?: number;
	readonly result?: unknown;
	readonly error?: { readonly message: string };
}

const PAGE = 'page';
const NODE = 'node';

export class HeapWatch {
	readonly #session: CDPSession;
	/** Kind by session. */
	readonly #threads = new Map<string, string>();
	readonly #asked = new Map<number, (answer: Answer) => void>();
	readonly #looks: HeapSizes[] = [];
	#questions = 0;

	private constructor(session: CDPSession) {
		this.#session = session;
		session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
			this.#threads.set(sessionId, targetInfo.type);
		});
		session.on('Target.detachedFromTarget', ({ sessionId }) => {
			this.#threads.delete(sessionId);
		});
		session.on('Target.receivedMessageFromTarget', ({ message }) => {
			const answer = JSON.parse(message) as Answer;
			this.#asked.get(answer.id ?? -1)?.(answer);
		});
	}

	/** Of a page whose player plays: its threads run. */
	static async begin({ page }: TestPage): Promise<HeapWatch> {
		const watch = new HeapWatch(await page.context().newCDPSession(page));
		await watch.#session.send('Target.setAutoAttach', {
			autoAttach: true,
			waitForDebuggerOnStart: false,
			flatten: false,
		});
		return watch;
	}

	/** Collects garbage everywhere, and notes what is left. */
	async look(): Promise<void> {
		await this.#session.send('HeapProfiler.collectGarbage');
		const sizes: Record<string, number> = {
			[PAGE]: sizeOf(await this.#session.send('Runtime.getHeapUsage')),
		};
		for (const [session, kind] of this.#threads) {
			await this.#ask(session, 'HeapProfiler.collectGarbage');
			sizes[kind] = sizeOf((await this.#ask(session, 'Runtime.getHeapUsage')) as HeapUsage);
		}
		collectGarbage();
		const { heapUsed, external } = process.memoryUsage();
		this.#looks.push({ ...sizes, [NODE]: heapUsed + external });
	}

	get looks(): readonly HeapSizes[] {
		return this.#looks;
	}

	/** Least of the last quarter of the looks less that of the second, bytes. What is set up once comes in the first;
	 * what is under way comes on top, at each look as much as it happens to be. */
	get growth(): HeapSizes {
		const quarter = Math.floor(this.#looks.length / 4);
		const second = this.#looks.slice(quarter, 2 * quarter);
		const last = this.#looks.slice(-quarter);
		const least = (looks: readonly HeapSizes[], thread: string): number =>
			Math.min(...looks.map((sizes) => sizes[thread]!));
		return Object.fromEntries(
			Object.keys(this.#looks[0] ?? {}).map((thread) => [
				thread,
				least(last, thread) - least(second, thread),
			]),
		);
	}

	#ask(sessionId: string, method: string): Promise<unknown> {
		const id = ++this.#questions;
		const answered = new Promise((resolve, reject) => {
			this.#asked.set(id, ({ result, error }) => {
				this.#asked.delete(id);
				if (error === undefined) {
					resolve(result);
				} else {
					reject(new Error(`Expected an answer to ${method}, got: ${error.message}`));
				}
			});
		});
		const message = JSON.stringify({ id, method });
		return this.#session
			.send('Target.sendMessageToTarget', { sessionId, message })
			.then(() => answered);
	}
}

function sizeOf(usage: HeapUsage): number {
	return usage.usedSize + usage.embedderHeapUsedSize + usage.backingStorageSize;
}

/** The tests' processes are not started with --expose-gc. */
function collectGarbage(): void {
	setFlagsFromString('--expose-gc');
	(runInNewContext('gc') as () => void)();
}
