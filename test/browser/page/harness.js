// In the page: one player, what it plays recorded at its output, its events listed. Driven by the tests.
import { PcmPlayer } from '/dist/index.js';

const MAX_SECONDS = 60;
let run;

/** Plays `url` with `options`; `sampleRate` is the context's, 0 for the device's own; `isAudible`: the player is
 * at the device, and nothing is recorded; `isBeside`: in the context of the player before, and in its recording;
 * `onClick`: when the page's button is clicked next. */
async function start({ url, options = {}, sampleRate = 48000, wait = true, title, ...rest }) {
	const { channels = 2, latencyHint = 'interactive', isAudible = false } = rest;
	const { isBeside = false, onClick = false } = rest;
	document.title = title ?? 'steadypcm test';
	const context = isBeside
		? run.context
		: new AudioContext({ latencyHint, ...(sampleRate > 0 && { sampleRate }) });
	const tap = isBeside ? run.tap : await tapOf(context, channels, isAudible);
	const player = new PcmPlayer(url, { ...options, context, destination: tap.node });
	run = { player, context, tap, events: [] };
	for (const type of [
		'statechange',
		'playing',
		'waiting',
		'ended',
		'error',
		'message',
		'format',
		'open',
		'close',
	]) {
		player.addEventListener(type, (event) => run.events.push(describe(event)));
	}
	window.player = player;
	const playing = onClick ? nextClick(() => player.play()) : player.play();
	if (wait) {
		await playing;
	} else {
		playing.catch(() => undefined);
	}
	return context.sampleRate;
}

/** What `act` returns, called within the click. */
function nextClick(act) {
	return new Promise((resolve) => {
		const button = document.querySelector('button');
		button.addEventListener('click', () => resolve(act()), { once: true });
	});
}

/** What was recorded so far, as base64 of float32 planes, with stats and events. */
async function report() {
	const planes = await run.tap.take();
	return {
		planes: planes.map(toBase64),
		stats: run.player.stats,
		state: run.player.state,
		events: run.events,
		currentTime: run.player.currentTime,
		latency: run.player.latency,
		timeOrigin: performance.timeOrigin,
	};
}

/** When each render call that was recorded was made: whole milliseconds since 1970. */
async function dates() {
	return Array.from(await run.tap.ask('dates'));
}

/** Does `act`. When it was called, and when the audio thread heard of a message sent right after it: sample frames of
 * the recording; and what came of it. */
async function moment(act = () => undefined) {
	const calledAt = Math.round(run.context.currentTime * run.context.sampleRate);
	const outcome = act();
	const { now, recorded } = await run.tap.ask('frames');
	return { called: recorded - (now - calledAt), told: recorded, outcome: await outcome };
}

/** What was recorded and what happened since the last piece, and how the player is now. */
async function piece() {
	const { planes, dates } = await run.tap.ask('piece');
	return {
		planes: planes.map(toBase64),
		dates: Array.from(dates),
		events: run.events.splice(0),
		stats: run.player.stats,
		state: run.player.state,
		timeOrigin: performance.timeOrigin,
	};
}

/** Looks at the stats every `interval` milliseconds from now on. */
function watch(interval) {
	run.looks = [];
	const look = () => {
		const { playoutDelay, targetDelay, concealedSamples, concealmentEvents, endToEndDelay } =
			run.player.stats;
		const at = performance.timeOrigin + performance.now();
		const { outputLatency } = run.context;
		run.looks.push({
			at,
			playoutDelay,
			targetDelay,
			concealedSamples,
			concealmentEvents,
			endToEndDelay,
			outputLatency,
		});
	};
	run.watching = setInterval(look, interval);
}

/** What was seen since `watch`; `at` in milliseconds since 1970. */
function looks() {
	clearInterval(run.watching);
	return run.looks;
}

async function stop() {
	await run.player.close();
	await run.context.close();
}

/** Holds the main thread. */
function block(milliseconds) {
	const end = performance.now() + milliseconds;
	while (performance.now() < end) {
		// Nothing else may run.
	}
}

function describe(event) {
	const detail = event.detail ?? event.data ?? event.error?.code ?? null;
	return { type: event.type, detail, message: event.error?.message, at: performance.now() };
}

function noTap(context) {
	return { node: context.destination, take: async () => [] };
}

async function tapOf(context, channels, isAudible) {
	if (isAudible) {
		return noTap(context);
	}
	const isSecure = context.audioWorklet !== undefined;
	const tap = isSecure ? await workletTap(context, channels) : scriptTap(context);
	tap.node.connect(context.destination);
	return tap;
}

async function workletTap(context, channels) {
	await context.audioWorklet.addModule('/test/browser/page/recorder.js');
	const node = new AudioWorkletNode(context, 'recorder', {
		processorOptions: { channels, maxSeconds: MAX_SECONDS },
	});
	const ask = (what) =>
		new Promise((resolve) => {
			node.port.onmessage = ({ data }) => resolve(data);
			node.port.postMessage(what);
		});
	return { node, ask, take: () => ask('take') };
}

/** For pages without AudioWorklet. Where the main thread is late by the length of a block, WebKit writes the next one
 * over it: blocks are long. */
function scriptTap(context) {
	const frames = 8192;
	const node = context.createScriptProcessor(frames, 2, 2);
	const blocks = [];
	node.onaudioprocess = ({ inputBuffer }) => {
		blocks.push([0, 1].map((channel) => inputBuffer.getChannelData(channel).slice()));
	};
	return {
		node,
		take: async () =>
			[0, 1].map((channel) => {
				const plane = new Float32Array(blocks.length * frames);
				blocks.forEach((block, i) => plane.set(block[channel], i * frames));
				return plane;
			}),
	};
}

function toBase64(plane) {
	const bytes = new Uint8Array(plane.buffer, plane.byteOffset, plane.byteLength);
	let text = '';
	for (let i = 0; i < bytes.length; i += 0x8000) {
		text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
	}
	return btoa(text);
}

window.harness = { start, report, moment, piece, stop, block, dates, watch, looks };

// A page that starts by itself: a call from the tests would count as a gesture.
if (location.hash !== '') {
	start(JSON.parse(decodeURIComponent(location.hash.slice(1))));
}
