// The body of a small request. What is longer than allowed is not read on.
import type { IncomingMessage } from 'node:http';

/** @returns null when it is longer than `maxBytes`; rejects when the connection breaks */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
	const parts: Buffer[] = [];
	let byteLength = 0;
	for await (const part of request) {
		parts.push(part as Buffer);
		byteLength += (part as Buffer).byteLength;
		if (byteLength > maxBytes) {
			return null;
		}
	}
	return Buffer.concat(parts).toString('utf8');
}
