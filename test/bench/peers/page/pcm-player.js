// pcm-player: flushes what was fed by a timer, into AudioBufferSourceNodes.
import PCMPlayer from 'pcm-player';
import { openSocket } from './socket.js';

/** Milliseconds; `&flushTime=` in the page's URL tries another. Every flush is faded in and out, which makes a dip
 * of 2 ms: 10 in a second with 100 ms; shorter ones bring less delay and more dips. */
const FLUSH_TIME = Number(new URLSearchParams(location.search).get('flushTime') ?? 100);

export const contextOptions = {};

export function play(url) {
	const player = new PCMPlayer({
		inputCodec: 'Int32',
		channels: 2,
		sampleRate: 48000,
		flushTime: FLUSH_TIME,
	});
	player.volume(1);
	let socket;
	const ready = player.continue().then(() => {
		socket = openSocket(url, (bytes) => player.feed(bytes));
	});
	return {
		ready,
		close() {
			socket?.close();
			player.destroy();
		},
	};
}
