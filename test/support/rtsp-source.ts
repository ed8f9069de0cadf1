// A real RTSP source: ffmpeg encodes a sound as AAC and pushes it to an RTSP server of Debian's, which others pull from.
// It can be killed and started again. Needs ffmpeg and rtsp-server-perl.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { haveAll } from './sound-card.js';

export interface RtspSourceOptions {
	/** Of the server: where it is pulled from. The port above it is pushed to. */
	readonly port: number;
	/** Of ffmpeg's aevalsrc: a sum for each channel, separated by `|`. */
	readonly sound: string;
	/** Hz. */
	readonly sampleRate: number;
}

const HOST = '127.0.0.1';

/** Seconds in which the sound swells: one that begins at once begins with a click. */
const SWELL = 0.1;

/** Milliseconds between looks whether something is there yet, and until nothing will be. */
const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 20_000;

/** What a server says of a stream that it has. */
const DESCRIBED = 'RTSP/1.0 200 ';

/** True where it can be had. */
export function haveRtsp(): boolean {
	return haveAll('ffmpeg', 'rtsp-server-perl');
}

export class RtspSource {
	readonly #options: RtspSourceOptions;
	#children: ChildProcess[] = [];

	constructor(options: RtspSourceOptions) {
		this.#options = options;
	}

	get url(): string {
		return `rtsp://${HOST}:${this.#options.port}/live`;
	}

	/** Resolves when the stream can be pulled. @throws Error when it never can */
	async start(): Promise<void> {
		this.#run('rtsp-server-perl', [
			...['--serverport', String(this.#pushPort), '--client_listen_address', HOST],
			...['--clientport', String(this.#options.port), '--source_listen_address', HOST],
		]);
		await until(`a server on port ${this.#pushPort}`, () => isListening(this.#pushPort));
		const { sound, sampleRate } = this.#options;
		this.#run('ffmpeg', [
			...['-hide_banner', '-nostdin', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i'],
			`aevalsrc=${sound}:s=${sampleRate},afade=d=${SWELL}`,
			...['-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-ar', String(sampleRate), '-muxdelay', '0'],
			...['-f', 'rtsp', '-rtsp_transport', 'udp', `rtsp://${HOST}:${this.#pushPort}/live`],
		]);
		await until(`a stream at ${this.url}`, () => this.#isThere());
	}

	/** Both processes are gone, without a word. */
	async kill(): Promise<void> {
		const alive = this.#children.filter(
			({ exitCode, signalCode }) => exitCode === null && signalCode === null,
		);
		this.#children = [];
		const gone = alive.map((child) => once(child, 'exit'));
		alive.forEach((child) => child.kill('SIGKILL'));
		await Promise.all(gone);
	}

	async #isThere(): Promise<boolean> {
		const question = `DESCRIBE ${this.url} RTSP/1.0\r\nCSeq: 1\r\n\r\n`;
		return (await ask(this.#options.port, question)).startsWith(DESCRIBED);
	}

	get #pushPort(): number {
		return this.#options.port + 1;
	}

	#run(program: string, args: readonly string[]): void {
		this.#children.push(spawn(program, args, { stdio: 'ignore' }));
	}
}

function isListening(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, HOST, () => {
			socket.destroy();
			resolve(true);
		}).on('error', () => resolve(false));
	});
}

/** @returns what is answered first; empty: nothing */
function ask(port: number, question: string): Promise<string> {
	return new Promise((resolve) => {
		const socket = connect(port, HOST, () => socket.write(question));
		socket.setEncoding('utf8');
		socket.on('data', (answer: string) => {
			resolve(answer);
			socket.destroy();
		});
		socket.on('error', () => undefined);
		socket.on('close', () => resolve(''));
	});
}

async function until(what: string, isThere: () => Promise<boolean>): Promise<void> {
	for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
		if (await isThere()) {
			return;
		}
		await wait(LOOK_EVERY_MS);
	}
	throw new Error(`Expected ${what} within ${PATIENCE_MS / 1000} s, got none.`);
}
