// steadypcm, as its README shows it.
import { PcmPlayer } from '/dist/index.min.js';

export const contextOptions = { latencyHint: 'interactive' };
export const sharesContext = true;

export function play(url) {
	const player = new PcmPlayer(url, { format: { sampleRate: 48000 } });
	const playing = player.play();
	return {
		/** Rejects when it cannot play. */
		ready: playing,
		close: () => player.close(),
	};
}
