// What tutorials teach: an AudioBufferSourceNode for each message, started where the one before ends.
import { openSocket } from './socket.js';

/** Seconds from now to the first buffer, and to the next after the sound ran out. */
const LEAD = 0.05;

const SCALE = 2 ** -31;

export class TextbookPlayer {
	constructor(sampleRate, channels) {
		this.context = new AudioContext({ sampleRate });
		this.channels = channels;
		this.nextTime = 0;
	}

	/** @param samples Int32Array, interleaved */
	feed(samples) {
		const { context, channels } = this;
		const length = samples.length / channels;
		const buffer = context.createBuffer(channels, length, context.sampleRate);
		for (let channel = 0; channel < channels; channel++) {
			const plane = buffer.getChannelData(channel);
			for (let i = 0; i < length; i++) {
				plane[i] = samples[i * channels + channel] * SCALE;
			}
		}
		const source = context.createBufferSource();
		source.buffer = buffer;
		source.connect(context.destination);
		if (this.nextTime < context.currentTime) {
			this.nextTime = context.currentTime + LEAD;
		}
		source.start(this.nextTime);
		this.nextTime += buffer.duration;
	}
}

export const contextOptions = { sampleRate: 48000 };

export function play(url) {
	const player = new TextbookPlayer(48000, 2);
	let socket;
	const ready = player.context.resume().then(() => {
		socket = openSocket(url, (bytes) => player.feed(new Int32Array(bytes)));
	});
	return {
		ready,
		close() {
			socket?.close();
			return player.context.close();
		},
	};
}
