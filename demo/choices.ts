// The selects: what the server offers, what the visitor chose, and the player's arguments that follow. The
// choice is in the page's address, so that a reload keeps it and a link can name it.
import type { FormatOptions, LatencyProfile, PcmPlayerOptions } from '../src/index.js';

/** One source of /sources.json. */
interface Offer {
	readonly id: string;
	readonly label: string;
	readonly hint: string;
	/** What of the format cannot be chosen. */
	readonly fixed: Readonly<Pick<FormatOptions, 'sampleRate' | 'sampleFormat' | 'channels'>>;
}

const FIELDS = ['source', 'rate', 'format', 'channels', 'protocol', 'latency', 'mode'] as const;
type Field = (typeof FIELDS)[number];

/** Each field of a fixed format, and the select that shows it. */
const SHOWN_BY = { sampleRate: 'rate', sampleFormat: 'format', channels: 'channels' } as const;

export class Choices {
	/** Tells this page from others: by WebSocket and by HTTP it hears one stream, its own. */
	readonly #visit = crypto.getRandomValues(new Uint32Array(2)).join('-');
	readonly #selects: Readonly<Record<Field, HTMLSelectElement>>;
	readonly #offers: readonly Offer[];

	/** Asks the server what it has. */
	static async load(form: HTMLFormElement, onChange: () => void): Promise<Choices> {
		const response = await fetch('/sources.json');
		return new Choices(form, (await response.json()) as readonly Offer[], onChange);
	}

	private constructor(form: HTMLFormElement, offers: readonly Offer[], onChange: () => void) {
		this.#offers = offers;
		this.#selects = Object.fromEntries(
			FIELDS.map((field) => [field, form.elements.namedItem(field)]),
		) as Record<Field, HTMLSelectElement>;
		this.#selects.source.replaceChildren(...offers.map(({ id, label }) => new Option(label, id)));
		this.#restore();
		this.#fix();
		form.addEventListener('submit', (event) => {
			event.preventDefault();
		});
		form.addEventListener('change', () => {
			this.#fix();
			this.#keep();
			onChange();
		});
	}

	/** Of the stream, relative to the page. */
	get url(): string {
		const { source, rate, format, channels, protocol } = this.#selects;
		const query = new URLSearchParams({
			source: source.value,
			rate: rate.value,
			format: format.value,
			channels: channels.value,
			protocol: protocol.value,
			visit: this.#visit,
		});
		return `/audio?${query.toString()}`;
	}

	get options(): PcmPlayerOptions {
		const { rate, format, channels, protocol, latency, mode } = this.#selects;
		return {
			format: {
				sampleRate: Number(rate.value),
				sampleFormat: format.value as NonNullable<FormatOptions['sampleFormat']>,
				channels: Number(channels.value),
			},
			protocol: protocol.value as 'raw' | 'framed',
			latency: { profile: latency.value as LatencyProfile },
			mode: mode.value as 'live' | 'complete',
		};
	}

	/** What is chosen, in a line. */
	get description(): string {
		const { source, rate, format, channels, protocol } = this.#selects;
		const words = [source, rate, format, channels, protocol].map(
			(select) => select.selectedOptions[0]?.text ?? '',
		);
		return words.join(' · ');
	}

	/** Why one would listen to the chosen source. */
	get hint(): string {
		return this.#offer.hint;
	}

	get #offer(): Offer {
		const { value } = this.#selects.source;
		return this.#offers.find(({ id }) => id === value) ?? this.#offers[0]!;
	}

	/** Shows what the source fixes, and lets nobody choose it. */
	#fix(): void {
		const { fixed } = this.#offer;
		for (const [name, field] of Object.entries(SHOWN_BY)) {
			const value = fixed[name as keyof typeof SHOWN_BY];
			const select = this.#selects[field];
			select.disabled = value !== undefined;
			if (value !== undefined) {
				select.value = String(value);
				if (select.value === '') {
					select.add(new Option(String(value), String(value), true, true));
				}
			}
		}
	}

	#restore(): void {
		for (const [field, value] of new URLSearchParams(location.search)) {
			const select = (this.#selects as Record<string, HTMLSelectElement | undefined>)[field];
			const option = Array.from(select?.options ?? []).find((one) => one.value === value);
			if (option !== undefined) {
				option.selected = true;
			}
		}
	}

	#keep(): void {
		const query = new URLSearchParams(
			FIELDS.map((field) => [field, this.#selects[field].value]),
		).toString();
		history.replaceState(null, '', `?${query}`);
	}
}
