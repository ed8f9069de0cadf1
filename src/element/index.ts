/**
 * A custom element around PcmPlayer. Importing it defines `<pcm-player>`, unless the page has one already; on a
 * server it does nothing.
 *
 * @module
 */
import { PcmPlayerElement } from './player-element.js';

export { PcmPlayerElement };
export type { PcmPlayerElementEventMap } from './page-element.js';
export type { PcmPlayerAttributes } from './markup.js';
export type { PlayerWord, PlayerWords } from './words.js';

declare global {
	interface HTMLElementTagNameMap {
		'pcm-player': PcmPlayerElement;
	}
}

if (typeof customElements !== 'undefined' && customElements.get('pcm-player') === undefined) {
	customElements.define('pcm-player', PcmPlayerElement);
}
