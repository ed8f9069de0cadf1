// A stream as the endless response to an HTTP request: for players where a WebSocket stalls with the page, for
// `curl`, for anything that reads a URL. To a fan-out it is one more socket.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FRAMES_CONTENT_TYPE, STREAM_HEADER, SUBPROTOCOL } from '../../core/frame.js';
import { bytesPerSample, type StreamFormat } from '../../core/stream-format.js';
import { Alarm } from '../alarm.js';
import { systemClock, type Clock } from '../clock.js';
import { BARE, enveloped, LENGTH } from './envelope.js';
import {
	SOCKET_CLOSED,
	SOCKET_OPEN,
	type ListenerSocket,
	type MessageHandle,
	type SendOptions,
} from './listener-socket.js';
import { carryOn } from './outlet.js';

/** The WebSocket close code of a stream that is complete. */
const NORMAL = 1000;

/** Between two signs of life on a framed response, ms: its reader cannot ask for one, and takes silence of some seconds
 * for a dead connection, though the source may merely pause. */
const SIGN_OF_LIFE_MS = 1000;

/** Silence after which the system asks whether the other side is still there, ms. */
const PROBE_AFTER_MS = 30_000;

/** A reader that takes nothing of the end for so long is let go, ms; up to twice as long, by when the system took the
 * last of it. */
const STANDSTILL_MS = 10_000;

/** A length of 0: no frame. */
const SIGN_OF_LIFE = new Uint8Array(4);

/** What a response says of its stream. A `Fanout` and a `PacedSender` say it. */
export interface StreamIdentity {
	readonly format: StreamFormat;
	/** Id of this run of the stream. */
	readonly stream: string;
}

/**
 * Answers a request for a stream: framed where it accepts `application/vnd.steadypcm.v1`, each frame after its
 * length (u32, little endian; a length of 0 each second, without frame, is a sign of life), else raw PCM. Range
 * requests get the whole stream, which has no positions.
 * @returns the socket to attach; null when the answer is complete: HEAD, OPTIONS (CORS), other methods (405).
 */
export function httpListener(
	request: IncomingMessage,
	response: ServerResponse,
	identity: StreamIdentity,
	clock: Clock = systemClock,
): ListenerSocket | null {
	const { method } = request;
	allowPages(request, response);
	if (method === 'OPTIONS') {
		response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD');
		response.setHeader('Access-Control-Allow-Headers', 'Authorization');
		response.writeHead(204).end();
		return null;
	}
	if (method !== 'GET' && method !== 'HEAD') {
		response.writeHead(405, { Allow: 'GET, HEAD, OPTIONS', 'Content-Length': 0 }).end();
		return null;
	}
	const isFramed = accepts(request, FRAMES_CONTENT_TYPE);
	response.writeHead(200, {
		'Content-Type': isFramed ? FRAMES_CONTENT_TYPE : rawType(identity.format),
		[STREAM_HEADER]: identity.stream,
		'Cache-Control': 'no-store',
		'X-Accel-Buffering': 'no',
		'X-Content-Type-Options': 'nosniff',
		'Accept-Ranges': 'none',
		Vary: 'Accept',
	});
	if (method === 'HEAD') {
		response.end();
		return null;
	}
	prepare(request.socket);
	response.flushHeaders();
	return new HttpListener(response, isFramed, clock);
}

/** A listener's connection: without delay by Nagle's algorithm, and as long as it likes though the source may be silent.
 * One whose other side has vanished is noticed also when nothing is sent to it. @internal */
export function prepare(socket: Socket): void {
	socket.setTimeout(0);
	socket.setNoDelay(true);
	socket.setKeepAlive(true, PROBE_AFTER_MS);
}

/** Lets pages of all origins read the answer, be it a refusal: a player cannot tell one that it may not read from a
 * broken network. @internal */
export function allowPages({ headers }: IncomingMessage, response: ServerResponse): void {
	if (headers.origin !== undefined) {
		response.setHeader('Access-Control-Allow-Origin', '*');
		response.setHeader('Access-Control-Expose-Headers', STREAM_HEADER);
	}
}

/** `audio/x-steadypcm-raw` with rate, channels, and the sample format as ffmpeg names it. */
function rawType({ sampleRate, sampleFormat, channels, byteOrder }: StreamFormat): string {
	const order = bytesPerSample(sampleFormat) === 1 ? '' : byteOrder === 'little' ? 'le' : 'be';
	return `audio/x-steadypcm-raw;rate=${sampleRate};channels=${channels};format=${sampleFormat}${order}`;
}

function accepts({ headers }: IncomingMessage, type: string): boolean {
	const accepted = headers.accept?.split(',') ?? [];
	return accepted.some((range) => range.split(';', 1)[0]!.trim().toLowerCase() === type);
}

/** A response as a listener's socket; what it carries flows one way. */
class HttpListener implements ListenerSocket {
	readonly response: 'raw' | 'framed';
	readonly protocol: string;
	readonly #response: ServerResponse;

	constructor(response: ServerResponse, isFramed: boolean, clock: Clock) {
		this.response = isFramed ? 'framed' : 'raw';
		this.protocol = isFramed ? SUBPROTOCOL : '';
		this.#response = response;
		response.on('error', ignore);
		carryOn(response, isFramed ? LENGTH : BARE, this);
		if (isFramed) {
			this.#live(new Alarm(clock));
		}
	}

	get bufferedAmount(): number {
		return this.#response.writableLength;
	}

	get readyState(): number {
		const { destroyed, writableEnded } = this.#response;
		return destroyed || writableEnded ? SOCKET_CLOSED : SOCKET_OPEN;
	}

	/** Texts are left out. */
	send(message: Uint8Array | string, _: SendOptions, onSent?: (error?: Error) => void): void {
		if (typeof message === 'string') {
			onSent?.();
			return;
		}
		const bytes = enveloped(message, this.response === 'framed' ? LENGTH : BARE);
		this.#response.write(bytes, (error) => onSent?.(error ?? undefined));
	}

	/** A stream that is complete ends the response; any other close breaks it off, so that the client knows. */
	close(code = NORMAL): void {
		if (code === NORMAL) {
			this.#response.end();
			this.#response.setTimeout(STANDSTILL_MS, () => this.#response.destroy());
		} else {
			this.#response.destroy();
		}
	}

	terminate(): void {
		this.#response.destroy();
	}

	/** None is added to what waits already. */
	#live(alarm: Alarm): void {
		const response = this.#response;
		const sign = (): void => {
			if (this.readyState === SOCKET_OPEN && response.writableLength === 0) {
				response.write(SIGN_OF_LIFE);
			}
			alarm.set(SIGN_OF_LIFE_MS, sign);
		};
		alarm.set(SIGN_OF_LIFE_MS, sign);
		response.on('close', () => alarm.clear());
	}

	on(event: 'close' | 'error' | 'message', handle: Handle): this {
		if (event !== 'message') {
			this.#response.on(event, handle as () => void);
		}
		return this;
	}

	off(event: 'close' | 'error' | 'message', handle: Handle): this {
		if (event !== 'message') {
			this.#response.off(event, handle as () => void);
		}
		return this;
	}
}

type Handle = (() => void) | ((error: Error) => void) | MessageHandle;

/** A broken connection is no failure of the server; its close follows. */
function ignore(): void {}
