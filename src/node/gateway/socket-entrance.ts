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

/** Somebody on a WebSocket, from its opening on. */
interface Caller {
	readonly webSocket: WebSocket;
	readonly request: IncomingMessage;
	readonly station: Station;
	/** It is let in: those who are not need no room for it. */
	readonly leaveRoom: () => void;
}

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
		const leaveRoom = this.#entrance.wait(request, () => {
			if (webSocket.readyState === webSocket.OPEN) {
				this.#refuse(caller, 'crowded-out');
			}
			webSocket.terminate();
		});
		const caller = { webSocket, request, station, leaveRoom };
		webSocket.on('close', leaveRoom);
		const fault = this.#entrance.faultOf(request);
		if (fault !== null) {
			this.#refuse(caller, fault);
			return;
		}
		this.#guard(caller);
		const token = tokenOf(request);
		if (this.#entrance.needsToken && token === null) {
			this.#awaitToken(caller);
		} else {
			this.#judge(caller, token);
		}
	}

	/** Who talks too fast is put out. */
	#guard(caller: Caller): void {
		const { webSocket } = caller;
		const rate = new MessageRate(this.#entrance.limits.messagesPerSecond, this.#clock);
		const count = (): void => {
			if (!rate.allows() && webSocket.readyState === webSocket.OPEN) {
				this.#refuse(caller, 'flood');
				webSocket.terminate();
			}
		};
		webSocket.on('message', count);
		webSocket.on('ping', count);
		webSocket.on('pong', count);
	}

	#awaitToken(caller: Caller): void {
		const { webSocket } = caller;
		const delayMs = 1000 * this.#entrance.limits.undecidedSeconds;
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
			this.#judge(caller, token);
		};
		const timer = this.#clock.setTimer(() => {
			settle();
			this.#refuse(caller, 'no-token');
		}, delayMs);
		webSocket.on('message', hear);
		webSocket.on('close', settle);
	}

	#judge(caller: Caller, token: string | null): void {
		const { webSocket, request } = caller;
		const decide = (refusal: Refusal | null): void => {
			if (webSocket.readyState !== webSocket.OPEN) {
				return;
			}
			if (refusal !== null) {
				this.#refuse(caller, refusal);
			} else {
				this.#admit(caller);
			}
		};
		const verdict = this.#entrance.check(request, token);
		if (verdict instanceof Promise) {
			void verdict.then(decide);
		} else {
			decide(verdict);
		}
	}

	#admit(caller: Caller): void {
		const { webSocket, request, station } = caller;
		const { fanout, name: stream } = station;
		if (fanout === null) {
			this.#refuse(caller, 'not-ready');
			return;
		}
		const leave = this.#entrance.enter(request);
		if (typeof leave === 'string') {
			this.#refuse(caller, leave);
			return;
		}
		caller.leaveRoom();
		const fields = { stream, via: 'websocket', address: this.#entrance.addressOf(request) };
		this.#entrance.journal.debug('A listener has come.', fields);
		webSocket.on('close', (code) => {
			leave();
			this.#entrance.journal.debug('A listener has left.', { ...fields, code });
		});
		fanout.attach(webSocket);
	}

	#refuse({ webSocket, request, station }: Caller, refusal: Refusal): void {
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
