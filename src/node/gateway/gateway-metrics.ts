// What a gateway counts, for Prometheus: its listeners and streams, who was turned away, the process.
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Entrance } from './entrance.js';
import type { LoginOutcome } from './login.js';
import type { Tally } from './refusal.js';
import type { Station, StationState } from '../station/station.js';

/** What a stream counts, over all its listeners. */
const COUNTS = [
	{ field: 'framesSent', name: 'frames_sent_total', help: 'Frames sent.' },
	{ field: 'bytesSent', name: 'bytes_sent_total', help: 'Bytes of the frames sent.' },
	{
		field: 'framesDropped',
		name: 'frames_dropped_total',
		help: 'Frames left out for listeners too far behind.',
	},
	{
		field: 'framesRepeated',
		name: 'frames_repeated_total',
		help: 'Frames sent once more after a lost connection.',
	},
	{
		field: 'listenersCut',
		name: 'listeners_cut_total',
		help: 'Listeners cut because they did not move.',
	},
	{
		field: 'malformedTexts',
		name: 'malformed_texts_total',
		help: 'Texts of listeners that do not hold what they must.',
	},
] as const;

const STATES: readonly StationState[] = ['idle', 'opening', 'playing', 'waiting', 'over'];

/** Every gateway has metrics of its own; those of the process are the same in each. */
export class GatewayMetrics {
	readonly #registry = new Registry();

	constructor(
		stations: readonly Station[],
		entrance: Entrance,
		logins: Tally<LoginOutcome>,
		droppedHandshakes: () => number,
	) {
		collectDefaultMetrics({ register: this.#registry });
		this.#addStreams(stations);
		this.#addStates(stations);
		this.#addTally('steadypcm_logins_total', 'Logins by outcome.', 'outcome', logins);
		this.#addTally(
			'steadypcm_refusals_total',
			'Connections turned away, by reason.',
			'reason',
			entrance.refusals,
		);
		this.#add(Gauge, 'steadypcm_connections', 'Connections inside.', [], (set) =>
			set({}, entrance.connections),
		);
		this.#add(
			Gauge,
			'steadypcm_undecided',
			'Connections that are not let in: without a token so far, or just refused.',
			[],
			(set) => set({}, entrance.undecided),
		);
		this.#add(
			Counter,
			'steadypcm_handshakes_dropped_total',
			'Connections that said nothing and had to go for newer ones.',
			[],
			(set) => set({}, droppedHandshakes()),
		);
	}

	get contentType(): string {
		return this.#registry.contentType;
	}

	/** All of them, in Prometheus' text format. */
	text(): Promise<string> {
		return this.#registry.metrics();
	}

	/** Lets go of what measures the process. */
	close(): void {
		this.#registry.clear();
	}

	#addStreams(stations: readonly Station[]): void {
		const perStream = (
			type: typeof Counter | typeof Gauge,
			name: string,
			help: string,
			read: (station: Station) => number,
		): void => {
			this.#add(type, `steadypcm_${name}`, help, ['stream'], (set) => {
				for (const station of stations) {
					set({ stream: station.name }, read(station));
				}
			});
		};
		perStream(Gauge, 'listeners', 'Listeners now.', (one) => one.fanout?.stats.listeners ?? 0);
		for (const { name, help, field } of COUNTS) {
			perStream(Counter, name, help, (one) => one.fanout?.stats[field] ?? 0);
		}
		perStream(
			Counter,
			'source_restarts_total',
			'Times a source was opened again.',
			(one) => one.restarts,
		);
		perStream(Counter, 'source_failures_total', 'Times a source failed.', (one) => one.failures);
	}

	#addStates(stations: readonly Station[]): void {
		const help = '1 for the state that the stream is in.';
		this.#add(Gauge, 'steadypcm_stream_state', help, ['stream', 'state'], (set) => {
			for (const { name: stream, state } of stations) {
				for (const one of STATES) {
					set({ stream, state: one }, one === state ? 1 : 0);
				}
			}
		});
	}

	#addTally(name: string, help: string, label: string, tally: Tally<string>): void {
		this.#add(Counter, name, help, [label], (set) => {
			for (const [word, count] of tally.entries()) {
				set({ [label]: word }, count);
			}
		});
	}

	/** A metric whose values are read when they are asked for. */
	#add(
		Type: typeof Counter | typeof Gauge,
		name: string,
		help: string,
		labelNames: readonly string[],
		read: (set: (labels: Record<string, string>, value: number) => void) => void,
	): void {
		new Type({
			name,
			help,
			labelNames: [...labelNames],
			registers: [this.#registry],
			collect(this: Counter | Gauge) {
				this.reset();
				read((labels, value) => this.inc(labels, value));
			},
		});
	}
}
