// Starts the receiver in the best thread this page may have, and carries messages to and from it.
import type { ReceiverCommand, ReceiverEvent } from './core/receiver-messages.js';
import { isFirefox } from './browser.js';
import receiverScript from './receiver/receiver.worker.ts?script';
import { hostScript, scriptUrl } from './script-url.js';

export type ReceiverThread = 'worker' | 'shared-worker' | 'main-thread';

/** Milliseconds a thread has to say that it runs before the next kind is tried; a Worker that the CSP
 * blocks says so by an `error` event, long before. */
const START_TIMEOUT = 5000;

/** The ends of a started thread. */
interface Line {
	post(command: ReceiverCommand, transfer: Transferable[]): void;
	stop(): void;
}

type Listener = (event: ReceiverEvent) => void;

export class ReceiverHandle {
	readonly thread: ReceiverThread;
	readonly #line: Line;

	private constructor(thread: ReceiverThread, line: Line) {
		this.thread = thread;
		this.#line = line;
	}

	/** @param url the caller's `workerUrl`, null: inlined
	 * @throws PcmError `blocked-by-csp` when not even the page may run the script */
	static async start(url: string | null, listener: Listener): Promise<ReceiverHandle> {
		const script = scriptUrl(url, receiverScript);
		for (const thread of threadsToTry()) {
			const line = await startThread(thread, script, listener);
			if (line !== null) {
				return new ReceiverHandle(thread, line);
			}
		}
		const startReceiver = await hostScript('startReceiver', script);
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = ({ data }) => {
			listener(data as ReceiverEvent);
		};
		startReceiver(port2 as unknown as Parameters<typeof startReceiver>[0]);
		return new ReceiverHandle('main-thread', {
			post: (command, transfer) => {
				port1.postMessage(command, transfer);
			},
			stop: () => {
				port1.close();
			},
		});
	}

	post(command: ReceiverCommand, transfer: Transferable[] = []): void {
		this.#line.post(command, transfer);
	}

	close(): void {
		this.#line.post({ type: 'close' }, []);
		this.#line.stop();
	}
}

/** In Firefox a dedicated Worker's WebSocket stalls with the page's main thread; a SharedWorker's does not
 * on a cross-origin isolated page (on others it does as well, and a dedicated one is simpler). */
function threadsToTry(): ReceiverThread[] {
	const threads: ReceiverThread[] = [];
	if (isFirefox() && globalThis.crossOriginIsolated && typeof SharedWorker === 'function') {
		threads.push('shared-worker');
	}
	if (typeof Worker === 'function') {
		threads.push('worker');
	}
	return threads;
}

async function startThread(
	thread: ReceiverThread,
	script: string,
	listener: Listener,
): Promise<Line | null> {
	try {
		return thread === 'shared-worker'
			? await startSharedWorker(script, listener)
			: await startWorker(script, listener);
	} catch {
		// Forbidden, or not answering: the next kind of thread is tried.
		return null;
	}
}

async function startWorker(script: string, listener: Listener): Promise<Line> {
	const worker = new Worker(script);
	const stop = (): void => {
		worker.terminate();
	};
	await ready(worker, worker, listener, stop);
	return {
		post: (command, transfer) => {
			worker.postMessage(command, transfer);
		},
		// Messages already posted are handled first: the socket is closed with a handshake.
		stop: () => setTimeout(stop, 100),
	};
}

/** A name of its own keeps each player's receiver apart, and lets it end with the page. */
async function startSharedWorker(script: string, listener: Listener): Promise<Line> {
	const worker = new SharedWorker(script, { name: `steadypcm-${crypto.randomUUID()}` });
	const stop = (): void => {
		worker.port.close();
	};
	await ready(worker.port, worker, listener, stop);
	return {
		post: (command, transfer) => {
			worker.port.postMessage(command, transfer);
		},
		stop,
	};
}

function ready(
	port: Pick<MessagePort, 'onmessage'> | Worker,
	thread: AbstractWorker,
	listener: Listener,
	stop: () => void,
): Promise<void> {
	return new Promise((resolve, reject) => {
		const fail = (): void => {
			clearTimeout(timer);
			stop();
			reject(new Error('The thread did not start.'));
		};
		const timer = setTimeout(fail, START_TIMEOUT);
		thread.onerror = fail;
		port.onmessage = ({ data }: MessageEvent) => {
			const event = data as ReceiverEvent;
			if (event.type === 'ready') {
				clearTimeout(timer);
				thread.onerror = null;
				resolve();
			}
			listener(event);
		};
	});
}
