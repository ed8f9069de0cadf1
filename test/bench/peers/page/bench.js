// In the page: one player, of the name in the page's URL, playing one stream or several. Driven from node.
import { prepare, recording } from './tap.js';

const name = new URLSearchParams(location.search).get('player');
/** `contextOptions`: what its AudioContext is made with; `sharesContext`: all players of a page have one. `play(url)`: plays; gives `ready`, a promise, and
 * `close()`. */
const adapter = await import(`/test/output/peers/${name}/adapter.js`);

const streams = [];
let blocking;

/** Plays `url` in as many players as there are `streams`, each with a socket of its own. */
async function start({ url, sampleRate = 48000, streams: count = 1 }) {
	if (sampleRate !== 48000) {
		throw new RangeError(`Expected 48000 Hz, which the players are set for, got ${sampleRate}.`);
	}
	await prepare(count, adapter.contextOptions, adapter.sharesContext === true && count > 1);
	const startedAt = now();
	for (let i = 0; i < count; i++) {
		const own = new URL(url, location.href);
		own.searchParams.set('stream', i);
		streams.push(adapter.play(own.href));
	}
	return { startedAt };
}

/** What was recorded so far, float32 planes as base64, and when each render call was made: of each stream, or of
 * one alone, since eight minutes of sound are much for one message. One plane where both sides are the same. */
async function report(only) {
	const wanted = only === undefined ? [...streams.keys()] : [only];
	const reports = [];
	for (const index of wanted) {
		const { planes, dates } = await recording(index);
		const told = isSame(planes[0], planes[1]) ? planes.slice(0, 1) : planes;
		reports.push({ planes: await Promise.all(told.map(toBase64)), dates });
	}
	return reports;
}

async function stop() {
	clearInterval(blocking);
	for (const stream of streams) {
		await stream.ready;
		await stream.close();
	}
}

/** Holds the main thread. */
function block(milliseconds) {
	const end = performance.now() + milliseconds;
	while (performance.now() < end) {
		// Nothing else may run.
	}
}

/** Holds the main thread again and again, until `stop`. */
function blockEvery(milliseconds, everyMs) {
	blocking = setInterval(() => block(milliseconds), everyMs);
}

/** Milliseconds since 1970. */
function now() {
	return performance.timeOrigin + performance.now();
}

function isSame(left, right) {
	return left.every((sample, i) => sample === right[i]);
}

function toBase64(plane) {
	return new Promise((resolve) => {
		const reader = new FileReader();
		reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
		reader.readAsDataURL(new Blob([plane]));
	});
}

window.bench = { start, report, stop, block, blockEvery };
