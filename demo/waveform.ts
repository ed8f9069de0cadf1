// An oscilloscope on the player's output: held still by a trigger, drawn over the last sweeps' afterglow.
import { everyFrame } from './frames.js';
import { surfaceOf, type Surface } from './surface.js';
import { setText } from './element.js';

const FPS = 30;

/** Samples the analyser keeps; half of them are shown, the rest is room for the trigger. */
const KEPT = 4096;

/** Sweeps that glow on. */
const AFTERGLOW = 5;

/** ms between two changes of the words. */
const LABEL_INTERVAL = 900;

/** Of the quiet picture before the first sound. */
const QUIET_LEVEL = 0.14;

/** Has the player that is looked at; another one at any time. */
export interface Sounding {
	readonly player: { readonly node: AudioNode | null };
}

export class Waveform {
	readonly #sounding: Sounding;
	readonly #canvas: HTMLCanvasElement;
	readonly #note: HTMLElement;
	readonly #samples = new Float32Array(KEPT);
	readonly #sweeps: Float32Array[] = [];
	#node: AudioNode | null = null;
	#analyser: AnalyserNode | null = null;
	#labelledAt = 0;

	constructor(sounding: Sounding, canvas: HTMLCanvasElement, note: HTMLElement) {
		this.#sounding = sounding;
		this.#canvas = canvas;
		this.#note = note;
		everyFrame(FPS, (now) => {
			this.#listen();
			this.#draw(now);
		});
	}

	/** Taps the present player's output. */
	#listen(): void {
		const { node } = this.#sounding.player;
		if (node === this.#node) {
			return;
		}
		this.#node = node;
		this.#analyser = null;
		this.#sweeps.length = 0;
		this.#labelledAt = performance.now();
		if (node !== null) {
			this.#analyser = node.context.createAnalyser();
			this.#analyser.fftSize = KEPT;
			node.connect(this.#analyser);
		}
	}

	#draw(now: number): void {
		const surface = surfaceOf(this.#canvas);
		if (surface === null) {
			return;
		}
		drawGrid(surface);
		if (this.#analyser === null) {
			drawQuiet(surface);
			return;
		}
		this.#analyser.getFloatTimeDomainData(this.#samples);
		const begin = triggerOf(this.#samples);
		this.#sweeps.push(this.#samples.slice(begin, begin + KEPT / 2));
		if (this.#sweeps.length > AFTERGLOW) {
			this.#sweeps.shift();
		}
		this.#sweeps.forEach((sweep, i) => {
			const age = this.#sweeps.length - 1 - i;
			drawSweep(surface, sweep, age === 0 ? 1 : 0.22 / age, age === 0 ? 2 : 1.5);
		});
		this.#label(now);
	}

	/** Level and time base in words, once a second. */
	#label(now: number): void {
		if (now - this.#labelledAt < LABEL_INTERVAL || this.#analyser === null) {
			return;
		}
		this.#labelledAt = now;
		const { sampleRate } = this.#analyser.context;
		const peak = this.#samples.reduce((top, sample) => Math.max(top, Math.abs(sample)), 0);
		const level = peak < 1e-5 ? 'silence' : `peak ${(20 * Math.log10(peak)).toFixed(0)} dBFS`;
		const span = `${((1000 * KEPT) / 2 / sampleRate).toFixed(0)} ms`;
		setText(this.#note, `${span} · ${level} · device ${sampleRate / 1000} kHz`);
		this.#canvas.ariaLabel = `Waveform of the output, ${span} wide: ${level}.`;
	}
}

/** Where the steepest way up through zero begins: a sweep from there looks like the one before. */
function triggerOf(samples: Float32Array): number {
	let best = 0;
	let steepest = 0;
	for (let i = 1; i < KEPT / 2; i++) {
		const rise = samples[i + 8]! - samples[i]!;
		if (samples[i - 1]! < 0 && samples[i]! >= 0 && rise > steepest) {
			steepest = rise;
			best = i;
		}
	}
	return best;
}

function drawGrid({ context, width, height, colour }: Surface): void {
	context.strokeStyle = colour('--scope-grid');
	context.lineWidth = 1;
	context.beginPath();
	for (let i = 1; i < 10; i++) {
		const x = Math.round((width * i) / 10) + 0.5;
		context.moveTo(x, 0);
		context.lineTo(x, height);
	}
	for (let i = 1; i < 4; i++) {
		const y = Math.round((height * i) / 4) + 0.5;
		context.moveTo(0, y);
		context.lineTo(width, y);
	}
	context.stroke();
}

function drawSweep(surface: Surface, sweep: Float32Array, alpha: number, lineWidth: number): void {
	const { context, width, height, colour } = surface;
	const middle = height / 2;
	context.globalAlpha = alpha;
	context.strokeStyle = colour('--wave');
	context.lineWidth = lineWidth;
	context.lineJoin = 'round';
	context.beginPath();
	const step = Math.max(1, Math.floor(sweep.length / (2 * width)));
	for (let i = 0; i < sweep.length; i += step) {
		context.lineTo((width * i) / (sweep.length - 1), middle - swing(sweep[i]!) * middle * 0.9);
	}
	context.stroke();
	context.globalAlpha = 1;
}

/** Quiet sounds are seen too, loud ones stay inside. */
function swing(sample: number): number {
	return Math.tanh(3.5 * sample);
}

/** A wave packet that stands still: something waits here. */
function drawQuiet(surface: Surface): void {
	const { context, width, height, colour } = surface;
	context.strokeStyle = colour('--wave-quiet');
	context.lineWidth = 2.5;
	context.beginPath();
	for (let x = 0; x <= width; x += 2) {
		const t = (x / width) * 2 - 1;
		const packet = Math.exp(-7 * t * t) * Math.sin(34 * t) * (1 + 0.5 * Math.sin(11 * t));
		context.lineTo(x, height / 2 - packet * QUIET_LEVEL * 2 * height);
	}
	context.stroke();
}
