// pcm-ringbuf-player: a ring in shared memory that an AudioWorklet reads.
import { PcmPlayer } from 'pcm-ringbuf-player';
import { openSocket } from './socket.js';

export const contextOptions = { latencyHint: 'playback', sampleRate: 48000 };

export function play(url) {
	const player = new PcmPlayer(48000, 2);
	let socket;
	const ready = player.start().then(() => {
		socket = openSocket(url, (bytes) => player.feed(new Int16Array(bytes)));
	});
	return {
		ready,
		close() {
			socket?.close();
			return player.stop();
		},
	};
}
