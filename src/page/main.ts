// The gateway's page: a login where one is needed, the streams, the player.
import { PcmPlayerElement } from '../element/index.js';
import { element } from './element.js';
import { showFigures } from './figures.js';
import { Login } from './login.js';

/** Of the answer of /sources.json. */
interface Source {
	readonly name: string;
	readonly path: string;
}

interface Sources {
	readonly login: boolean;
	readonly sources: readonly Source[];
}

async function start(): Promise<void> {
	const response = await fetch('/sources.json');
	const { login: isLoginNeeded, sources } = (await response.json()) as Sources;
	const player = element('player', PcmPlayerElement);
	if (isLoginNeeded) {
		const login = new Login();
		await login.ask();
		player.options = { token: () => login.token() };
	}
	player.addEventListener('stats', ({ detail }) => showFigures(detail));
	choose(player, sources[0]!);
	if (sources.length > 1) {
		offer(sources, player);
	}
	element('deck', HTMLElement).hidden = false;
	player.focus();
}

/** What plays goes on with this stream. */
function choose(player: PcmPlayerElement, { name, path }: Source): void {
	player.src = path;
	player.label = name;
	document.title = `${name} · steadypcm`;
}

function offer(sources: readonly Source[], player: PcmPlayerElement): void {
	const streams = element('streams', HTMLFieldSetElement);
	for (const [i, source] of sources.entries()) {
		const choice = document.createElement('input');
		choice.type = 'radio';
		choice.name = 'stream';
		choice.checked = i === 0;
		choice.onchange = () => choose(player, source);
		const label = document.createElement('label');
		label.append(choice, source.name);
		streams.append(label);
	}
	streams.hidden = false;
}

start().catch((error: unknown) => {
	const fault = element('fault', HTMLElement);
	fault.textContent = `The server does not answer: ${String(error)}`;
	fault.hidden = false;
});
