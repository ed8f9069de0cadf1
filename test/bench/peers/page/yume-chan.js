// @yume-chan/pcm-player: a queue in an AudioWorklet, 100 ms before it starts.
import { Float32PcmPlayer } from '@yume-chan/pcm-player';
import { openSocket } from './socket.js';

export const contextOptions = { latencyHint: 'interactive', sampleRate: 48000 };

export function play(url) {
	const player = new Float32PcmPlayer(48000, 2);
	let socket;
	const ready = player.start().then(() => {
		socket = openSocket(url, (bytes) => player.feed(new Float32Array(bytes)));
	});
	return {
		ready,
		close() {
			socket?.close();
			return player.stop();
		},
	};
}
