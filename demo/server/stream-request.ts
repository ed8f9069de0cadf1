// What a page asks for in the query of /audio: text in, a checked request out.
import type { PacedSenderOptions, SourceFormat } from '../../src/node/index.js';

type SampleFormat = NonNullable<SourceFormat['sampleFormat']>;

/** A stream's format with every field given. */
export type RequestedFormat = Required<Omit<SourceFormat, 'byteOrder'>>;

/** One visitor's wish. */
export interface StreamRequest {
	/** Id of an offer. */
	readonly source: string;
	readonly format: RequestedFormat;
	readonly protocol: NonNullable<PacedSenderOptions['protocol']>;
	/** Names the page, which comes by WebSocket and by HTTP; null: nobody's but this request's. */
	readonly visit: string | null;
}

const SAMPLE_FORMATS: readonly SampleFormat[] = [
	's32',
	's24',
	's16',
	's8',
	'u8',
	'f32',
	'mulaw',
	'alaw',
];
const PROTOCOLS = ['auto', 'raw', 'framed'] as const;

/** Above this a visitor costs more than a demo should. */
const MAX_RATE = 192_000;
const MAX_CHANNELS = 8;

/** @param url path and query @throws RangeError that says which field is wrong, in under 120 bytes. */
export function parseStreamRequest(url: string, sources: readonly string[]): StreamRequest {
	const query = new URL(url, 'http://demo').searchParams;
	return {
		source: oneOf('source', query.get('source') ?? sources[0]!, sources),
		format: {
			sampleRate: whole('rate', query.get('rate') ?? '48000', 8000, MAX_RATE),
			sampleFormat: oneOf('format', query.get('format') ?? 's32', SAMPLE_FORMATS),
			channels: whole('channels', query.get('channels') ?? '2', 1, MAX_CHANNELS),
		},
		protocol: oneOf('protocol', query.get('protocol') ?? 'auto', PROTOCOLS),
		visit: query.get('visit'),
	};
}

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
	const found = allowed.find((word) => word === text);
	if (found === undefined) {
		throw new RangeError(`Expected ${name} ${allowed.join(', ')}; got "${text.slice(0, 20)}".`);
	}
	return found;
}

function whole(name: string, text: string, min: number, max: number): number {
	const number = Number(text);
	if (!/^\d+$/.test(text) || number < min || number > max) {
		throw new RangeError(`Expected ${name} from ${min} to ${max}, got "${text.slice(0, 20)}".`);
	}
	return number;
}
