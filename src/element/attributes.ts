// The attributes of the element, the properties that reflect them, and what both ask of a player.
import type { ByteOrder, LatencyProfile, PcmPlayerOptions, SampleFormat } from '../index.js';
import { PageElement } from './page-element.js';

type Kind = 'text' | 'number' | 'switch';

/** By property. */
const REFLECTED = {
	src: ['src', 'text'],
	sampleRate: ['sample-rate', 'number'],
	sampleFormat: ['sample-format', 'text'],
	channels: ['channels', 'number'],
	byteOrder: ['byte-order', 'text'],
	protocol: ['protocol', 'text'],
	profile: ['profile', 'text'],
	latencyMin: ['latency-min', 'number'],
	latencyMax: ['latency-max', 'number'],
	mode: ['mode', 'text'],
	content: ['content', 'text'],
	redundancy: ['redundancy', 'number'],
	workletUrl: ['worklet-url', 'text'],
	workerUrl: ['worker-url', 'text'],
	sinkId: ['sink-id', 'text'],
	label: ['label', 'text'],
	controls: ['controls', 'switch'],
	autoplay: ['autoplay', 'switch'],
} as const satisfies Readonly<Record<string, readonly [attribute: string, kind: Kind]>>;

type Reflected = typeof REFLECTED;

export const REFLECTED_ATTRIBUTES: readonly string[] = Object.values(REFLECTED).map(
	([attribute]) => attribute,
);

export const REFLECTED_PROPERTIES: readonly string[] = Object.keys(REFLECTED);

/** Properties that are attributes: null for one that is absent; null removes it. */
export class AttributeElement extends PageElement {
	/** Where the stream is, as the player takes it; several, tried in order, with spaces between; null: none,
	 * the page writes samples to `player`. */
	declare src: string | null;
	/** Hz, 8 000 to 384 000. Needed unless `protocol` is 'framed'. */
	declare sampleRate: number | null;
	/** @default 's32' */
	declare sampleFormat: SampleFormat | null;
	/** 1 to 32. @default 2 */
	declare channels: number | null;
	/** @default 'little' */
	declare byteOrder: ByteOrder | null;
	/** @default 'auto' */
	declare protocol: 'auto' | 'raw' | 'framed' | null;
	/** How much delay to trade for how few interruptions. @default 'balanced' */
	declare profile: LatencyProfile | null;
	/** Least delay, seconds, 0 to 10. @default 0 */
	declare latencyMin: number | null;
	/** Greatest delay, seconds, `latencyMin` to 10. @default 2 */
	declare latencyMax: number | null;
	/** @default 'live' */
	declare mode: 'live' | 'complete' | null;
	/** @default 'auto' */
	declare content: 'auto' | 'speech' | 'music' | null;
	/** Connections kept open at a time, 1 or 2. @default 1 */
	declare redundancy: number | null;
	/** Where `steadypcm/worklet.js` is served, for a CSP that forbids `blob:` scripts. @default inlined */
	declare workletUrl: string | null;
	/** Where `steadypcm/worker.js` is served. @default inlined */
	declare workerUrl: string | null;
	/** Output device. @default the system's choice */
	declare sinkId: string | null;
	/** What is played, shown above the status, and the name of the controls. */
	declare label: string | null;
	/** Whether the element is seen. @default false */
	declare controls: boolean;
	/** Whether it plays as soon as it is in the page and there is something to play, once: where the browser wants a
	 * gesture first, with the next one. @default false */
	declare autoplay: boolean;

	static {
		for (const [property, [attribute, kind]] of Object.entries(REFLECTED)) {
			Object.defineProperty(this.prototype, property, {
				configurable: true,
				enumerable: true,
				...accessors(attribute, kind),
			});
		}
	}
}

/** The attributes by their names in HTML, for the types of JSX and templates. */
export type ReflectedAttributes = {
	[P in keyof Reflected as Reflected[P][0]]?: AttributeElement[P] | undefined;
};

/** The player's options as attributes give them; those of the properties where there are none. The output device
 * is not among them: a player that is there can take it up. */
export function optionsOf(element: Element, given: PcmPlayerOptions): PcmPlayerOptions {
	const text = (name: string): string | undefined => element.getAttribute(name) ?? undefined;
	const number = (name: string): number | undefined => numberIn(element.getAttribute(name));
	const written = {
		protocol: text('protocol'),
		mode: text('mode'),
		content: text('content'),
		redundancy: number('redundancy'),
		workletUrl: text('worklet-url'),
		workerUrl: text('worker-url'),
	};
	const format = {
		sampleRate: number('sample-rate'),
		sampleFormat: text('sample-format'),
		channels: number('channels'),
		byteOrder: text('byte-order'),
	};
	const latency = {
		profile: text('profile'),
		min: number('latency-min'),
		max: number('latency-max'),
	};
	return {
		...given,
		...present(written),
		format: { ...given.format, ...present(format) },
		latency: { ...given.latency, ...present(latency) },
	};
}

/** Properties that were set before the element's class was there go where they would have gone. */
export function takeEarly(element: Element, properties: readonly string[]): void {
	for (const property of properties) {
		if (Object.hasOwn(element, property)) {
			const value: unknown = Reflect.get(element, property);
			Reflect.deleteProperty(element, property);
			Reflect.set(element, property, value);
		}
	}
}

/** What is no number stays the text it is: the player says what it expected. */
export function numberIn(text: string | null): number | undefined {
	if (text === null) {
		return undefined;
	}
	const number = text.trim() === '' ? NaN : Number(text);
	return Number.isNaN(number) ? (text as unknown as number) : number;
}

function present(options: Readonly<Record<string, unknown>>): object {
	return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function accessors(attribute: string, kind: Kind): PropertyDescriptor {
	if (kind === 'switch') {
		return {
			get(this: Element) {
				return this.hasAttribute(attribute);
			},
			set(this: Element, value: boolean) {
				this.toggleAttribute(attribute, value);
			},
		};
	}
	return {
		get(this: Element) {
			const text = this.getAttribute(attribute);
			return text === null || kind === 'text' ? text : Number(text);
		},
		set(this: Element, value: string | number | null | undefined) {
			if (value === null || value === undefined) {
				this.removeAttribute(attribute);
			} else {
				this.setAttribute(attribute, String(value));
			}
		},
	};
}
