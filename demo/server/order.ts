// What a page's text means: an order to the bad network, words of the protocol, or something to answer.
import type { ImpairmentSettings } from '../../src/node/index.js';

/** The knobs of one visitor. */
export interface Hurt extends Omit<ImpairmentSettings, 'unseenBytes'> {
	/** How much faster than true the sender's clock runs. */
	readonly ratePpm: number;
}

export type Order =
	/** Sets knobs; those not given stay. */
	| { readonly type: 'hurt'; readonly hurt: Partial<Hurt> }
	/** One stall, from now. */
	| { readonly type: 'stall'; readonly ms: number }
	/** The connection is gone, without a word. */
	| { readonly type: 'drop' }
	| { readonly type: 'say'; readonly text: string }
	/** The framed protocol's own. */
	| { readonly type: 'protocol' };

const KNOBS = ['jitterMs', 'stallEveryMs', 'stallMs', 'delayMs', 'ratePpm'] as const;
const PROTOCOL_TYPES: readonly unknown[] = ['hello', 'ack', 'resume', 'time', 'media', 'token'];

/** Any text is an order; what is none of the demo's is said. */
export function parseOrder(text: string): Order {
	const message = parseRecord(text);
	switch (message?.['type']) {
		case 'hurt':
			return { type: 'hurt', hurt: knobs(message) };
		case 'stall':
			return { type: 'stall', ms: Number(message['ms']) };
		case 'drop':
			return { type: 'drop' };
		default:
			return PROTOCOL_TYPES.includes(message?.['type'])
				? { type: 'protocol' }
				: { type: 'say', text };
	}
}

function knobs(message: Record<string, unknown>): Partial<Hurt> {
	return Object.fromEntries(
		KNOBS.filter((knob) => knob in message).map((knob) => [knob, Number(message[knob])]),
	);
}

function parseRecord(text: string): Record<string, unknown> | null {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
	} catch {
		return null;
	}
}
