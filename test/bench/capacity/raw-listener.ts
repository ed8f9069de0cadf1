// One listener of the crowd: a bare TCP connection that shakes hands as a browser does, counts the frames it is sent
// and acknowledges them as the player does. No WebSocket library: the crowd must cost less than the server.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { FRAME_HEADER_BYTES, SUBPROTOCOL } from '../../../src/core/frame.js';

/** Where a listener connects, and how it behaves there. */
export interface Manner {
	readonly port: number;
	readonly path: string;
	/** Offers the subprotocol `steadypcm.v1`; else it is sent raw PCM. */
	readonly isFramed: boolean;
}

/** Bytes of a message that are looked at: the longest header of WebSocket's, and a frame's. */
const HEAD = 10 + FRAME_HEADER_BYTES;

/** Of the frame header: places of the sequence and the capture time. */
const SEQUENCE_AT = 12;
const CAPTURE_TIME_AT = 24;

const OPCODE_BINARY = 2;

/** Final text; masked, as all that a client sends. The mask must not be zero, with which servers skip work. */
const TEXT = 0x81;
const MASKED = 0x80;
const MASK = [0x5a, 0xc3, 0x3c, 0xa5] as const;

/** What all connections are read into. */
const shared = Buffer.alloc(65_536);

/** A connection. */
export class RawListener {
	/** Binary messages that came whole. */
	frames = 0;
	/** Of the newest frame; null before the first. */
	sequence: number | null = null;
	/** Gets how long each frame was under way, ms: from its capture time to its last byte. */
	onDelay: ((ms: number) => void) | null = null;
	readonly opened: Promise<void>;
	readonly #socket: Socket;
	readonly #wallNow: () => number;
	#tellOpened = (): void => {};
	/** The answer to the handshake; null once it is over. */
	#answer: string | null = '';
	/** Beginning of a message. */
	readonly #head = Buffer.alloc(HEAD);
	#headLength = 0;
	/** Bytes of the message that follow its head. */
	#bytesLeft = 0;
	#opcode = 0;
	#captureTime = 0;
	#acknowledged: number | null = null;

	/** @param wallNow ms since the Unix epoch */
	constructor({ port, path, isFramed }: Manner, wallNow: () => number) {
		this.#wallNow = wallNow;
		const callback = (length: number): boolean => {
			this.#read(shared.subarray(0, length));
			return true;
		};
		this.#socket = connect({ port, host: '127.0.0.1', onread: { buffer: shared, callback } });
		this.#socket.setNoDelay(true).write(handshake(path, isFramed));
		this.opened = new Promise((resolve, reject) => {
			this.#tellOpened = resolve;
			this.#socket.on('error', reject);
		});
	}

	/** Tells what has come, when that is news. */
	acknowledge(): void {
		if (this.sequence === this.#acknowledged || this.#socket.destroyed) {
			return;
		}
		this.#acknowledged = this.sequence;
		const text = Buffer.from(JSON.stringify({ type: 'ack', sequence: this.sequence }));
		const masked = text.map((byte, i) => byte ^ MASK[i & 3]!);
		this.#socket.write(Buffer.concat([Buffer.of(TEXT, MASKED | text.length, ...MASK), masked]));
	}

	/** The application hangs: what comes stays in the operating system's buffers. */
	stopReading(): void {
		this.#socket.pause();
	}

	end(): void {
		this.#socket.destroy();
	}

	#read(bytes: Buffer): void {
		let at = this.#answer === null ? 0 : this.#shakeHands(this.#answer, bytes);
		while (at < bytes.length) {
			if (this.#bytesLeft > 0) {
				const passed = Math.min(this.#bytesLeft, bytes.length - at);
				at += passed;
				this.#bytesLeft -= passed;
			} else {
				at += this.#begin(bytes, at);
			}
			if (this.#bytesLeft === 0 && this.#headLength === 0 && this.#opcode !== 0) {
				this.#end();
			}
		}
	}

	/** @param before what has come of the answer @returns where the answer ends in `bytes` */
	#shakeHands(before: string, bytes: Buffer): number {
		const answer = before + bytes.toString('latin1');
		const end = answer.indexOf('\r\n\r\n');
		if (end < 0) {
			this.#answer = answer;
			return bytes.length;
		}
		if (!answer.startsWith('HTTP/1.1 101 ')) {
			this.#socket.destroy(new Error(`Expected a WebSocket, got: ${answer.slice(0, 80)}`));
			return bytes.length;
		}
		this.#answer = null;
		this.#tellOpened();
		return end + 4 - before.length;
	}

	/** Takes bytes of a message's head. @returns how many */
	#begin(bytes: Buffer, from: number): number {
		const taken = Math.min(HEAD - this.#headLength, bytes.length - from);
		bytes.copy(this.#head, this.#headLength, from, from + taken);
		const had = this.#headLength;
		const length = had + taken;
		const short = this.#head[1]! & 0x7f;
		const header = short < 126 ? 2 : short === 126 ? 4 : 10;
		const payload = length < header ? 0 : this.#payload(short);
		const looked = header + Math.min(payload, FRAME_HEADER_BYTES);
		if (length < looked) {
			this.#headLength = length;
			return taken;
		}
		this.#headLength = 0;
		this.#bytesLeft = header + payload - looked;
		this.#opcode = this.#head[0]! & 0x0f;
		this.#heed(header, payload);
		return looked - had;
	}

	/** Length of the message whose header is complete. */
	#payload(short: number): number {
		return short < 126
			? short
			: short === 126
				? this.#head.readUInt16BE(2)
				: Number(this.#head.readBigUInt64BE(2));
	}

	#heed(header: number, payload: number): void {
		if (this.#opcode === OPCODE_BINARY && payload >= FRAME_HEADER_BYTES) {
			this.sequence = this.#head.readUInt32LE(header + SEQUENCE_AT);
			this.#captureTime = this.#head.readDoubleLE(header + CAPTURE_TIME_AT);
		}
	}

	/** A message is whole. */
	#end(): void {
		if (this.#opcode === OPCODE_BINARY) {
			this.frames++;
			this.onDelay?.(this.#wallNow() - this.#captureTime);
		}
		this.#opcode = 0;
	}
}

function handshake(path: string, isFramed: boolean): string {
	return [
		`GET ${path} HTTP/1.1`,
		'Host: 127.0.0.1',
		'Connection: Upgrade',
		'Upgrade: websocket',
		'Sec-WebSocket-Version: 13',
		`Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
		...(isFramed ? [`Sec-WebSocket-Protocol: ${SUBPROTOCOL}`] : []),
		'\r\n',
	].join('\r\n');
}
