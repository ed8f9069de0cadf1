// wavtools: a queue in an AudioWorklet; 16 bit and mono is all it takes.
import { WavStreamPlayer } from 'wavtools';
import { openSocket } from './socket.js';

export const contextOptions = { sampleRate: 48000 };

export function play(url) {
	const player = new WavStreamPlayer({ sampleRate: 48000 });
	let socket;
	const ready = player.connect().then(() => {
		socket = openSocket(url, (bytes) => player.add16BitPCM(bytes));
	});
	return {
		ready,
		close() {
			socket?.close();
			return player.context.close();
		},
	};
}
