// Runs programs: to their end within a time, or as servers until they are stopped.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';

export interface CommandOptions {
	readonly cwd: string;
	/** Until it is ended, and the command has failed. */
	readonly seconds: number;
	/** Added to this process's environment. */
	readonly env?: Readonly<Record<string, string>>;
}

export interface CommandResult {
	/** What it wrote to standard output. */
	readonly output: string;
	readonly seconds: number;
}

/** A program that serves pages. */
export interface Program {
	readonly port: number;
	stop(): Promise<void>;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Lines of a failed command's output that are told. */
const TOLD_LINES = 40;

/** Milliseconds between two looks whether a program answers. */
const LOOK_INTERVAL = 100;

/** @throws Error with the end of what it wrote, when it fails or takes too long */
export async function run(
	command: readonly string[],
	{ cwd, seconds, env = {} }: CommandOptions,
): Promise<CommandResult> {
	const start = performance.now();
	const child = begin(command, cwd, env);
	const written = heardFrom(child);
	let output = '';
	child.stdout.on('data', (text: string) => (output += text));
	const timer = setTimeout(() => end(child), seconds * 1000);
	await once(child, 'close');
	clearTimeout(timer);
	const taken = (performance.now() - start) / 1000;
	if (child.exitCode !== 0) {
		const how = taken > seconds ? `took more than ${seconds} s` : `exited ${child.exitCode}`;
		throw new Error(`${command.join(' ')} ${how} in ${cwd}:\n${written()}`);
	}
	return { output, seconds: taken };
}

/** Starts what takes a port as its last argument. @throws Error when it does not answer in time */
export async function serve(
	command: readonly string[],
	{ cwd, seconds, env = {} }: CommandOptions,
): Promise<Program> {
	const port = await freePort();
	const child = begin([...command, String(port)], cwd, env);
	const written = heardFrom(child);
	const closed = once(child, 'close');
	const deadline = performance.now() + seconds * 1000;
	while (!(await answers(port))) {
		if (!isRunning(child) || performance.now() > deadline) {
			end(child);
			throw new Error(`${command.join(' ')} serves nothing in ${cwd}:\n${written()}`);
		}
		await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL));
	}
	return {
		port,
		stop: async () => {
			end(child);
			await closed;
		},
	};
}

/** In a process group of its own, to be ended with all it starts. */
function begin(
	[program = '', ...args]: readonly string[],
	cwd: string,
	env: Readonly<Record<string, string>>,
): Child {
	return spawn(program, args, {
		cwd,
		env: { ...outsideEnvironment(), NO_COLOR: '1', ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
		detached: true,
	});
}

/** Without what the test runner says of itself: builds heed it. */
function outsideEnvironment(): NodeJS.ProcessEnv {
	const ofRunner = /^(NODE_ENV|VITEST.*|TEST|MODE|DEV|PROD|SSR|BASE_URL)$/;
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofRunner.test(name)));
}

function end(child: Child): void {
	if (isRunning(child)) {
		process.kill(-child.pid!, 'SIGKILL');
	}
}

function isRunning({ exitCode, signalCode }: Child): boolean {
	return exitCode === null && signalCode === null;
}

/** @returns the last lines it has written */
function heardFrom(child: Child): () => string {
	let all = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => (all += text));
	}
	return () => all.trimEnd().split('\n').slice(-TOLD_LINES).join('\n');
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0);
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

async function answers(port: number): Promise<boolean> {
	try {
		await fetch(`http://localhost:${port}/`);
		return true;
	} catch {
		return false;
	}
}
