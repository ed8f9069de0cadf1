// What the page tells of the stream beside the player's own controls.
import type { PcmPlayerStats } from '../index.js';
import { element } from './element.js';

/** The delay is from capture to speaker where the server's clock is known, else from arrival to speaker. */
export function showFigures(stats: PcmPlayerStats): void {
	const delay = stats.endToEndDelay ?? stats.playoutDelay;
	element('delay', HTMLElement).textContent = `${Math.round(1000 * delay)} ms`;
	element('interruptions', HTMLElement).textContent = String(stats.concealmentEvents);
	element('reconnects', HTMLElement).textContent = String(stats.reconnects);
}
