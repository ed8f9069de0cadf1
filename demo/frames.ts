// When to draw: a few times a second, never while the page is hidden, once a second for those who asked for
// less motion.

const CALM = matchMedia('(prefers-reduced-motion: reduce)');
const CALM_FPS = 1;

/** Calls `draw` at most `fps` times a second. */
export function everyFrame(fps: number, draw: (now: number) => void): void {
	let last = -Infinity;
	const frame = (now: number): void => {
		const interval = 1000 / (CALM.matches ? CALM_FPS : fps);
		// Half a display frame early is on time: waiting for the next one would halve the rate.
		if (now - last >= interval - 8) {
			last = now;
			draw(now);
		}
		requestAnimationFrame(frame);
	};
	requestAnimationFrame(frame);
}
