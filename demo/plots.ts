// The two plots: looks at the player often, draws seldom, and says in words what can be seen.
import { element } from './element.js';
import { everyFrame } from './frames.js';
import type { History } from './history.js';
import { Plot } from './plot.js';
import { milliseconds, text } from './quantity.js';
import type { Session } from './session.js';

const FPS = 20;

/** As often as the player itself looks, ms: `arrivalDelay` is the greatest since then. */
const LOOK_INTERVAL = 25;

/** ms between two changes of the words. */
const WORDS_INTERVAL = 2000;

const TARGET = { of: 'target', stroke: '--plot-target', width: 2, dash: [6, 4] } as const;

export function showPlots(session: Session, history: History): void {
	const bufferCanvas = element('buffer-plot', HTMLCanvasElement);
	const arrivalCanvas = element('arrival-plot', HTMLCanvasElement);
	const level = {
		of: 'level',
		stroke: '--plot-level',
		fill: '--plot-level-fill',
		width: 1.75,
	} as const;
	const delay = { of: 'delay', stroke: '--plot-delay', width: 1.5 } as const;
	const p95 = { of: 'p95', stroke: '--plot-p95', width: 1.5 } as const;
	const plots = [
		new Plot(bufferCanvas, history, [level, TARGET], ['act', 'gap']),
		new Plot(arrivalCanvas, history, [delay, p95, TARGET], ['act']),
	];
	setInterval(() => {
		if (session.isActive && session.player.stats.transport !== null) {
			history.note(performance.now() / 1000, session.player.stats);
		}
	}, LOOK_INTERVAL);
	everyFrame(FPS, () => {
		for (const plot of plots) {
			plot.draw(performance.now() / 1000);
		}
	});
	setInterval(() => {
		const { stats } = session.player;
		const [delayed, target, late] = [
			stats.playoutDelay,
			stats.targetDelay,
			stats.arrivalDelayP95,
		].map((seconds) => text(milliseconds(seconds)));
		bufferCanvas.ariaLabel = `Playout delay ${delayed!}, target ${target!}. The last 30 seconds.`;
		arrivalCanvas.ariaLabel = `95 % of the sound came at most ${late!} late; the target is ${target!}. The last 30 seconds.`;
	}, WORDS_INTERVAL);
}
