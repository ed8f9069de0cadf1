// What the page tells of the stream beside the player's own controls.
import type { PcmPlayerStats } from '../index.js';
import { element } from './element.js';

/** The delay is from capture to speaker where the server's clock is known, else from arrival to speaker. */
export function showFigures(stats: PcmPlayerStats): void {
	const delay = stats.endToEndDelay ?? stats.playoutDelay;
	write('delay', `${Math.round(1000 * delay)} ms`);
	write('interruptions', String(stats.concealmentEvents));
	write('reconnects', String(stats.reconnects));
}

function write(id: string, text: string): void {
	element(id, HTMLElement).textContent = text;
}
