// Requests that are none: what a text may become on its way, or by an attacker.
import type { Random } from '../../../src/node/source/seeded-random.js';

/** `text` with a few bytes changed, left out, repeated or put in. */
export function mutated(text: string, random: Random): string {
	let bytes = [...Buffer.from(text, 'latin1')];
	const count = 1 + Math.floor(6 * random());
	for (let i = 0; i < count; i++) {
		const at = Math.floor(bytes.length * random());
		const byte = Math.floor(256 * random());
		const ways = [
			() => bytes.with(at, byte),
			() => bytes.toSpliced(at, 1 + Math.floor(8 * random())),
			() => bytes.toSpliced(at, 0, byte),
			() => bytes.toSpliced(at, 0, ...bytes.slice(0, at)),
			() => bytes.slice(0, at),
		];
		bytes = ways[Math.floor(ways.length * random())]!();
		bytes = bytes.length === 0 ? [byte] : bytes;
	}
	return Buffer.from(bytes).toString('latin1');
}
