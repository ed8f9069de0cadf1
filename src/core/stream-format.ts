// What a PCM stream is made of: rate, sample format, channels, byte order; and their bounds.

/** How one sample is written. Integers are two's complement but `u8` (offset 128); `f32` is IEEE 754
 * with full scale ±1; `mulaw` and `alaw` are ITU-T G.711. */
export type SampleFormat = 'u8' | 's8' | 's16' | 's24' | 's32' | 'f32' | 'mulaw' | 'alaw';

/** Which byte of a sample comes first: its least, or its most significant one. */
export type ByteOrder = 'little' | 'big';

/** The shape of an interleaved PCM stream. */
export interface StreamFormat {
	/** Hz, 8 000 to 384 000. */
	readonly sampleRate: number;
	readonly sampleFormat: SampleFormat;
	/** 1 to 32. */
	readonly channels: number;
	readonly byteOrder: ByteOrder;
}

export const MIN_SAMPLE_RATE = 8_000;
export const MAX_SAMPLE_RATE = 384_000;
export const MAX_CHANNELS = 32;

const BYTES_PER_SAMPLE: Readonly<Record<SampleFormat, number>> = {
	u8: 1,
	s8: 1,
	s16: 2,
	s24: 3,
	s32: 4,
	f32: 4,
	mulaw: 1,
	alaw: 1,
};

export const SAMPLE_FORMATS = Object.keys(BYTES_PER_SAMPLE) as readonly SampleFormat[];

export function bytesPerSample(sampleFormat: SampleFormat): number {
	return BYTES_PER_SAMPLE[sampleFormat];
}

/** Bytes of one sample frame: one sample of every channel. */
export function bytesPerSampleFrame(format: StreamFormat): number {
	return BYTES_PER_SAMPLE[format.sampleFormat] * format.channels;
}

export function isSampleRate(value: unknown): value is number {
	return Number.isInteger(value) && inRange(value as number, MIN_SAMPLE_RATE, MAX_SAMPLE_RATE);
}

export function isChannelCount(value: unknown): value is number {
	return Number.isInteger(value) && inRange(value as number, 1, MAX_CHANNELS);
}

export function isSameFormat(a: StreamFormat, b: StreamFormat): boolean {
	return (
		a.sampleRate === b.sampleRate &&
		a.sampleFormat === b.sampleFormat &&
		a.channels === b.channels &&
		a.byteOrder === b.byteOrder
	);
}

function inRange(value: number, min: number, max: number): boolean {
	return value >= min && value <= max;
}
