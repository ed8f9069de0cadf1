// A question mark that explains: by mouse, by touch, and by keyboard, where Escape closes it again.
import { make } from './element.js';

/** The button and its words, to be put next to each other in something positioned. */
export function hint(id: string, about: string, words: string): [HTMLElement, HTMLElement] {
	const tip = make('span', { class: 'tip', role: 'tooltip', id: `tip-${id}` }, words);
	const button = make('button', {
		class: 'hint',
		type: 'button',
		'aria-label': `About ${about}`,
		'aria-describedby': tip.id,
	});
	// Safari does not focus a button that is tapped or clicked.
	button.addEventListener('click', () => {
		button.focus();
		button.classList.remove('dismissed');
	});
	button.addEventListener('keydown', ({ key }) => {
		button.classList.toggle('dismissed', key === 'Escape');
	});
	button.addEventListener('blur', () => {
		button.classList.remove('dismissed');
	});
	return [button, tip];
}
