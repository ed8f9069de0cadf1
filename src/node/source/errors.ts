// What goes wrong with a source after it was made. Each message says what was found and what to do.

/** The bytes are no WAVE file this package plays; the message says what they are. */
export class WavError extends Error {
	override readonly name = 'WavError';
}

/** No ffmpeg program could be started; the message says how to install one. */
export class FfmpegMissingError extends Error {
	override readonly name = 'FfmpegMissingError';

	constructor(ffmpegPath: string, options?: ErrorOptions) {
		super(
			`Expected an ffmpeg program, found none as "${ffmpegPath}". Install it ` +
				'(Debian, Ubuntu: apt install ffmpeg; macOS: brew install ffmpeg; ' +
				'Windows: winget install ffmpeg), or give its place as ffmpegPath.',
			options,
		);
	}
}

/** ffmpeg ended with an error; the message has the last lines it wrote, without passwords. */
export class FfmpegError extends Error {
	override readonly name = 'FfmpegError';
	/** ffmpeg's exit code; null when a signal ended it. */
	readonly exitCode: number | null;

	constructor(message: string, exitCode: number | null, options?: ErrorOptions) {
		super(message, options);
		this.exitCode = exitCode;
	}
}
