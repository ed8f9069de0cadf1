// One page's stay: a sender of its own behind a bad network of its own, so that the knobs hurt nobody else. What it
// hears by WebSocket and by HTTP is one stream.
import {
	Impairment,
	PacedSender,
	type HttpStream,
	type ImpairmentSettings,
	type ListenerSocket,
} from '../../src/node/index.js';
import type { Offer } from './catalogue.js';
import { parseOrder, type Hurt } from './order.js';
import type { StreamRequest } from './stream-request.js';

/** Of an answer; what a visitor says may be longer. */
const MAX_QUOTE = 200;

const TEXT = { binary: false, compress: false };

/** From its first connection's opening to its last one's close. */
export class Visit implements HttpStream {
	readonly #networks = new Set<Impairment>();
	readonly #sender: PacedSender;
	readonly #onEnd: () => void;
	#settings: Partial<ImpairmentSettings> = {};
	#isPlaying = false;

	/** @param onEnd called when nobody is left, perhaps again. */
	constructor(offer: Offer, request: StreamRequest, onEnd: () => void) {
		this.#onEnd = onEnd;
		this.#sender = new PacedSender(offer.open({ ...request.format, ...offer.fixed }), {
			protocol: request.protocol,
			hasHttp: true,
			onEnd: (error) => {
				if (error !== undefined) {
					console.error(`\n  ${offer.label} stopped: ${error.message}\n`);
				}
			},
		});
	}

	get format(): HttpStream['format'] {
		return this.#sender.format;
	}

	get stream(): string {
		return this.#sender.stream;
	}

	/** Plays to `socket`, too. */
	attach(socket: ListenerSocket): void {
		const network = new Impairment(socket, this.#settings);
		this.#networks.add(network);
		this.#sender.attach(network);
		socket.on('message', (message, isBinary) => {
			if (!isBinary) {
				this.#hear(Buffer.from(message).toString(), network);
			}
		});
		socket.on('close', () => {
			this.#networks.delete(network);
			this.endIfLeft();
		});
		if (!this.#isPlaying) {
			this.#isPlaying = true;
			this.#sender.start();
		}
	}

	/** Lets go of the source once nobody is here. Idempotent. */
	endIfLeft(): void {
		if (this.#networks.size === 0) {
			this.#sender.close();
			this.#onEnd();
		}
	}

	#hear(text: string, network: Impairment): void {
		const order = parseOrder(text);
		try {
			switch (order.type) {
				case 'hurt':
					this.#hurt(order.hurt);
					break;
				case 'stall':
					this.#networks.forEach((one) => one.stallNow(order.ms));
					break;
				case 'drop':
					this.#networks.forEach((one) => one.terminate());
					break;
				case 'say':
					reply(network, this.#answer(order.text));
					break;
				case 'protocol':
					break;
			}
		} catch (error) {
			reply(network, error instanceof Error ? error.message : String(error));
		}
	}

	#hurt({ ratePpm, ...settings }: Partial<Hurt>): void {
		this.#networks.forEach((one) => one.set(settings));
		this.#settings = { ...this.#settings, ...settings };
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
}

/** Behind the bad network too: a text is as late as the sound around it. */
function reply(network: Impairment, text: string): void {
	network.send(JSON.stringify({ type: 'reply', text }), TEXT);
}
