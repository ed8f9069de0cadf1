// An HTTP proxy that finds every host on this machine: a browser that asks it reaches the servers of tests under
// whatever name.
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface NameProxy {
	readonly port: number;
	close(): void;
}

const HERE = '127.0.0.1';

export async function openNameProxy(): Promise<NameProxy> {
	const server = createServer((incoming, answer) => {
		const { port, pathname, search } = new URL(incoming.url!);
		const { method, headers } = incoming;
		const outgoing = request(
			{ host: HERE, port, path: pathname + search, method, headers },
			(response: IncomingMessage) => {
				answer.writeHead(response.statusCode!, response.headers);
				response.pipe(answer);
			},
		);
		outgoing.on('error', () => answer.destroy());
		incoming.pipe(outgoing);
	});
	// WebSockets.
	server.on('upgrade', (incoming: IncomingMessage, near: Duplex, begin: Buffer) => {
		const { port, pathname, search } = new URL(incoming.url!);
		const far = connect(Number(port), HERE, () => {
			far.write(`GET ${pathname}${search} HTTP/1.1\r\n${headerLines(incoming)}\r\n`);
			far.write(begin);
			far.pipe(near).pipe(far);
		});
		far.on('error', () => near.destroy());
		near.on('error', () => far.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, HERE, resolve));
	return { port: (server.address() as AddressInfo).port, close: () => closeNow(server) };
}

function closeNow(server: Server): void {
	server.close();
	server.closeAllConnections();
}

/** As they came. */
function headerLines({ rawHeaders }: IncomingMessage): string {
	return rawHeaders.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
}
