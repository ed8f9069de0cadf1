// Anything ffmpeg can read (an rtsp:// camera, a capture device, an MP3 file) as s32 PCM. What has a clock of
// its own is a live source; a file is paced, held back by the pipe until the sender wants more.
import { PacedStreamSource } from './paced-stream-source.js';
import { runFfmpeg } from './ffmpeg-process.js';
import { streamFormat } from './source-format.js';
import type { PcmSource } from './source.js';
import { StreamSource } from './stream-source.js';

/** How ffmpeg reads, and what it gives. */
export interface FfmpegOptions {
	/** Hz, 8 000 to 384 000. @default 48000 */
	readonly sampleRate?: number;
	/** 1 to 32. @default 2 */
	readonly channels?: number;
	/**
	 * Whose clock drives the stream. `auto`: `live` for rtsp, rtmp, rtp, udp, srt, tcp and pipe inputs and
	 * for capture devices (`inputArgs` with `-f alsa`, `dshow`, `avfoundation` …), else `paced`.
	 * @default 'auto'
	 */
	readonly pacing?: 'auto' | 'live' | 'paced';
	/** Arguments that go before `-i`, such as `['-f', 'alsa']`; they come after this package's own, which they may undo.
	 * @default [] */
	readonly inputArgs?: readonly string[];
	/** The program. @default 'ffmpeg' */
	readonly ffmpegPath?: string;
}

const LIVE_INPUT = /^(-$|(rtsps?|rtmp[a-z]*|rtp|udp|srt|tcp|pipe|unix):)/i;
const RTSP_SCHEME = /^rtsps?:/i;
const CAPTURE_FORMATS = new Set(
	'alsa avfoundation dshow jack openal oss pulse sndio audio_device decklink'.split(' '),
);

/** What ffmpeg would otherwise wait for: a filled input buffer; five seconds of a transport stream, in which it learns
 * what is in it (the first of them tells as much); and of RTSP the UDP that a firewall drops. */
const LOW_DELAY = ['-fflags', 'nobuffer', '-flags', 'low_delay', '-analyzeduration', '1000000'];
const RTSP_OVER_TCP = ['-rtsp_transport', 'tcp'];

/**
 * A source of whatever `input` names: a URL, a file, a device. A live one starts ffmpeg when it is started, a
 * paced one at once. It fails with `FfmpegMissingError` or `FfmpegError`; passwords in URLs stay out of both.
 * @throws TypeError or RangeError for options outside their ranges.
 */
export function ffmpegSource(input: string, options: FfmpegOptions = {}): PcmSource {
	const { pacing = 'auto', inputArgs = [], ffmpegPath = 'ffmpeg' } = options;
	const { sampleRate = 48_000, channels = 2 } = options;
	if (typeof input !== 'string' || input === '') {
		throw new TypeError(`Expected the name of an input, got ${JSON.stringify(input)}.`);
	}
	const format = streamFormat({ sampleRate, channels });
	const live = isLive(input, inputArgs, pacing);
	const args = ffmpegArgs(input, inputArgs, sampleRate, channels, live);
	const open = () => runFfmpeg(ffmpegPath, args, input);
	return live ? new StreamSource(open, format) : new PacedStreamSource(open(), format);
}

/** @internal exported for tests. */
export function ffmpegArgs(
	input: string,
	inputArgs: readonly string[],
	sampleRate: number,
	channels: number,
	live: boolean,
): string[] {
	const overTcp = RTSP_SCHEME.test(input) ? RTSP_OVER_TCP : [];
	const lowDelay = live ? LOW_DELAY : [];
	const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'error'];
	const before = [...quiet, ...overTcp, ...lowDelay, ...inputArgs];
	const pcm = ['-vn', '-f', 's32le', '-acodec', 'pcm_s32le'];
	const shape = ['-ac', String(channels), '-ar', String(sampleRate)];
	return [...before, '-i', input, ...pcm, ...shape, 'pipe:1'];
}

function isLive(
	input: string,
	inputArgs: readonly string[],
	pacing: 'auto' | 'live' | 'paced',
): boolean {
	if (pacing !== 'auto') {
		return pacing === 'live';
	}
	const device = inputArgs.some(
		(arg, i) => arg === '-f' && CAPTURE_FORMATS.has(inputArgs[i + 1] ?? ''),
	);
	return device || LIVE_INPUT.test(input);
}
