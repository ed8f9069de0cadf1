// A recorder in place of every destination: what a player would have sent to the speaker. Loaded before any
// player. Contexts are made ahead, recording already, so that no player waits for its recorder.

/** Memory set aside for each recording. */
const MAX_SECONDS = 70;

/** What a player's context has where the player does not ask for anything else. */
const DEFAULTS = { latencyHint: 'interactive', sampleRate: 48000 };

const NativeContext = AudioContext;
const { connect, disconnect } = AudioNode.prototype;

/** Recorders, in the order in which players take their contexts, or connect to one that they share. */
const taken = [];
/** Contexts that no player has taken yet. */
const waiting = [];
/** Of a shared context's destination: hubs that nothing is connected to yet. */
const shared = new WeakMap();
/** What stands in for the destination: of each context, or of each node connected to a shared one. */
const hubs = new WeakMap();

/** Makes `count` recorders, in contexts of the kind that a player asks for with `options`: one each, or one that
 * all share. */
export async function prepare(count, options, isShared) {
	const contexts = isShared ? 1 : count;
	for (let i = 0; i < contexts; i++) {
		waiting.push(await recordedContext({ ...DEFAULTS, ...options }, count / contexts));
	}
}

/** What the player that connected as number `index` played so far. */
export async function recording(index) {
	const { port } = taken[index];
	const ask = (what) =>
		new Promise((resolve) => {
			port.onmessage = ({ data }) => resolve(data);
			port.postMessage(what);
		});
	return { planes: await ask('take'), dates: Array.from(await ask('dates')) };
}

async function recordedContext(options, players) {
	const context = new NativeContext(options);
	await context.audioWorklet.addModule('/test/browser/page/recorder.js');
	const recorded = Array.from({ length: players }, () => recordedHub(context));
	await context.resume();
	return { context, options, recorded };
}

function recordedHub(context) {
	const recorder = new AudioWorkletNode(context, 'recorder', {
		processorOptions: { channels: 2, maxSeconds: MAX_SECONDS },
	});
	const hub = context.createGain();
	connect.call(hub, recorder);
	connect.call(hub, context.destination);
	// Its output is silence; what leads to the destination is rendered, whatever comes in.
	connect.call(recorder, context.destination);
	return { hub, recorder };
}

function takeContext(asked = {}) {
	const { latencyHint, sampleRate } = { ...DEFAULTS, ...asked };
	const next = waiting.shift();
	if (next?.options.latencyHint !== latencyHint || next.options.sampleRate !== sampleRate) {
		throw new Error(`Expected no context but those prepared, got ${JSON.stringify(asked)}.`);
	}
	const { context, recorded } = next;
	if (recorded.length === 1) {
		hubs.set(context.destination, recorded[0].hub);
		taken.push(recorded[0].recorder);
	} else {
		shared.set(context.destination, recorded);
	}
	return context;
}

/** What `node` is connected to when it asks for `to`. */
function standIn(node, to) {
	const next = hubs.has(node) ? undefined : shared.get(to)?.shift();
	if (next !== undefined) {
		hubs.set(node, next.hub);
		taken.push(next.recorder);
	}
	return (shared.has(to) ? hubs.get(node) : hubs.get(to)) ?? to;
}

window.AudioContext = new Proxy(NativeContext, {
	construct: (_target, [options]) => takeContext(options),
});

AudioNode.prototype.connect = function (to, ...rest) {
	connect.call(this, standIn(this, to), ...rest);
	return to instanceof AudioNode ? to : undefined;
};

AudioNode.prototype.disconnect = function (...[to, ...rest]) {
	return to === undefined
		? disconnect.call(this)
		: disconnect.call(this, to instanceof AudioNode ? standIn(this, to) : to, ...rest);
};
