// A recorder in place of every destination: what a player would have sent to the speaker. Loaded before any
// player. Contexts are made ahead, recording already, so that no player waits for its recorder.

/** Memory set aside for each recording. */
const MAX_SECONDS = 70;

/** What a player's context has where the player does not ask for anything else. */
const DEFAULTS = { latencyHint: 'interactive', sampleRate: 48000 };

const NativeContext = AudioContext;
const { connect, disconnect } = AudioNode.prototype;

/** In the order in which players take them. */
const recorders = [];
const waiting = [];
/** What stands in for each destination. */
const hubs = new WeakMap();

/** Makes `count` contexts of the kind that a player asks for with `options`. */
export async function prepare(count, options) {
	for (let i = 0; i < count; i++) {
		waiting.push(await recordedContext({ ...DEFAULTS, ...options }));
	}
}

/** Contexts that players have taken so far. */
export function taken() {
	return recorders.length;
}

/** What the context that was taken as number `index` played so far. */
export async function recording(index) {
	const { port } = recorders[index];
	const ask = (what) =>
		new Promise((resolve) => {
			port.onmessage = ({ data }) => resolve(data);
			port.postMessage(what);
		});
	return { planes: await ask('take'), dates: Array.from(await ask('dates')) };
}

async function recordedContext(options) {
	const context = new NativeContext(options);
	await context.audioWorklet.addModule('/test/browser/page/recorder.js');
	const recorder = new AudioWorkletNode(context, 'recorder', {
		processorOptions: { channels: 2, maxSeconds: MAX_SECONDS },
	});
	const hub = context.createGain();
	connect.call(hub, recorder);
	connect.call(hub, context.destination);
	// Its output is silence; what leads to the destination is rendered, whatever comes in.
	connect.call(recorder, context.destination);
	hubs.set(context.destination, hub);
	await context.resume();
	return { context, recorder, options };
}

function takeContext(asked = {}) {
	const { latencyHint, sampleRate } = { ...DEFAULTS, ...asked };
	const next = waiting.shift();
	if (next?.options.latencyHint !== latencyHint || next.options.sampleRate !== sampleRate) {
		throw new Error(`Expected no context but those prepared, got ${JSON.stringify(asked)}.`);
	}
	recorders.push(next.recorder);
	return next.context;
}

window.AudioContext = new Proxy(NativeContext, {
	construct: (_target, [options]) => takeContext(options),
});

AudioNode.prototype.connect = function (to, ...rest) {
	connect.call(this, hubs.get(to) ?? to, ...rest);
	return to instanceof AudioNode ? to : undefined;
};

AudioNode.prototype.disconnect = function (...[to, ...rest]) {
	const hub = hubs.get(to);
	return hub === undefined
		? disconnect.apply(this, [to, ...rest].slice(0, arguments.length))
		: disconnect.call(this, hub, ...rest);
};
