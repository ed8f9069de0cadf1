// What is seen of the element and worked by hand: buttons, slider, status, level meter.
import css from './player.css?inline';
import { LevelMeter } from './level-meter.js';
import type { PlayerWords } from './words.js';

/** What the controls show. */
export interface ControlsView {
	readonly words: PlayerWords;
	readonly label: string | null;
	readonly status: string;
	/** Whether the status tells of something wrong. */
	readonly isFault: boolean;
	/** Whether sound runs or is on its way: the button pauses. */
	readonly isOn: boolean;
	/** 0 to 1. */
	readonly volume: number;
	readonly isMuted: boolean;
}

/** What the listener wants. */
export interface ControlsActions {
	play(): void;
	pause(): void;
	setVolume(volume: number): void;
	setMuted(isMuted: boolean): void;
}

/** Drawn in a box of 24 by 24. */
const ICONS = {
	play: 'M8 5v14l11-7z',
	pause: 'M6.5 5h4v14h-4zM13.5 5h4v14h-4z',
	speaker: 'M4 9.5v5h3.5L12 19V5L7.5 9.5z',
	waves: 'M15 8.8a4.5 4.5 0 0 1 0 6.4M17.6 6a8.4 8.4 0 0 1 0 12',
	cross: 'M15.5 9.5l5 5M20.5 9.5l-5 5',
};

/** Shared by all elements; made with the first. */
let sheet: CSSStyleSheet | undefined;

export class Controls {
	readonly meter = new LevelMeter();
	readonly #actions: ControlsActions;
	readonly #group = make('div', 'player');
	readonly #play = make('button', 'button', 'play');
	readonly #label = make('span', 'label');
	readonly #status = make('span', 'status');
	readonly #mute = make('button', 'button', 'mute');
	readonly #volume = make('input', 'volume');
	#isOn = false;
	#isMuted = false;
	/** What the play button did when it was pressed; null: it is not. The press itself may be the gesture that
	 * lets a blocked player sound before the click is there: it must not pause it. */
	#wasOnAtPress: boolean | null = null;

	constructor(root: ShadowRoot, actions: ControlsActions) {
		this.#actions = actions;
		this.#play.type = 'button';
		this.#play.append(icon('play'), icon('pause'));
		this.#status.setAttribute('role', 'status');
		this.#mute.type = 'button';
		this.#mute.append(icon('speaker', 'waves'), icon('speaker', 'cross'));
		this.#volume.type = 'range';
		this.#group.setAttribute('role', 'group');
		const text = make('div', 'text');
		text.append(this.#label, this.#status, this.meter.element);
		const loudness = make('div', 'loudness');
		loudness.append(this.#mute, this.#volume);
		this.#group.append(this.#play, text, loudness);
		root.append(this.#group);
		dress(root);
		this.#listen();
	}

	show({ words, label, status, isFault, isOn, volume, isMuted }: ControlsView): void {
		const percent = `${Math.round(100 * volume)}%`;
		this.#isOn = isOn;
		this.#isMuted = isMuted;
		name(this.#group, label ?? words.player);
		write(this.#label, label ?? '');
		write(this.#status, status);
		this.#status.classList.toggle('fault', isFault);
		name(this.#play, isOn ? words.pause : words.play);
		this.#play.classList.toggle('on', isOn);
		name(this.#mute, words.mute);
		this.#mute.setAttribute('aria-pressed', String(isMuted));
		name(this.#volume, words.volume);
		this.#volume.setAttribute('aria-valuetext', percent);
		this.#volume.value = String(100 * volume);
		this.#volume.classList.toggle('muted', isMuted);
		this.#volume.style.setProperty('--filled', percent);
	}

	#listen(): void {
		const press = (): void => {
			this.#wasOnAtPress = this.#isOn;
		};
		const letGo = (): void => {
			this.#wasOnAtPress = null;
		};
		this.#play.addEventListener('pointerdown', press);
		this.#play.addEventListener('pointerleave', letGo);
		this.#play.addEventListener('keydown', ({ key }) => {
			if (key === 'Enter' || key === ' ') {
				press();
			}
		});
		this.#play.addEventListener('blur', letGo);
		this.#play.addEventListener('click', () => {
			const wasOn = this.#wasOnAtPress ?? this.#isOn;
			letGo();
			if (wasOn) {
				this.#actions.pause();
			} else {
				this.#actions.play();
			}
		});
		this.#mute.addEventListener('click', () => {
			this.#actions.setMuted(!this.#isMuted);
		});
		this.#volume.addEventListener('input', () => {
			this.#actions.setVolume(Number(this.#volume.value) / 100);
		});
	}
}

function make<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	...parts: string[]
): HTMLElementTagNameMap[K] {
	const element = document.createElement(tag);
	element.setAttribute('part', parts.join(' '));
	return element;
}

/** For who does not see it. */
function name(element: Element, text: string): void {
	element.setAttribute('aria-label', text);
}

/** A status is read out when it is written, the same again, too. */
function write(element: Element, text: string): void {
	if (element.textContent !== text) {
		element.textContent = text;
	}
}

function icon(...shapes: (keyof typeof ICONS)[]): SVGElement {
	const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
	svg.setAttribute('viewBox', '0 0 24 24');
	svg.setAttribute('aria-hidden', 'true');
	for (const shape of shapes) {
		const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
		path.setAttribute('d', ICONS[shape]);
		path.setAttribute('class', shape);
		svg.append(path);
	}
	return svg;
}

/** A strict CSP forbids style elements, and lets scripts make sheets. */
function dress(root: ShadowRoot): void {
	if (sheet === undefined) {
		sheet = new CSSStyleSheet();
		sheet.replaceSync(css);
	}
	root.adoptedStyleSheets = [sheet];
}
