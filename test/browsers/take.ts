// What a page played and told, looked at.
import { findSineClicks } from '../support/click-detector.js';
import { exactPassages, type ExactPassage } from '../support/exact-passages.js';
import { thdPlusNoiseDb } from '../support/spectrum.js';
import type { Recording, SeenEvent } from '../support/test-page.js';

/** Seconds after the first sound that are not looked at for purity: the fade, and what the delay settles in. */
const SETTLING = 0.2;

/** Seconds at the end whose level is told. */
const LEVEL_SECONDS = 0.3;

export class Take {
	readonly recording: Recording;
	/** Hz. */
	readonly rate: number;

	constructor(recording: Recording, rate: number) {
		this.recording = recording;
		this.rate = rate;
	}

	get plane(): Float32Array {
		return this.recording.planes[0]!;
	}

	stat(name: string): number {
		return Number(this.recording.stats[name]);
	}

	get transport(): string {
		return String(this.recording.stats['transport']);
	}

	events(type: string): SeenEvent[] {
		return this.recording.events.filter((event) => event.type === type);
	}

	/** How many, of a sine. @param frequency Hz @param amplitude of full scale */
	clicks(frequency: number, amplitude: number): number {
		return findSineClicks(this.plane, this.rate, frequency, amplitude).length;
	}

	/** dB, of a sine. */
	thdPlusNoiseDb(frequency: number): number {
		const first = this.plane.findIndex((sample) => sample !== 0);
		return thdPlusNoiseDb(
			this.plane.subarray(first + Math.round(SETTLING * this.rate)),
			this.rate,
			frequency,
		);
	}

	/** Seconds from the first sound to the end of the recording. */
	get soundSeconds(): number {
		return (this.plane.length - this.plane.findIndex((sample) => sample !== 0)) / this.rate;
	}

	/** Of full scale, of the sine that is all there is at the end. */
	get amplitude(): number {
		const end = this.plane.subarray(-Math.round(LEVEL_SECONDS * this.rate));
		return Math.sqrt((2 * end.reduce((sum, sample) => sum + sample * sample, 0)) / end.length);
	}

	/** Of full scale, of the sine of that frequency (Hz) at the end. */
	amplitudeOf(frequency: number): number {
		const end = this.plane.subarray(-Math.round(LEVEL_SECONDS * this.rate));
		const omega = (2 * Math.PI * frequency) / this.rate;
		let real = 0;
		let imaginary = 0;
		end.forEach((sample, i) => {
			real += sample * Math.cos(omega * i);
			imaginary += sample * Math.sin(omega * i);
		});
		return (2 * Math.hypot(real, imaginary)) / end.length;
	}

	/** Runs of samples of `sent`, bit for bit. */
	passages(sent: Float32Array, channel = 0): ExactPassage[] {
		return exactPassages(this.recording.planes[channel]!, sent);
	}
}
