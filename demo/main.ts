// The demo page: makes its parts and connects them. Everything it knows of the sound, it knows from PcmPlayer.
import { VERSION } from '../src/index.js';
import { Choices } from './choices.js';
import { Deck } from './deck.js';
import { element, setText } from './element.js';
import { EventLog, logPlayer } from './event-log.js';
import { showFigures } from './figures.js';
import { History } from './history.js';
import { HurtPanel } from './hurt-panel.js';
import { showPlots } from './plots.js';
import { Session } from './session.js';
import { listenToKeys } from './shortcuts.js';
import { showStatsTable } from './stats-table.js';
import { TalkBox } from './talk-box.js';
import { offerThemes } from './theme.js';
import { Waveform } from './waveform.js';

offerThemes();
setText(element('version', HTMLElement), VERSION);

const log = new EventLog();
const history = new History();
const choices = await Choices.load(element('choices', HTMLFormElement), () => {
	log.write(`Chosen: ${choices.description}.`);
	session.restart();
});
const session = new Session(choices);
const deck = new Deck(session, choices);

logPlayer(session, log, history);
showFigures(session);
showPlots(session, history);
showStatsTable(session);
new HurtPanel(session, log, history);
new TalkBox(session);
new Waveform(session, element('waveform', HTMLCanvasElement), element('scope-note', HTMLElement));
listenToKeys({
	play: () => {
		session.toggle();
	},
	mute: () => {
		deck.toggleMute();
	},
});
log.write('Ready. Press play.');
