// Runs one ffmpeg and gives its standard output as a stream, which ends when ffmpeg succeeded and fails with
// what ffmpeg said when it did not. Destroying the stream ends ffmpeg.
import { spawn, type ChildProcess } from 'node:child_process';
import { Transform, type Readable } from 'node:stream';
import { FfmpegError, FfmpegMissingError } from './errors.js';
import { secretFree } from './secret-free.js';

/** Lines of ffmpeg's standard error in the message. */
const LAST_LINES = 8;

/** ms ffmpeg gets to say goodbye to a camera before it is killed. */
const GRACE_MS = 2000;

/** What stands behind the name of who speaks: where it is in ffmpeg's memory, digits that mean nothing to anybody. */
const ADDRESSES = / @ 0x[0-9a-f]+(?=\])/g;

const STANDARD_INPUT = /^(-|pipe:0?)$/;

/**
 * Starts ffmpeg with `args`; no shell is involved.
 * @param input what `args` read, for messages; passwords in it stay out of them.
 */
export function runFfmpeg(ffmpegPath: string, args: readonly string[], input: string): Readable {
	const stdin = STANDARD_INPUT.test(input) ? 'inherit' : 'ignore';
	const child = spawn(ffmpegPath, args, { stdio: [stdin, 'pipe', 'pipe'], windowsHide: true });
	const { stdout, stderr } = child;
	const words = lastWords(stderr, input);
	const outcome = new Promise<Error | null>((resolve) => {
		child.on('error', (cause) => resolve(startError(ffmpegPath, cause)));
		child.on('close', (code, signal) => {
			resolve(code === 0 ? null : exitError(input, code, signal, words()));
		});
	});
	const output = new Transform({
		transform: (bytes, _encoding, done) => done(null, bytes),
		flush: (done) => void outcome.then(() => done()),
	});
	void outcome.then((error) => error === null || output.destroy(error));
	output.on('close', () => stop(child));
	return stdout.pipe(output);
}

function stop(child: ChildProcess): void {
	child.stdout?.destroy(); // an ffmpeg that waits in a write sees the end
	if (child.exitCode !== null || child.signalCode !== null) {
		return;
	}
	child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
	timer.unref();
	child.on('exit', () => clearTimeout(timer));
}

function lastWords(stderr: Readable, input: string): () => string {
	let text = '';
	stderr.setEncoding('utf8');
	stderr.on('data', (more: string) => {
		text = (text + more).slice(-16_384);
	});
	return () => {
		const shown = text.replaceAll(input, secretFree(input)).replace(ADDRESSES, '');
		const lines = secretFree(shown)
			.split(/\r?\n/)
			.filter((line) => line.trim() !== '');
		return lines.slice(-LAST_LINES).join('\n');
	};
}

function startError(ffmpegPath: string, cause: Error): Error {
	const { code } = cause as NodeJS.ErrnoException;
	return code === 'ENOENT' || code === 'EACCES'
		? new FfmpegMissingError(ffmpegPath, { cause })
		: new FfmpegError(`ffmpeg did not start: ${cause.message}`, null, { cause });
}

function exitError(
	input: string,
	code: number | null,
	signal: NodeJS.Signals | null,
	words: string,
): FfmpegError {
	const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
	const message = `ffmpeg ended with ${how} while it read ${secretFree(input)}`;
	return new FfmpegError(words === '' ? `${message}.` : `${message}:\n${words}`, code);
}
