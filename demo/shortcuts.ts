// Keys for the whole page. What has the focus comes first: a text box takes letters, a button takes Space.

const TAKES_LETTERS = 'input:not([type="range"]), textarea, select';
const TAKES_SPACE = `${TAKES_LETTERS}, input, button, summary, a`;

export function listenToKeys(actions: {
	readonly play: () => void;
	readonly mute: () => void;
}): void {
	document.addEventListener('keydown', (event) => {
		const { key, target } = event;
		if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) {
			return;
		}
		const focus = target instanceof Element ? target : document.body;
		const isSpace = key === ' ' && focus.closest(TAKES_SPACE) === null;
		const letter = focus.closest(TAKES_LETTERS) === null ? key.toLowerCase() : '';
		if (isSpace || letter === 'k') {
			event.preventDefault();
			actions.play();
		} else if (letter === 'm') {
			actions.mute();
		}
	});
}
