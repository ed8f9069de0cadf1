// Whom a request comes from, for counting and for the journal.
import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The client's address; 'unknown' for one that left meanwhile.
 * @param trustProxy true where a proxy in front, and nobody else, can connect: then the last address of X-Forwarded-For
 * is the client's, the one that proxy wrote. */
export function clientAddress(request: IncomingMessage, trustProxy: boolean): string {
	const peer = plainAddress(request.socket.remoteAddress ?? 'unknown');
	if (!trustProxy) {
		return peer;
	}
	const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
	const last = forwarded.at(-1)!.trim();
	return isIP(last) === 0 ? peer : plainAddress(last);
}

/** What limits count by: an IPv4 address, or the /64 network of an IPv6 one, all of which one customer has. */
export function addressKey(address: string): string {
	if (!isIPv6(address)) {
		return address;
	}
	const [head = '', tail = ''] = (address.split('%')[0] ?? '').split('::');
	const before = head.split(':').filter((group) => group !== '');
	const after = tail.split(':').filter((group) => group !== '');
	const zeros = address.includes('::') ? 8 - before.length - after.length : 0;
	const groups = [...before, ...new Array<string>(Math.max(0, zeros)).fill('0'), ...after];
	return `${groups
		.slice(0, 4)
		.map((group) => parseInt(group, 16).toString(16))
		.join(':')}::/64`;
}

export function isLoopback(address: string): boolean {
	return address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(plainAddress(address));
}

function plainAddress(address: string): string {
	return MAPPED_IPV4.exec(address)?.[1] ?? address;
}
