// Sends what the knobs say, and again on each new connection, which begins unhurt. What is done by a button
// is marked in the plots, so that cause and effect stand side by side.
import { element } from './element.js';
import type { EventLog } from './event-log.js';
import type { History } from './history.js';
import { Knobs } from './knobs.js';
import { milliseconds, text } from './quantity.js';
import type { Session } from './session.js';

const STALL_MS = 600;
const BLOCK_MS = 2000;

/** ms until the player's reports from during the block are in. */
const AFTERMATH = 400;

export class HurtPanel {
	readonly #session: Session;
	readonly #log: EventLog;
	readonly #history: History;
	readonly #knobs: Knobs;

	constructor(session: Session, log: EventLog, history: History) {
		this.#session = session;
		this.#log = log;
		this.#history = history;
		this.#knobs = new Knobs(element('knobs', HTMLElement), () => {
			this.#sendKnobs();
		});
		session.onPlayer((player) => {
			player.addEventListener('open', () => {
				if (!this.#knobs.isAtRest) {
					this.#sendKnobs();
				}
			});
		});
		onClick('stall', () => {
			this.#order('stall', { type: 'stall', ms: STALL_MS }, `The line is dead for ${STALL_MS} ms.`);
		});
		onClick('drop', () => {
			this.#order('drop', { type: 'drop' }, 'The server drops the connection without a word.');
		});
		onClick('block', () => {
			this.#block();
		});
		onClick('reset', () => {
			this.#knobs.reset();
			this.#sendKnobs();
			this.#log.write('All knobs at rest.');
		});
	}

	#sendKnobs(): void {
		this.#session.player.send(JSON.stringify({ type: 'hurt', ...this.#knobs.values }));
	}

	#order(label: string, order: object, words: string): void {
		if (this.#session.player.send(JSON.stringify(order))) {
			this.#history.mark({ at: performance.now() / 1000, kind: 'act', label });
			this.#log.write(words, 'warn');
		} else {
			this.#log.write('There is no connection to hurt: press play first.', 'warn');
		}
	}

	/** Keeps this thread from doing anything else; the sound runs on others. */
	#block(): void {
		const { player } = this.#session;
		const before = player.stats.concealedSamples;
		this.#log.write(`This page does nothing for ${BLOCK_MS / 1000} s.`, 'warn');
		// After the next paint: the words above should be seen.
		requestAnimationFrame(() => {
			setTimeout(() => {
				const begin = performance.now();
				while (performance.now() < begin + BLOCK_MS) {
					continue;
				}
				this.#history.mark({
					at: begin / 1000,
					until: performance.now() / 1000,
					kind: 'act',
					label: 'page blocked',
				});
				setTimeout(() => {
					if (player === this.#session.player && player.node !== null) {
						const concealed = player.stats.concealedSamples - before;
						this.#tellAftermath(concealed / player.node.context.sampleRate);
					}
				}, AFTERMATH);
			});
		});
	}

	/** @param concealed seconds */
	#tellAftermath(concealed: number): void {
		if (concealed === 0) {
			this.#log.write('The page is back. Meanwhile the sound lost nothing.', 'good');
		} else {
			this.#log.write(`The page is back; ${text(milliseconds(concealed))} were concealed.`, 'warn');
		}
	}
}

function onClick(id: string, act: () => void): void {
	element(id, HTMLButtonElement).addEventListener('click', act);
}
