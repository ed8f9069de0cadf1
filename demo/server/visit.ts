// One connection of one page: a sender of its own behind a bad network of its own, so that the knobs hurt
// nobody else.
import type { WebSocket } from 'ws';
import { Impairment, PacedSender } from '../../src/node/index.js';
import type { Offer } from './catalogue.js';
import { parseOrder, type Hurt } from './order.js';
import type { StreamRequest } from './stream-request.js';

/** Of an answer; what a visitor says may be longer. */
const MAX_QUOTE = 200;

const TEXT = { binary: false, compress: false };

/** From the socket's opening to its close. */
export class Visit {
	readonly #network: Impairment;
	readonly #sender: PacedSender;

	/** Starts playing. */
	constructor(socket: WebSocket, offer: Offer, request: StreamRequest) {
		this.#network = new Impairment(socket);
		this.#sender = new PacedSender(offer.open({ ...request.format, ...offer.fixed }), {
			protocol: request.protocol,
			onEnd: (error) => {
				if (error !== undefined) {
					console.error(`\n  ${offer.label} stopped: ${error.message}\n`);
				}
			},
		});
		this.#sender.attach(this.#network);
		socket.on('message', (message, isBinary) => {
			if (!isBinary) {
				this.#hear((message as Buffer).toString());
			}
		});
		socket.on('close', () => this.#sender.close());
		this.#sender.start();
	}

	#hear(text: string): void {
		const order = parseOrder(text);
		try {
			switch (order.type) {
				case 'hurt':
					this.#hurt(order.hurt);
					break;
				case 'stall':
					this.#network.stallNow(order.ms);
					break;
				case 'drop':
					this.#network.terminate();
					break;
				case 'say':
					this.#reply(this.#answer(order.text));
					break;
				case 'protocol':
					break;
			}
		} catch (error) {
			this.#reply(error instanceof Error ? error.message : String(error));
		}
	}

	#hurt({ ratePpm, ...settings }: Partial<Hurt>): void {
		this.#network.set(settings);
		if (ratePpm !== undefined) {
			this.#sender.ratePpm = ratePpm;
		}
	}

	#answer(text: string): string {
		const said = text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE)}…` : text;
		const time = new Date().toLocaleTimeString('en-GB');
		const frames = this.#sender.stats.framesSent.toLocaleString('en');
		return `You said “${said}”. It is ${time} here, and ${frames} frames have gone out to you.`;
	}

	/** Behind the bad network too: a text is as late as the sound around it. */
	#reply(text: string): void {
		this.#network.send(JSON.stringify({ type: 'reply', text }), TEXT);
	}
}
