// The way in by WebSocket. Who may not listen is told by a close code, the only answer that a page can read; who has
// not shown a token yet has some seconds to send it as the first message.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { parseProtocolText } from '../../core/protocol-text.js';
import type { Clock } from '../clock.js';
import type { Entrance } from './entrance.js';
import { MessageRate } from '../fanout/message-rate.js';
import { tokenOf } from '../fanout/presented-token.js';
import { REFUSALS, type Refusal } from './refusal.js';
import type { Station } from '../station/station.js';
import { acceptOptions, carried, refuseUpgrade } from '../fanout/upgrade.js';

/** Parts of one message; ours come whole. */
const MAX_FRAGMENTS = 64;

/** ms a refused socket gets to answer the close. */
const FAREWELL_MS = 1000;

/** Accepts WebSockets on the paths of stations. */
export class SocketEntrance {
	readonly #entrance: Entrance;
	readonly #stationAt: (path: string) => Station | undefined;
	readonly #clock: Clock;
	readonly #server: WebSocketServer;

	/** @param stationAt the station of a path, without query. */
	constructor(entrance: Entrance, stationAt: (path: string) => Station | undefined, clock: Clock) {
		this.#entrance = entrance;
		this.#stationAt = stationAt;
		this.#clock = clock;
		const options: ServerOptions & { maxFragments: number } = {
			...acceptOptions,
			maxPayload: entrance.limits.messageBytes,
			maxFragments: MAX_FRAGMENTS,
		};
		this.#server = new WebSocketServer(options);
	}

	/** For the HTTP server's `upgrade` event. */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
		const path = pathOf(request);
		const station = this.#stationAt(path);
		if (this.#entrance.policy.faultOf(request) === 'host') {
			this.#entrance.refuse('host', request, path);
			refuseUpgrade(socket, '421 Misdirected Request');
		} else if (station === undefined) {
			refuseUpgrade(socket, '404 Not Found');
		} else {
			this.#server.handleUpgrade(request, socket, head, (webSocket) => {
				this.#welcome(carried(webSocket, socket), request, station);
			});
		}
	}

	/** Closes those that are not at a station yet. */
	sayGoodbye(): void {
		const { code, reason } = REFUSALS.leaving;
		this.#server.clients.forEach((webSocket) => webSocket.close(code, reason));
	}

	/** Ends all connections that have not answered their close. */
	terminate(): void {
		this.#server.clients.forEach((webSocket) => webSocket.terminate());
	}

	#welcome(webSocket: WebSocket, request: IncomingMessage, station: Station): void {
		const entry = this.#entrance.enter(request);
		if (typeof entry === 'string') {
			this.#refuse(webSocket, entry, request, station);
			return;
		}
		webSocket.on('close', entry.leave);
		this.#guard(webSocket, request, station);
		const token = tokenOf(request);
		if (this.#entrance.needsToken && token === null) {
			this.#awaitToken(webSocket, request, station);
		} else {
			this.#judge(webSocket, request, station, token);
		}
	}

	/** Who talks too fast is put out. */
	#guard(webSocket: WebSocket, request: IncomingMessage, station: Station): void {
		const rate = new MessageRate(this.#entrance.limits.messagesPerSecond, this.#clock);
		const count = (): void => {
			if (!rate.allows() && webSocket.readyState === webSocket.OPEN) {
				this.#refuse(webSocket, 'flood', request, station);
				webSocket.terminate();
			}
		};
		webSocket.on('message', count);
		webSocket.on('ping', count);
		webSocket.on('pong', count);
	}

	#awaitToken(webSocket: WebSocket, request: IncomingMessage, station: Station): void {
		const delayMs = 1000 * this.#entrance.limits.handshakeSeconds;
		const settle = (): void => {
			this.#clock.clearTimer(timer);
			webSocket.off('message', hear);
			webSocket.off('close', settle);
		};
		const hear = (message: Buffer, isBinary: boolean): void => {
			settle();
			const text = isBinary ? null : parseProtocolText(message.toString());
			const token =
				text !== null && text !== 'malformed' && text.type === 'token' ? text.token : null;
			this.#judge(webSocket, request, station, token);
		};
		const timer = this.#clock.setTimer(() => {
			settle();
			this.#refuse(webSocket, 'no-token', request, station);
		}, delayMs);
		webSocket.on('message', hear);
		webSocket.on('close', settle);
	}

	#judge(
		webSocket: WebSocket,
		request: IncomingMessage,
		station: Station,
		token: string | null,
	): void {
		const decide = (refusal: Refusal | null): void => {
			if (webSocket.readyState !== webSocket.OPEN) {
				return;
			}
			if (refusal !== null) {
				this.#refuse(webSocket, refusal, request, station);
			} else {
				this.#listen(webSocket, request, station);
			}
		};
		const verdict = this.#entrance.check(request, token);
		if (verdict instanceof Promise) {
			void verdict.then(decide);
		} else {
			decide(verdict);
		}
	}

	#listen(webSocket: WebSocket, request: IncomingMessage, station: Station): void {
		const { fanout, name: stream } = station;
		if (fanout === null) {
			this.#refuse(webSocket, 'not-ready', request, station);
			return;
		}
		const fields = { stream, via: 'websocket', address: this.#entrance.addressOf(request) };
		this.#entrance.journal.debug('A listener has come.', fields);
		webSocket.on('close', (code) => {
			this.#entrance.journal.debug('A listener has left.', { ...fields, code });
		});
		fanout.attach(webSocket);
	}

	#refuse(
		webSocket: WebSocket,
		refusal: Refusal,
		request: IncomingMessage,
		station: Station,
	): void {
		this.#entrance.refuse(refusal, request, `/${station.name}`);
		const { code, reason } = REFUSALS[refusal];
		webSocket.close(code, reason);
		const timer = this.#clock.setTimer(() => webSocket.terminate(), FAREWELL_MS);
		webSocket.on('close', () => this.#clock.clearTimer(timer));
	}
}

/** The path of a request, without query, exactly as it was sent: nothing is decoded or resolved. */
export function pathOf(request: IncomingMessage): string {
	return (request.url ?? '').split('?', 1)[0]!;
}
