// What to do about a source that fails or that comes in bursts, for the one who runs the server.
import { FfmpegError } from '../source/errors.js';

/** A mark in what ffmpeg says, and what helps. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
	[
		/\b401\b|unauthorized|authorization failed/i,
		'The source wants a name and a password: rtsp://name:password@host/path.',
	],
	[/\b403\b|forbidden/i, 'The source refuses this machine or this user.'],
	[/\b404\b|stream not found|no such file/i, 'There is nothing under that name: check the path.'],
	[
		/connection refused/i,
		'Nothing listens there: check host and port, and whether the source runs.',
	],
	[
		/timed out|no route|unreachable|failed to resolve|name or service/i,
		'The host cannot be reached from here: check its name and the network.',
	],
	[
		/invalid data|could not find codec/i,
		'ffmpeg does not know what that is: name its format, such as --input-args "-f mpegts".',
	],
	[/does not contain any stream/i, 'The source has no sound.'],
	[
		/device or resource busy|cannot open audio device|permission denied/i,
		'The device is in use, or this user may not open it.',
	],
];

/** A line to put behind the error's own words; empty where nothing is known to help. */
export function sourceAdvice(error: Error): string {
	const remedy =
		error instanceof FfmpegError ? REMEDIES.find(([mark]) => mark.test(error.message)) : undefined;
	return remedy === undefined ? '' : `\n${remedy[1]}`;
}

/** @param longestMs the longest gap between two arrivals */
export function burstAdvice(longestMs: number): string {
	return (
		`The source comes in bursts up to ${Math.round(longestMs)} ms apart; every listener hears it that much later. ` +
		'The remedy is where it is pushed: ffmpeg packs AAC into packets of 1.4 kB or 0.7 s, so give the pushing ' +
		'ffmpeg -muxdelay 0 and -b:a 64k or more; shortest of all is a codec of short frames, ' +
		'-c:a libopus -application lowdelay -frame_duration 20, or plain PCM. ' +
		'Nothing on the reading side changes it.'
	);
}
