// The six figures one looks at first.
import type { PcmPlayerStats, PcmPlayer } from '../src/index.js';
import { element, make, setText } from './element.js';
import { hint } from './hint.js';
import { count, milliseconds, percent, ppm, text, type Quantity } from './quantity.js';
import type { Session } from './session.js';

/** What a card shows of a player. */
interface Face {
	readonly value: Quantity;
	readonly note: string;
	/** Something was heard that should not have been. */
	readonly isAlarming?: boolean;
}

interface Figure {
	readonly id: string;
	readonly title: string;
	readonly meaning: string;
	/** Words instead of a number. */
	readonly isText?: boolean;
	face(stats: PcmPlayerStats, player: PcmPlayer): Face;
}

const NOTHING: Quantity = { number: '–', unit: '' };

const FIGURES: readonly Figure[] = [
	{
		id: 'latency',
		title: 'Latency',
		meaning:
			'From the moment a sound arrives on the socket until it leaves the speaker, the device’s own delay included.',
		face: (stats, player) => ({
			value: stats.transport === null ? NOTHING : milliseconds(player.latency),
			note: 'socket to speaker',
		}),
	},
	{
		id: 'buffer',
		title: 'Playout delay',
		meaning:
			'How long sound is held back, to bridge the times in which nothing comes. Learned from this network.',
		face: (stats) => ({
			value: stats.transport === null ? NOTHING : milliseconds(stats.playoutDelay),
			note:
				stats.transport === null
					? 'learned from the network'
					: `target ${text(milliseconds(stats.targetDelay))}`,
		}),
	},
	{
		id: 'concealed',
		title: 'Concealed',
		meaning: 'Share of the time in which the player had to make up sound, or fade to silence.',
		face: (stats) => ({
			value: percent(stats.concealedSamples, stats.totalSamplesReceived),
			note: 'of what was played',
		}),
	},
	{
		id: 'underruns',
		title: 'Underruns',
		meaning:
			'How often the buffer ran empty. The sound goes on made up, for a tenth of a second at most: no click.',
		face: (stats) => ({
			value: count(stats.concealmentEvents),
			note: stats.concealmentEvents === 0 ? 'never out of sound' : 'concealed, not clicked',
			isAlarming: stats.concealmentEvents > 0,
		}),
	},
	{
		id: 'drift',
		title: 'Clock drift',
		meaning:
			'How much faster the sender’s clock runs than yours, in millionths. It takes some ten seconds to tell.',
		face: (stats) => ({
			value: stats.transport === null ? NOTHING : ppm(stats.driftPpm),
			note: 'sender against you',
		}),
	},
	{
		id: 'transport',
		title: 'Transport',
		meaning:
			'The way of the sound: who reads the socket, how it gets to the audio thread, what renders it.',
		isText: true,
		face: ({ transport }) => {
			const [thread = '–', way = '', renderer = ''] = (transport ?? '–')
				.replaceAll('-', ' ')
				.split('/');
			return {
				value: { number: way === '' ? '–' : capital(way), unit: '' },
				note: renderer === '' ? 'not connected yet' : `${thread} → ${renderer}`,
			};
		},
	},
];

export function showFigures(session: Session): void {
	const cards = FIGURES.map((figure) => ({ figure, card: cardOf(figure) }));
	element('figures', HTMLElement).append(...cards.map(({ card }) => card.root));
	const show = (): void => {
		const { stats } = session.player;
		for (const { figure, card } of cards) {
			const { value, note, isAlarming = false } = figure.face(stats, session.player);
			setText(card.number, value.number);
			setText(card.unit, value.unit);
			setText(card.note, note);
			card.root.classList.toggle('alarm', isAlarming);
		}
	};
	session.onPlayer((player) => {
		show();
		player.addEventListener('stats', show);
	});
}

function cardOf({ id, title, meaning, isText = false }: Figure) {
	const number = make('span');
	const unit = make('small');
	const note = make('p', { class: 'note' });
	const head = make('div', { class: 'figure-head' }, make('h3', {}, title));
	head.append(...hint(id, title, meaning));
	const value = make('p', { class: 'value', 'data-figure': id }, number, unit);
	const root = make('div', { class: isText ? 'figure text' : 'figure' }, head, value, note);
	return { root, number, unit, note };
}

function capital(words: string): string {
	return words.charAt(0).toUpperCase() + words.slice(1);
}
