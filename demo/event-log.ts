// What happened, line by line, newest last; the oldest lines go.
import { PcmPlayer, type CloseDetail } from '../src/index.js';
import { element, make } from './element.js';
import type { History } from './history.js';
import { kilohertz } from './quantity.js';
import type { Session } from './session.js';

const MOST_LINES = 200;

/** Pixels from the end at which one still reads along. */
const NEAR_END = 24;

export type Tone = 'plain' | 'good' | 'warn' | 'bad';

export class EventLog {
	readonly #list = element('log', HTMLElement);

	constructor() {
		element('clear', HTMLButtonElement).addEventListener('click', () => {
			this.#list.replaceChildren();
		});
	}

	write(words: string, tone: Tone = 'plain'): void {
		const list = this.#list;
		const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
		const now = new Date();
		const time = make('time', { datetime: now.toISOString() }, clockTime(now));
		list.append(make('li', {}, time, make('span', { class: tone }, words)));
		while (list.childElementCount > MOST_LINES) {
			list.firstElementChild?.remove();
		}
		if (isAtEnd) {
			list.scrollTop = list.scrollHeight;
		}
	}
}

/** Writes what the players tell, and marks underruns in the plots. */
export function logPlayer(session: Session, log: EventLog, history: History): void {
	session.onPlayer((player) => {
		watchStates(player, log, history);
		watchConnection(player, log);
	});
}

function watchStates(player: PcmPlayer, log: EventLog, history: History): void {
	player.addEventListener('statechange', ({ detail: { state, previous } }) => {
		if (state !== 'closed') {
			log.write(`${previous} → ${state}`, state === 'playing' ? 'good' : 'plain');
		}
	});
	player.addEventListener('waiting', () => {
		history.mark({ at: performance.now() / 1000, kind: 'gap', label: '' });
		log.write(
			`Underrun ${player.stats.concealmentEvents}: nothing came for too long; faded out.`,
			'warn',
		);
	});
	player.addEventListener('ended', () => {
		log.write('The stream was played to its end.');
	});
	player.addEventListener('error', ({ error }) => {
		log.write(`${error.code}: ${error.message}`, 'bad');
	});
}

function watchConnection(player: PcmPlayer, log: EventLog): void {
	player.addEventListener('open', ({ detail: { url, protocol } }) => {
		const { host, search } = new URL(url);
		const words = new URLSearchParams(search).get('source') ?? '';
		log.write(`Connected to ${host}, ${words}${protocol === '' ? '' : `, ${protocol}`}.`);
	});
	player.addEventListener('close', ({ detail }) => {
		log.write(closeWords(detail), detail.code === 1000 ? 'plain' : 'bad');
	});
	player.addEventListener('format', ({ detail: { sampleRate, sampleFormat, channels } }) => {
		log.write(`Stream is ${kilohertz(sampleRate)} ${sampleFormat}, ${channels} channels.`);
	});
}

function closeWords({ code, reason, retryIn }: CloseDetail): string {
	const why = reason === '' ? `code ${code}` : `code ${code}, ${reason}`;
	const next = retryIn === null ? '' : ` Next try in ${retryIn.toFixed(2)} s.`;
	return `Connection closed (${why}).${next}`;
}

function clockTime(date: Date): string {
	const ms = String(date.getMilliseconds()).padStart(3, '0');
	return `${date.toLocaleTimeString('en-GB')}.${ms}`;
}
