// The gateway's page: a login where one is needed, the streams, the player.
import { Deck } from './deck.js';
import { element } from './element.js';
import { Login } from './login.js';

/** The answer of /sources.json. */
interface Sources {
	readonly login: boolean;
	readonly sources: readonly { readonly name: string; readonly path: string }[];
}

async function start(): Promise<void> {
	const response = await fetch('/sources.json');
	const { login: isLoginNeeded, sources } = (await response.json()) as Sources;
	let token: (() => Promise<string>) | null = null;
	if (isLoginNeeded) {
		const login = new Login();
		await login.ask();
		token = () => login.token();
	}
	const deck = new Deck(sources[0]!.path, token);
	if (sources.length > 1) {
		offer(sources, deck);
	} else {
		document.title = `${sources[0]!.name} · steadypcm`;
	}
	element('play', HTMLButtonElement).focus();
}

function offer(sources: Sources['sources'], deck: Deck): void {
	const streams = element('streams', HTMLFieldSetElement);
	for (const [i, { name, path }] of sources.entries()) {
		const choice = document.createElement('input');
		choice.type = 'radio';
		choice.name = 'stream';
		choice.checked = i === 0;
		choice.onchange = () => deck.choose(path);
		const label = document.createElement('label');
		label.append(choice, name);
		streams.append(label);
	}
	streams.hidden = false;
}

start().catch((error: unknown) => {
	const fault = element('fault', HTMLElement);
	fault.textContent = `The server does not answer: ${String(error)}`;
	fault.hidden = false;
});
