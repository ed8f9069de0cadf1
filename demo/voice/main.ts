// The voice page: makes its parts and connects them.
import { VERSION } from '../../src/index.js';
import { element, setText } from '../element.js';
import { everyFrame } from '../frames.js';
import { offerThemes } from '../theme.js';
import { Waveform } from '../waveform.js';
import { Controls } from './controls.js';
import { Conversation } from './conversation.js';
import { Figures } from './figures.js';
import { Transcript } from './transcript.js';

const FPS = 30;

offerThemes();
setText(element('version', HTMLElement), VERSION);

const transcript = new Transcript(element('transcript', HTMLElement));
const conversation = new Conversation({
	began: (turn) => {
		transcript.show();
		transcript.add(turn);
	},
	changed: (phase) => {
		controls.show(phase);
		show();
	},
});
const controls = new Controls(conversation);
const figures = new Figures(conversation);
new Waveform(
	conversation,
	element('waveform', HTMLCanvasElement),
	element('scope-note', HTMLElement),
);

everyFrame(FPS, () => {
	conversation.look();
	show();
});

function show(): void {
	transcript.show();
	figures.show();
}
