// A server of the documentation, run as it stands but for its port, and one listener who counts what comes.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** The port that the documentation names. */
const NAMED_PORT = /\b8080\b/g;

/** Milliseconds. */
const START_PATIENCE = 15_000;
const RETRY = 50;

export interface Heard {
	readonly messages: readonly Buffer[];
}

/** @param run starts the program, given its text with another port
 * @param token what the server wants to see
 * @returns the first `count` messages of a listener
 * @throws Error with what the program wrote when it ends before */
export async function heardFrom(
	text: string,
	run: (text: string) => ChildProcess,
	count: number,
	token?: string,
): Promise<Heard> {
	const port = await freePort();
	const program = run(text.replace(NAMED_PORT, String(port)));
	let written = '';
	program.stderr?.on('data', (bytes: Buffer) => (written += bytes.toString()));
	try {
		const { socket, messages } = await connected(`ws://127.0.0.1:${port}/audio`, program, token);
		while (messages.length < count) {
			await once(socket, 'message', { signal: AbortSignal.timeout(START_PATIENCE) });
		}
		socket.terminate();
		return { messages };
	} catch (cause) {
		throw new Error(`Expected a server that sends, got: ${written}`, { cause });
	} finally {
		program.kill();
	}
}

export function nodeProgram(text: string): ChildProcess {
	return spawn('node', ['--input-type=module', '-e', text], {
		stdio: ['ignore', 'ignore', 'pipe'],
	});
}

export function pythonProgram(python: string): (text: string) => ChildProcess {
	return (text) => spawn(python, ['-c', text], { stdio: ['ignore', 'ignore', 'pipe'] });
}

interface Listening extends Heard {
	readonly socket: WebSocket;
}

/** Tries until the server listens. */
async function connected(
	url: string,
	program: ChildProcess,
	token: string | undefined,
): Promise<Listening> {
	const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
	const end = performance.now() + START_PATIENCE;
	for (;;) {
		const socket = new WebSocket(url, { headers });
		const messages: Buffer[] = [];
		// The first may come with the answer that opens it.
		socket.on('message', (message: Buffer, isBinary) => {
			if (isBinary) {
				messages.push(message);
			}
		});
		try {
			await once(socket, 'open');
			return { socket, messages };
		} catch (error) {
			if (program.exitCode !== null || performance.now() > end) {
				throw error;
			}
			await sleep(RETRY);
		}
	}
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	return port;
}
