// Bytes of a raw PCM stream in; out, at most once, the sample format and byte order they look like
// when that is not the declared one. A right declaration must never be suspected.
//
// The principle is minimum description length (Rissanen, 1978): a few blocks per second are read in
// every sample format and weighed by `CodingCost`. Sound is predictable, so its true reading codes
// best.
import { bytesPerSample, bytesPerSampleFrame, type StreamFormat } from '../core/stream-format.js';
import { CodingCost } from './coding-cost.js';
import { readPlane, type Reading } from './sample-plane.js';

/** The stream is probably not what it was declared to be. */
export interface Suspicion {
	readonly looksLike: Reading;
	/** Bytes of the stream up to the verdict. */
	readonly bytesHeard: number;
}

/** Bytes in which samples of 1, 2, 3 and 4 bytes all fit: blocks begin at whole sample frames in
 * every reading. */
const ALIGNMENT_BYTES = 12;
/** Blocks begin at most so often, in declared time. A stream declared four times too wide runs four
 * times too slow, and still gives 8 blocks in its first true second. */
const BLOCKS_PER_SECOND = 32;
/** Length of a block in units of `ALIGNMENT_BYTES` per channel: 192 to 384 samples of s32, enough
 * for statistics; fewer where there are many channels, to bound the work. */
const SLOW_RATE = 16_000;
const SLOW_BLOCK_UNITS = 64;
const BLOCK_UNITS = 128;
const MIN_BLOCK_UNITS = 32;
const CHANNEL_UNITS = 384;
/** Fewer changed bytes than this are silence, which tells nothing. */
const STILL_SHARE = 1 / 64;

/** Bits per byte that another reading must save. Of 59 000 right declarations, odd signals included,
 * 8 were suspected, all of the first kind named at `isDoubleBetter`; with a third of this saving and
 * one block for a verdict, 5 of 8 640. */
const SAVING = 0.3;
/** The same where only least squares finds it, as in high tones. */
const LARGE_SAVING = 1;
/** The same where the lower halves of the other reading are zero. It may be less: such bytes cost
 * the other reading nothing, so no error of the model hides in them. */
const PADDED_SAVING = 0.1;
/** Bits per byte below which the declared reading is good whatever the others do, and below which
 * another must cost less than half. */
const GOOD = 0.6;
const FAIR = 1.5;
/** A tone in rounded samples misses its recurrence by (½ + ½ + 2 · ½) steps at most, and the error
 * of the estimated frequency. What misses it by more than the second number is no tone. */
const SINE_ERROR = 2.5;
const NO_SINE_ERROR = 16;
/** Bits per byte by which the declared reading must beat all others to be confirmed. */
const CONFIRMATION = 0.05;
/** Another reading costs the same: within this factor. */
const TIE = 1.02;

/** Suspicious blocks for a verdict, and how many of them one confirming block outweighs. */
const STRIKES = 3;
const CONFIRMATION_WEIGHT = 2;
/** Confirming blocks after which nothing more is weighed. */
const ENOUGH_CONFIRMATIONS = 8;
/** After each so many blocks that tell nothing, blocks come rarer; after the maximum, none. */
const PATIENCE_BLOCKS = 8;
const MAX_BLOCKS = 128;

const READINGS: readonly Reading[] = [
	{ sampleFormat: 'u8', byteOrder: 'little' },
	{ sampleFormat: 's8', byteOrder: 'little' },
	{ sampleFormat: 'mulaw', byteOrder: 'little' },
	{ sampleFormat: 'alaw', byteOrder: 'little' },
	{ sampleFormat: 's16', byteOrder: 'little' },
	{ sampleFormat: 's16', byteOrder: 'big' },
	{ sampleFormat: 's24', byteOrder: 'little' },
	{ sampleFormat: 's24', byteOrder: 'big' },
	{ sampleFormat: 's32', byteOrder: 'little' },
	{ sampleFormat: 's32', byteOrder: 'big' },
	{ sampleFormat: 'f32', byteOrder: 'little' },
	{ sampleFormat: 'f32', byteOrder: 'big' },
];

export class FormatSuspicion {
	readonly #declared: Reading;
	readonly #channels: number;
	readonly #block: Uint8Array<ArrayBuffer>;
	/** Bytes from the start of one block to that of the next. */
	readonly #spacing: number;
	readonly #strikes = new Map<Reading, number>();
	#confirmations = 0;
	#undecided = 0;
	/** Bytes of the stream so far. */
	#position = 0;
	#blockStart = 0;
	#isDone = false;

	constructor(declared: StreamFormat) {
		const { sampleFormat, byteOrder, channels, sampleRate } = declared;
		this.#declared = READINGS.find(
			(reading) =>
				reading.sampleFormat === sampleFormat &&
				(reading.byteOrder === byteOrder || bytesPerSample(sampleFormat) === 1),
		)!;
		this.#channels = channels;
		const alignment = ALIGNMENT_BYTES * channels;
		this.#block = new Uint8Array(alignment * blockUnits(declared));
		const spacing = (sampleRate * bytesPerSampleFrame(declared)) / BLOCKS_PER_SECOND;
		this.#spacing = Math.max(this.#block.length, Math.floor(spacing / alignment) * alignment);
	}

	/** The next bytes of the stream, any number. @returns the verdict, once, else null. */
	feed(bytes: Uint8Array): Suspicion | null {
		let from = 0;
		while (from < bytes.length && !this.#isDone) {
			const filled = this.#position - this.#blockStart;
			const wanted = filled < 0 ? -filled : this.#block.length - filled;
			const taken = bytes.subarray(from, from + wanted);
			if (filled >= 0) {
				this.#block.set(taken, filled);
			}
			from += taken.length;
			this.#position += taken.length;
			if (this.#position === this.#blockStart + this.#block.length) {
				this.#weighBlock();
				const verdict = this.#verdict();
				if (verdict !== null) {
					return verdict;
				}
			}
		}
		return null;
	}

	#weighBlock(): void {
		if (!isStill(this.#block, ALIGNMENT_BYTES * this.#channels)) {
			const { suspect, isConfirmed } = compareReadings(
				new DataView(this.#block.buffer),
				this.#declared,
				this.#channels,
			);
			this.#count(suspect, isConfirmed);
		}
		const patience = 1 + Math.floor(this.#undecided / PATIENCE_BLOCKS);
		this.#blockStart += this.#spacing * patience;
	}

	#count(suspect: Reading | null, isConfirmed: boolean): void {
		if (suspect !== null) {
			this.#strikes.set(suspect, (this.#strikes.get(suspect) ?? 0) + 1);
		} else if (isConfirmed) {
			this.#confirmations++;
		} else {
			this.#undecided++;
		}
	}

	#verdict(): Suspicion | null {
		const ranking = [...this.#strikes].sort(([, a], [, b]) => b - a);
		const strikes = ranking.reduce((sum, [, count]) => sum + count, 0);
		const isSuspect = strikes >= STRIKES + CONFIRMATION_WEIGHT * this.#confirmations;
		this.#isDone =
			isSuspect ||
			this.#confirmations >= ENOUGH_CONFIRMATIONS + strikes ||
			this.#undecided >= MAX_BLOCKS;
		return isSuspect ? { looksLike: ranking[0]![0], bytesHeard: this.#position } : null;
	}
}

function blockUnits({ sampleRate, channels }: StreamFormat): number {
	const most = sampleRate < SLOW_RATE ? SLOW_BLOCK_UNITS : BLOCK_UNITS;
	return Math.max(MIN_BLOCK_UNITS, Math.min(most, Math.floor(CHANNEL_UNITS / channels)));
}

/** True when hardly a byte differs from the one `stride` before. */
function isStill(block: Uint8Array, stride: number): boolean {
	let changes = 0;
	for (let i = stride; i < block.length; i++) {
		if (block[i] !== block[i - stride]) {
			changes++;
		}
	}
	return changes < STILL_SHARE * block.length;
}

interface Comparison {
	/** The reading that is clearly better than the declared one; null when none is. */
	readonly suspect: Reading | null;
	/** True when the declared reading is better than all others. */
	readonly isConfirmed: boolean;
}

function compareReadings(view: DataView, declared: Reading, channels: number): Comparison {
	const declaredCost = new CodingCost(view, declared, channels, true);
	const { byteLength } = view;
	let cheapest = Infinity;
	let suspect: Reading | null = null;
	let suspectBits = Infinity;
	for (const reading of READINGS) {
		if (reading !== declared) {
			const cost = new CodingCost(view, reading, channels, false);
			cheapest = Math.min(cheapest, cost.natural);
			const isBetter =
				isClearlyBetter(cost, declaredCost, byteLength) ||
				(isDoubleWidth(reading, declared) &&
					isDoubleBetter(cost, declaredCost, byteLength, lowHalves(view, reading, channels)));
			// The natural bits decide between readings that tie, as s16 and s32 may.
			if (isBetter && cost.bits + cost.natural < suspectBits) {
				suspect = reading;
				suspectBits = cost.bits + cost.natural;
			}
		}
	}
	const isConfirmed = cheapest - declaredCost.natural > CONFIRMATION * byteLength;
	return { suspect, isConfirmed };
}

/** s32 for s16. Stereo of the double width then has the low halves, which are noise or nothing, in
 * one channel and the high halves of both in the other, where they code just as well: a tie. */
function isDoubleWidth(reading: Reading, declared: Reading): boolean {
	return (
		reading.sampleFormat === 's32' &&
		declared.sampleFormat === 's16' &&
		reading.byteOrder === declared.byteOrder
	);
}

/** Whether a block is clearly better understood by another reading than by the declared one. */
function isClearlyBetter(other: CodingCost, declared: CodingCost, byteLength: number): boolean {
	const naturalSaving = (declared.natural - other.natural) / byteLength;
	if (naturalSaving < -SAVING) {
		return false;
	}
	const declaredBits = declared.bits / byteLength;
	if (naturalSaving < SAVING) {
		return declaredBits > LARGE_SAVING && other.bits / byteLength < declaredBits - LARGE_SAVING;
	}
	if (other.sineError <= SINE_ERROR && declared.sineError > NO_SINE_ERROR) {
		return true;
	}
	const isGood = declaredBits < GOOD || (declaredBits < FAIR && 2 * other.bits > declared.bits);
	return !isGood && other.bits / byteLength < declaredBits - SAVING;
}

/** Whether a block is better understood by samples of twice the width, though it may cost the same.
 * Two kinds of s16 stereo cannot be told from s32: one side silent and each sample of the other
 * twice (the very bytes of 16-bit mono in s32 stereo), and one side evenly distributed noise of
 * full scale. */
function isDoubleBetter(
	double: CodingCost,
	declared: CodingCost,
	byteLength: number,
	low: LowHalves,
): boolean {
	const saving = (low === 'noise' ? SAVING : PADDED_SAVING) * byteLength;
	const isNatural = double.natural + saving < declared.natural;
	const isCheap = double.bits + saving < declared.bits;
	const isTie = double.bits <= TIE * declared.bits;
	const isInterleaved =
		declared.isInterleaved && !double.isInterleaved && double.natural <= TIE * declared.natural;
	if (low === 'noise') {
		return isCheap || (isTie && (isNatural || isInterleaved));
	}
	return low === 'nothing' && ((isCheap && isNatural) || (isTie && isInterleaved));
}

type LowHalves = 'noise' | 'nothing' | 'signal';

/** What the less significant 16 bits of all samples of an s32 reading hold. */
function lowHalves(view: DataView, { byteOrder }: Reading, channels: number): LowHalves {
	const half: Reading = { sampleFormat: 's16', byteOrder };
	const first = byteOrder === 'little' ? 0 : 1;
	const moving = Array.from({ length: channels }, (_, channel) =>
		readPlane(view, half, 2 * channel + first, 2 * channels),
	).filter((plane) => !plane.isConstant);
	if (moving.length === 0) {
		return 'nothing';
	}
	return moving.every((plane) => plane.isFlat) ? 'noise' : 'signal';
}
