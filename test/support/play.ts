// A source played by our sender to whoever connects.
import type { WebSocket } from 'ws';
import { PacedSender, type PacedSenderOptions, type PcmSource } from '../../src/node/index.js';

/** @returns a handler for new sockets: each gets a sender and a source of its own. */
export function serve(
	source: () => PcmSource,
	options: PacedSenderOptions = {},
): (socket: WebSocket) => void {
	return (socket) => {
		const sender = new PacedSender(source(), options);
		sender.attach(socket);
		socket.on('close', () => sender.close());
		sender.start();
	};
}
