// What is heard of a player of a sine, over any length of time: its recording is taken piece by piece, and of each
// only clicks and silences are kept. Times are milliseconds since 1970, as samples leave for the device.
import { findSineClicks } from './click-detector.js';
import { ContextClock } from './context-clock.js';
import type { RecordedPiece, SeenEvent, TestPage } from './test-page.js';

/** Of the stream, and of what counts as heard. */
export interface HeardTone {
	/** Hz. */
	readonly frequency: number;
	/** Of full scale. */
	readonly amplitude: number;
}

export interface Silence {
	readonly from: number;
	/** Infinity: it lasts. */
	readonly to: number;
}

/** Hz, of the harness's context. */
const RATE = 48_000;

/** Samples the level is looked at in, more than half a period of 200 Hz: the peak is in it. */
const WINDOW = 128;

/** Of the tone's amplitude: below, it is silent. */
const QUIET = 0.5;

/** Milliseconds: shorter ones are within a crossfade of waves that happen to be opposite. */
const SHORTEST_SILENCE_MS = 20;

/** The second difference of a sample needs one on either side. */
const EDGE = 2;

/** Samples left out where it is proved that a click would be found: no whole period of any tone in use. */
const PLANTED_CUT = 17;

export class Listening {
	/** When. */
	readonly clicks: number[] = [];
	readonly silences: Silence[] = [];
	readonly #test: TestPage;
	readonly #tone: HeardTone;
	#events: SeenEvent[] = [];
	/** Of the piece before. */
	#edge: Float32Array = new Float32Array(0);
	#quietSince: number | null = null;
	#soundMs = 0;
	#controls = { planted: 0, found: 0 };
	#worstLate = 0;
	#last: RecordedPiece | null = null;

	/** What was recorded before is left out. */
	static async begin(test: TestPage, tone: HeardTone): Promise<Listening> {
		await test.piece();
		return new Listening(test, tone);
	}

	private constructor(test: TestPage, tone: HeardTone) {
		this.#test = test;
		this.#tone = tone;
	}

	/** Listens to what came since the last time. */
	async hear(): Promise<void> {
		const piece = await this.#test.piece();
		this.#last = piece;
		const { timeOrigin } = piece;
		this.#events.push(...piece.events.map((event) => ({ ...event, at: event.at + timeOrigin })));
		if (piece.dates.length > 0) {
			const clock = new ContextClock(piece.dates, RATE);
			this.#worstLate = Math.max(this.#worstLate, ...clock.latenesses);
			this.#findClicks(piece.planes[0]!, clock);
			this.#findSilences(piece.planes[0]!, clock);
		}
	}

	/** The player's events since they were taken last; `at` in milliseconds since 1970. */
	takeEvents(): SeenEvent[] {
		const events = this.#events;
		this.#events = [];
		return events;
	}

	/** Milliseconds by which the device took samples late at most, since this was asked last. */
	takeWorstLate(): number {
		const late = this.#worstLate;
		this.#worstLate = 0;
		return late;
	}

	/** As of the last piece. */
	get state(): string {
		return this.#last?.state ?? '';
	}

	/** A figure of the stats, as of the last piece. */
	stat(name: string): number {
		return Number(this.#last?.stats[name]);
	}

	/** Milliseconds of sound heard in all. */
	get soundMs(): number {
		return this.#soundMs;
	}

	/** Cuts planted into pieces that sound throughout, one each, and how many of them were found. */
	get controls(): { readonly planted: number; readonly found: number } {
		return this.#controls;
	}

	/** All that are not over before `at`; one that lasts included. */
	silencesAfter(at: number): Silence[] {
		const lasting = this.#quietSince;
		const all =
			lasting === null ? this.silences : [...this.silences, { from: lasting, to: Infinity }];
		return all.filter(({ to }) => to > at);
	}

	#findClicks(plane: Float32Array, clock: ContextClock): void {
		const { frequency, amplitude } = this.#tone;
		const signal = new Float32Array(this.#edge.length + plane.length);
		signal.set(this.#edge);
		signal.set(plane, this.#edge.length);
		for (const i of findSineClicks(signal, RATE, frequency, amplitude)) {
			this.clicks.push(clock.systemOf(Math.max(0, i - this.#edge.length)));
		}
		this.#edge = signal.slice(-EDGE);
	}

	#findSilences(plane: Float32Array, clock: ContextClock): void {
		let wasQuiet = this.#quietSince !== null;
		for (let i = 0; i + WINDOW <= plane.length; i += WINDOW) {
			const isQuiet = peak(plane, i) < QUIET * this.#tone.amplitude;
			this.#soundMs += isQuiet ? 0 : (1000 * WINDOW) / RATE;
			if (isQuiet !== wasQuiet) {
				this.#note(isQuiet, clock.systemOf(i));
				wasQuiet = isQuiet;
			}
		}
		this.#plant(plane.slice(-RATE / 2));
	}

	#note(isQuiet: boolean, at: number): void {
		const from = this.#quietSince ?? at;
		this.#quietSince = isQuiet ? at : null;
		if (!isQuiet && at - from >= SHORTEST_SILENCE_MS) {
			this.silences.push({ from, to: at });
		}
	}

	/** Cuts a piece out of what sounds throughout, as a player would that just goes on after a gap. */
	#plant(cut: Float32Array): void {
		const { frequency, amplitude } = this.#tone;
		for (let i = 0; i + WINDOW <= cut.length; i += WINDOW) {
			if (peak(cut, i) < QUIET * amplitude) {
				return;
			}
		}
		const middle = cut.length >> 1;
		cut.copyWithin(middle, middle + PLANTED_CUT);
		const found = findSineClicks(cut, RATE, frequency, amplitude);
		const isFound = found.some((i) => Math.abs(i - middle) <= EDGE);
		this.#controls = {
			planted: this.#controls.planted + 1,
			found: this.#controls.found + (isFound ? 1 : 0),
		};
	}
}

function peak(plane: Float32Array, from: number): number {
	let most = 0;
	for (let i = from; i < from + WINDOW; i++) {
		most = Math.max(most, Math.abs(plane[i]!));
	}
	return most;
}
