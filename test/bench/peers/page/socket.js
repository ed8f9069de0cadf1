// The socket that a page opens for a player that has none.

/** Milliseconds from the end of a connection to the next try. */
const RETRY_MS = 100;

/** Calls `feed` with each binary message, as an ArrayBuffer; connects again when the server goes away. */
export function openSocket(url, feed) {
	let socket;
	let timer;
	const open = () => {
		socket = new WebSocket(url);
		socket.binaryType = 'arraybuffer';
		socket.onmessage = ({ data }) => feed(data);
		socket.onclose = () => {
			timer = setTimeout(open, RETRY_MS);
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
