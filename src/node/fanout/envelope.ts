// What surrounds a message on a byte stream. Written once per frame, not once per listener, since the bytes
// are the same for all.

/** Nothing: the bytes themselves, as in a raw HTTP response. */
export const BARE = 0;
/** The header of one whole binary WebSocket message from a server. */
export const WEB_SOCKET = 1;
/** The length, u32 little endian, as in a framed HTTP response. */
export const LENGTH = 2;

export type Envelope = typeof BARE | typeof WEB_SOCKET | typeof LENGTH;

const FINAL_BINARY = 0x82;

/** `message` in its envelope: a copy, but for BARE. */
export function enveloped(message: Uint8Array, envelope: Envelope): Buffer {
	switch (envelope) {
		case BARE:
			return Buffer.from(message.buffer, message.byteOffset, message.byteLength);
		case WEB_SOCKET:
			return joined(webSocketHeader(message.byteLength), message);
		case LENGTH:
			return joined(lengthPrefix(message.byteLength), message);
	}
}

/** In memory of its own: who waits with a slice of Node's pool keeps all of the pool's 8 KiB. */
function joined(header: Buffer, message: Uint8Array): Buffer {
	const bytes = Buffer.allocUnsafeSlow(header.byteLength + message.byteLength);
	bytes.set(header);
	bytes.set(message, header.byteLength);
	return bytes;
}

/** RFC 6455, 5.2: a server's messages are not masked. */
function webSocketHeader(byteLength: number): Buffer {
	if (byteLength < 126) {
		return Buffer.of(FINAL_BINARY, byteLength);
	}
	if (byteLength < 65_536) {
		const header = Buffer.of(FINAL_BINARY, 126, 0, 0);
		header.writeUInt16BE(byteLength, 2);
		return header;
	}
	const header = Buffer.alloc(10);
	header.writeUInt16BE((FINAL_BINARY << 8) | 127, 0);
	header.writeUIntBE(byteLength, 4, 6);
	return header;
}

function lengthPrefix(byteLength: number): Buffer {
	const prefix = Buffer.alloc(4);
	prefix.writeUInt32LE(byteLength);
	return prefix;
}
