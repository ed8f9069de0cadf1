// One player from its start to its end: what it told, what was heard of it, and when.
import { findSineClicks } from './click-detector.js';
import { ContextClock } from './context-clock.js';
import { renderDates } from './heard.js';
import type { Recording, SeenEvent, TestPage } from './test-page.js';

/** Hz, of the harness's context. */
const RATE = 48_000;

export class Session {
	readonly recording: Recording;
	readonly #clock: ContextClock;

	private constructor(recording: Recording, clock: ContextClock) {
		this.recording = recording;
		this.#clock = clock;
	}

	/** Ends what `test` plays. @throws Error when something on the page failed */
	static async end(test: TestPage): Promise<Session> {
		const recording = await test.report();
		const clock = new ContextClock(await renderDates(test), RATE);
		await test.close();
		if (test.problems.length > 0) {
			throw new Error(`The page failed: ${test.problems.join('; ')}`);
		}
		return new Session(recording, clock);
	}

	/** A figure of the stats. */
	stat(name: string): number {
		return Number(this.recording.stats[name]);
	}

	get concealedMs(): number {
		return Math.round((1000 * this.stat('concealedSamples')) / RATE);
	}

	events(type: string): SeenEvent[] {
		return this.recording.events.filter((event) => event.type === type);
	}

	/** States in the order entered. */
	get states(): string[] {
		return this.events('statechange').map(({ detail }) => (detail as { state: string }).state);
	}

	/** When the first sample that is not silent left for the device, from `at` on; milliseconds since 1970, Infinity:
	 * none did. */
	soundAfter(at: number): number {
		const from = Math.max(0, Math.round((this.#clock.contextAt(at) * RATE) / 1000));
		const sample = this.recording.planes[0]!.findIndex((value, i) => i >= from && value !== 0);
		return sample < 0 ? Infinity : this.#clock.systemOf(sample);
	}

	/** Of a sine. @param frequency Hz @param amplitude of full scale, at least */
	clicks(frequency: number, amplitude: number): number[] {
		return findSineClicks(this.recording.planes[0]!, RATE, frequency, amplitude);
	}
}
