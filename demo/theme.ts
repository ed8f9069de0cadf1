// Dark or light: the system's wish until the visitor has one.
import { element, setText } from './element.js';

const SYSTEM = matchMedia('(prefers-color-scheme: dark)');
const KEY = 'theme';

export function offerThemes(): void {
	const button = element('theme', HTMLButtonElement);
	const label = element('theme-label', HTMLElement);
	const show = (theme: string): void => {
		document.documentElement.dataset['theme'] = theme;
		setText(label, theme === 'dark' ? 'Light theme' : 'Dark theme');
	};
	show(document.documentElement.dataset['theme'] ?? 'light');
	button.addEventListener('click', () => {
		const theme = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark';
		show(theme);
		remember(theme);
	});
	SYSTEM.addEventListener('change', () => {
		if (remembered() === null) {
			show(SYSTEM.matches ? 'dark' : 'light');
		}
	});
}

/** Private windows may have no storage; the choice then lasts as long as the page. */
function remember(theme: string): void {
	try {
		localStorage.setItem(KEY, theme);
	} catch {
		return;
	}
}

function remembered(): string | null {
	try {
		return localStorage.getItem(KEY);
	} catch {
		return null;
	}
}
