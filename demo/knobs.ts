// The knobs that hurt: their ranges, their words, and their sliders.
import { make, setText } from './element.js';
import { fillRange } from './range.js';
import { count, ppm, text } from './quantity.js';

/** What the server is told. */
export type KnobName = 'jitterMs' | 'stallEveryMs' | 'stallMs' | 'ratePpm' | 'delayMs';
export type KnobValues = Readonly<Record<KnobName, number>>;

interface Knob {
	readonly name: KnobName;
	readonly label: string;
	readonly note: string;
	readonly min: number;
	readonly max: number;
	readonly step: number;
	/** Where nothing hurts. */
	readonly rest: number;
	show(value: number): string;
}

const milliseconds = (ms: number): string => text(count(ms, 'ms'));

const KNOBS: readonly Knob[] = [
	{
		name: 'jitterMs',
		label: 'Jitter',
		note: 'Mean of a random delay',
		min: 0,
		max: 200,
		step: 5,
		rest: 0,
		show: milliseconds,
	},
	{
		name: 'stallEveryMs',
		label: 'Stalls every',
		note: 'The line goes dead',
		min: 0,
		max: 15_000,
		step: 500,
		rest: 0,
		show: (ms) => (ms === 0 ? 'off' : `${ms / 1000}\u00a0s`),
	},
	{
		name: 'stallMs',
		label: 'Each stall lasts',
		note: 'Then all of it at once',
		min: 0,
		max: 1500,
		step: 50,
		rest: 300,
		show: milliseconds,
	},
	{
		name: 'ratePpm',
		label: 'Clock drift',
		note: 'The sender’s clock is off',
		min: -2000,
		max: 2000,
		step: 50,
		rest: 0,
		show: (value) => text(ppm(value)),
	},
	{
		name: 'delayMs',
		label: 'Extra delay',
		note: 'A longer way, the same for all',
		min: 0,
		max: 500,
		step: 10,
		rest: 0,
		show: milliseconds,
	},
];

/** The sliders, in `place`. */
export class Knobs {
	readonly #sliders = new Map<Knob, { range: HTMLInputElement; output: HTMLOutputElement }>();

	/** @param onTurn is called when a visitor moved one. */
	constructor(place: HTMLElement, onTurn: () => void) {
		for (const knob of KNOBS) {
			place.append(this.#sliderOf(knob, onTurn));
			this.#show(knob);
		}
	}

	get values(): KnobValues {
		return Object.fromEntries(
			[...this.#sliders].map(([{ name }, { range }]) => [name, range.valueAsNumber]),
		) as KnobValues;
	}

	/** True when no knob does anything. */
	get isAtRest(): boolean {
		return [...this.#sliders].every(
			([{ name, rest }, { range }]) => name === 'stallMs' || range.valueAsNumber === rest,
		);
	}

	reset(): void {
		for (const [knob, { range }] of this.#sliders) {
			range.valueAsNumber = knob.rest;
			this.#show(knob);
		}
	}

	#sliderOf(knob: Knob, onTurn: () => void): HTMLElement {
		const id = `knob-${knob.name}`;
		const range = make('input', {
			type: 'range',
			id,
			min: String(knob.min),
			max: String(knob.max),
			step: String(knob.step),
			value: String(knob.rest),
			'aria-describedby': `${id}-note`,
		});
		const output = make('output', { for: id });
		this.#sliders.set(knob, { range, output });
		range.addEventListener('input', () => {
			this.#show(knob);
			onTurn();
		});
		const head = make(
			'div',
			{ class: 'knob-head' },
			make('label', { for: id }, knob.label),
			output,
		);
		return make('div', { class: 'knob' }, head, range, make('p', { id: `${id}-note` }, knob.note));
	}

	#show(knob: Knob): void {
		const { range, output } = this.#sliders.get(knob)!;
		const words = knob.show(range.valueAsNumber);
		range.ariaValueText = words;
		setText(output, words);
		fillRange(range);
	}
}
