// The socket that a page opens for a player that has none.

/** Milliseconds from the end of a connection to the next try, doubling from the least to the most: steadypcm's
 * waits, not shortened at random. */
const LEAST_WAIT = 250;
const MOST_WAIT = 5000;

/** Calls `feed` with each binary message, as an ArrayBuffer; connects again when the server goes away. */
export function openSocket(url, feed) {
	let socket;
	let timer;
	let wait = LEAST_WAIT;
	const open = () => {
		socket = new WebSocket(url);
		socket.binaryType = 'arraybuffer';
		socket.onopen = () => {
			wait = LEAST_WAIT;
		};
		socket.onmessage = ({ data }) => feed(data);
		socket.onclose = () => {
			timer = setTimeout(open, wait);
			wait = Math.min(MOST_WAIT, 2 * wait);
		};
	};
	open();
	return {
		close() {
			clearTimeout(timer);
			socket.onclose = null;
			socket.onmessage = null;
			socket.close();
		},
	};
}
