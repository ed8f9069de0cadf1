// In the page: speech from one RTCPeerConnection to another as Opus, a hold on the encoded frames between the network
// and the jitter buffer, and what the browser tells of that jitter buffer.
const CONNECT_MS = 15_000;
/** Between two points of the curve. */
const CURVE_MS = 500;
/** What a run takes beyond its frames: the sender settles, the last frame is held. */
const SPARE_MS = 15_000;
const FRAME_MS = 20;

/** @returns when each frame came and was released, ms; the jitter buffer's counters when the first counted frame was
 * released (`from`), when the last was (`to`), and in between. */
async function run({ delaysMs, holdMs, skipFrames, signal, sampleRate }) {
	const worker = new Worker('/test/bench/peers/page/neteq-worker.js');
	const told = tellings(worker);
	const context = new AudioContext({ sampleRate });
	const source = speechSource(context, signal);
	const { receiver, codec } = await connect(source, (side) => {
		side.transform = new RTCRtpScriptTransform(worker, { delaysMs, holdMs, skipFrames });
	});
	await within(CONNECT_MS, told.started, 'the first frame');
	const startedAt = performance.now();
	const series = [];
	const timer = setInterval(async () => {
		const at = performance.now() - startedAt;
		series.push({ at, ...(await counters(receiver)) });
	}, CURVE_MS);
	const lastMs = FRAME_MS * delaysMs.length + delaysMs[delaysMs.length - 1];
	const from = told.counting.then(() => counters(receiver));
	const to = told.released.then(() => counters(receiver));
	const ended = await within(lastMs + SPARE_MS, told.ended, 'the last frame');
	clearInterval(timer);
	return {
		cameMs: [...ended.cameMs],
		releasedMs: [...ended.releasedMs],
		from: await within(CONNECT_MS, from, 'the first counted frame'),
		to: await within(CONNECT_MS, to, 'the last frame'),
		series,
		codec,
	};
}

/** A promise of each message that the worker sends; all fail with it. */
function tellings(worker) {
	const resolvers = {};
	const told = {};
	for (const type of ['started', 'counting', 'released', 'ended']) {
		told[type] = new Promise((resolve, reject) => {
			resolvers[type] = { resolve, reject };
		});
		told[type].catch(() => undefined);
	}
	const fail = (reason) => {
		for (const { reject } of Object.values(resolvers)) {
			reject(new Error(`NetEq: the hold failed: ${reason}`));
		}
	};
	worker.onerror = ({ message }) => fail(message);
	worker.onmessage = ({ data: message }) => {
		if (message.type === 'failed') {
			fail(message.reason);
		} else {
			resolvers[message.type].resolve(message);
		}
	};
	return told;
}

/** The signal over and over, once `start` is called; a context at the signal's own rate leaves resampling to WebRTC. */
function speechSource(context, signal) {
	const samples = new Float32Array(Uint8Array.from(atob(signal), (c) => c.charCodeAt(0)).buffer);
	const buffer = new AudioBuffer({ length: samples.length, sampleRate: context.sampleRate });
	buffer.copyToChannel(samples, 0);
	const node = new AudioBufferSourceNode(context, { buffer, loop: true });
	const sink = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
	node.connect(sink);
	return { stream: sink.stream, start: () => node.start() };
}

async function connect({ stream, start }, holdOn) {
	const sending = new RTCPeerConnection();
	const receiving = new RTCPeerConnection();
	const [track] = stream.getAudioTracks();
	const transceiver = sending.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
	const { codecs } = RTCRtpSender.getCapabilities('audio');
	// Opus alone: no redundant copies (RED).
	transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType === 'audio/opus'));
	let receiver;
	receiving.ontrack = (event) => {
		receiver = event.receiver;
		holdOn(receiver);
		document.querySelector('audio').srcObject = event.streams[0];
	};
	const offer = await described(sending);
	await receiving.setRemoteDescription(withoutFec(offer));
	const answer = await described(receiving);
	await sending.setRemoteDescription(withoutFec(answer));
	start();
	const connected = new Promise((resolve) => {
		const look = () => sending.connectionState === 'connected' && resolve();
		sending.onconnectionstatechange = look;
		look();
	});
	await within(CONNECT_MS, connected, () => `a connection that is ${sending.connectionState}`);
	return { receiver, codec: answer.sdp.match(/^a=rtpmap:.*$/m)[0] };
}

/** The connection's own description, with all its addresses. */
async function described(connection) {
	await connection.setLocalDescription();
	const gathered = new Promise((resolve) => {
		const look = () => connection.iceGatheringState === 'complete' && resolve();
		connection.onicegatheringstatechange = look;
		look();
	});
	await within(CONNECT_MS, gathered, 'the addresses of a connection');
	return connection.localDescription;
}

/** Forward error correction is off where the other side does not ask for it. */
function withoutFec({ type, sdp }) {
	return { type, sdp: sdp.replaceAll('useinbandfec=1', 'useinbandfec=0') };
}

/** The jitter buffer's counters so far. */
async function counters(receiver) {
	const reports = [...(await receiver.getStats()).values()];
	const inbound = reports.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
	if (inbound === undefined) {
		throw new Error('NetEq: the browser tells nothing of an inbound audio stream');
	}
	const {
		jitterBufferDelay,
		jitterBufferEmittedCount,
		concealedSamples,
		totalSamplesReceived,
		concealmentEvents,
	} = inbound;
	return {
		jitterBufferDelay,
		jitterBufferEmittedCount,
		concealedSamples,
		totalSamplesReceived,
		concealmentEvents,
	};
}

async function within(milliseconds, promise, what) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => {
			const waitedFor = typeof what === 'string' ? what : what();
			reject(new Error(`NetEq: waited ${milliseconds} ms for ${waitedFor}`));
		}, milliseconds);
	});
	return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

window.neteq = { run };
