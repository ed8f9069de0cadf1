// Thread entry of the receiver: a dedicated Worker, a SharedWorker, or the page itself where neither may
// start. The only file here that knows a clock, a timer, a WebSocket and fetch.
import type { ReceiverCommand, ReceiverEvent } from '../core/receiver-messages.js';
import { scriptHost } from '../core/script-host.js';
import type { ThreadPort } from '../core/thread-port.js';
import type { Environment, Socket } from './environment.js';
import { FetchDownload } from './fetch-download.js';
import { Receiver } from './receiver.js';

const scope = globalThis as unknown as {
	readonly SharedWorkerGlobalScope?: unknown;
	readonly document?: unknown;
	readonly crossOriginIsolated?: boolean;
	onconnect: ((event: { readonly ports: readonly MessagePort[] }) => void) | null;
};
const isShared = scope.SharedWorkerGlobalScope !== undefined;

const environment: Environment = {
	now: () => performance.now(),
	timeOrigin: performance.timeOrigin,
	wallNow: () => Date.now(),
	setTimer: (fire, delayMs) => setTimeout(fire, delayMs),
	clearTimer: (timer) => {
		clearTimeout(timer as ReturnType<typeof setTimeout>);
	},
	random: () => Math.random(),
	openSocket: (url, subprotocols) => new WebSocket(url, [...subprotocols]) as unknown as Socket,
	openDownload: (url, headers) => new FetchDownload(fetch, url, headers),
	// A SharedWorker is not of the page's agent cluster: shared memory cannot cross.
	canShareMemory:
		!isShared && scope.crossOriginIsolated === true && typeof SharedArrayBuffer === 'function',
};

function serve(port: ThreadPort): void {
	const post = (event: ReceiverEvent): void => {
		port.postMessage(event);
	};
	let receiver: Receiver | null = null;
	port.onmessage = ({ data }) => {
		const command = data as ReceiverCommand;
		if (command.type === 'start') {
			receiver = new Receiver(environment, command.setup, command.feed, post);
		} else {
			receiver?.obey(command);
		}
	};
	post({ type: 'ready' });
}

if (isShared) {
	scope.onconnect = ({ ports }) => {
		serve(ports[0] as unknown as ThreadPort);
	};
} else if (scope.document === undefined) {
	serve(globalThis as unknown as ThreadPort);
} else {
	scriptHost().startReceiver = serve;
}
