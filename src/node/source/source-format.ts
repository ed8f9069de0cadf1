// The format a caller states, with the contract's defaults, becomes a checked StreamFormat.
import {
	MAX_CHANNELS,
	MAX_SAMPLE_RATE,
	MIN_SAMPLE_RATE,
	SAMPLE_FORMATS,
	type ByteOrder,
	type SampleFormat,
	type StreamFormat,
} from '../../core/stream-format.js';
import { integerInRange, oneOf } from '../../core/validation.js';

/** What a source's caller says of its samples; the defaults are the player's. */
export interface SourceFormat {
	/** Hz, 8 000 to 384 000. */
	readonly sampleRate: number;
	/** @default 's32' */
	readonly sampleFormat?: SampleFormat;
	/** 1 to 32. @default 2 */
	readonly channels?: number;
	/** @default 'little' */
	readonly byteOrder?: ByteOrder;
}

/** Fills in the defaults.
 * @throws TypeError or RangeError when a field is not what a stream can have. */
export function streamFormat(format: SourceFormat): StreamFormat {
	const { sampleRate, sampleFormat = 's32', channels = 2, byteOrder = 'little' } = format;
	integerInRange('sampleRate', sampleRate, MIN_SAMPLE_RATE, MAX_SAMPLE_RATE);
	integerInRange('channels', channels, 1, MAX_CHANNELS);
	oneOf('sampleFormat', sampleFormat, SAMPLE_FORMATS);
	oneOf('byteOrder', byteOrder, ['little', 'big'] as const);
	return { sampleRate, sampleFormat, channels, byteOrder };
}
