// `steadypcm serve <source…>`.
import { spawnSync } from 'node:child_process';
import {
	createGateway,
	FfmpegMissingError,
	SourceStation,
	type Journal,
	type SourceStationOptions,
} from '../index.js';
import { consoleJournal } from './console-journal.js';
import {
	GATEWAY_ARGUMENTS,
	GATEWAY_HELP,
	gatewayOptions,
	logLevelOf,
} from './gateway-arguments.js';
import { runUntilStopped } from './gateway-run.js';
import { openingOf, type Opening, type SourceSettings } from './source-opening.js';
import { parseSourceWords, type SourceWord } from './source-word.js';
import type { Terminal } from './terminal.js';
import { SUCCESS, UsageError } from './usage-error.js';
import { oneOfWords, parseWords, SAMPLE_FORMATS, seconds, wholeNumber } from './words.js';

const SERVE_HELP = `
  steadypcm serve [name=]source …     plays sources to browsers, with a player at /

  Sources, each at the path /<name>; one alone at /audio too
    rtsp://camera/stream     a camera or an RTSP server; rtmp, srt, udp, http and whatever else
                             your ffmpeg opens
    talk.wav, song.mp3       a file, looped; WAVE files need no ffmpeg
    alsa:hw:0, pulse:default, avfoundation::0, dshow:audio=Microphone
                             a capture device, by ffmpeg
    -                        raw PCM on standard input (--rate, --channels, --format)
    tone, music              made up here, to try it out

  A source is opened for its first listener, closed when the last has left, and opened again
  when it fails. Its name is made of its input where none is given.

  Sound
    --rate <Hz>              of standard input; what ffmpeg and tone give       (default: 48000)
    --channels <number>                                                             (default: 2)
    --format <format>        of standard input, tone and music: u8 s8 s16 s24 s32 f32 mulaw alaw
                                                                                  (default: s32)
    --paced                  standard input is a file: play it at its own speed
    --input-args "<words>"   ffmpeg's, before -i: "-rtsp_transport udp"
    --ffmpeg <path>                                                (default: ffmpeg, from the PATH)
    --keep-open              open sources before anybody listens: the first hears sooner
    --linger <seconds>       keep a source open after its last listener has left    (default: 5)
    --history <seconds>      repeat so much to a listener whose connection broke   (default: 10)
    --frame <ms>             40 costs 40 % less than 20, and 20 ms of delay        (default: 20)
`;

const EXAMPLES = `
  Examples
    steadypcm serve music
    steadypcm serve rtsp://192.168.1.20/live
    steadypcm serve door=rtsp://192.168.1.20/live yard=rtsp://192.168.1.21/live --linger 60
    arecord -f S16_LE -r 16000 -t raw | steadypcm serve - --rate 16000 --channels 1 --format s16
    steadypcm serve alsa:default --host 0.0.0.0 --users users.txt --cert cert.pem --key key.pem
    curl -N http://127.0.0.1:8080/audio | ffplay -f s32le -ar 48000 -ch_layout stereo -

  Exit codes: 0 ended or told to (SIGINT, SIGTERM), 1 failed, 2 wrong usage.
`;

export const SERVE_HELP_TEXT = `${SERVE_HELP}${GATEWAY_HELP}${EXAMPLES}`;

const SERVE_ARGUMENTS = {
	...GATEWAY_ARGUMENTS,
	rate: { type: 'string', default: '48000' },
	channels: { type: 'string', default: '2' },
	format: { type: 'string', default: 's32' },
	paced: { type: 'boolean', default: false },
	'input-args': { type: 'string', default: '' },
	ffmpeg: { type: 'string', default: 'ffmpeg' },
	'keep-open': { type: 'boolean', default: false },
	linger: { type: 'string', default: '5' },
	history: { type: 'string', default: '10' },
	frame: { type: 'string', default: '20' },
} as const;

/** Resolves with the exit code when it has ended. */
export async function serve(words: readonly string[], terminal: Terminal): Promise<number> {
	const { values, positionals } = parse(words);
	if (values.help) {
		terminal.output.write(SERVE_HELP_TEXT);
		return SUCCESS;
	}
	if (positionals.length === 0) {
		throw new UsageError('Expected a source, got none. To try it out: steadypcm serve music');
	}
	const journal = consoleJournal(terminal.output, logLevelOf(values));
	const options = await gatewayOptions(values, journal);
	const sources = parseSourceWords(positionals);
	const settings = settingsOf(values, terminal);
	const openings = await Promise.all(sources.map((source) => openingOf(source, settings)));
	if (openings.some(({ needsFfmpeg }) => needsFfmpeg)) {
		needFfmpeg(settings.ffmpegPath);
	}
	const timing = timingOf(values);
	const stations = sources.map((source, i) => station(source, openings[i]!, timing, journal));
	const gateway = await createGateway({ ...options, stations, journal });
	return runUntilStopped(gateway, values, terminal, journal);
}

type ServeValues = ReturnType<typeof parse>['values'];

function parse(words: readonly string[]) {
	const args = withInputArgs(words);
	return parseWords('serve', { args, options: SERVE_ARGUMENTS, allowPositionals: true });
}

/** The words of `--input-args` begin with a dash and are no option of ours. */
function withInputArgs(words: readonly string[]): string[] {
	const i = words.indexOf('--input-args');
	const value = words[i + 1];
	return i < 0 || value === undefined
		? [...words]
		: [...words.slice(0, i), `--input-args=${value}`, ...words.slice(i + 2)];
}

function settingsOf(values: ServeValues, terminal: Terminal): SourceSettings {
	return {
		format: {
			sampleRate: wholeNumber('--rate', values.rate, 8000, 384_000),
			channels: wholeNumber('--channels', values.channels, 1, 32),
			sampleFormat: oneOfWords('--format', values.format, SAMPLE_FORMATS),
		},
		isPaced: values.paced,
		inputArgs: values['input-args'].split(/\s+/).filter((word) => word !== ''),
		ffmpegPath: values.ffmpeg,
		stdin: terminal.input,
	};
}

function timingOf(values: ServeValues): SourceStationOptions {
	return {
		frameMs: wholeNumber('--frame', values.frame, 1, 1000),
		historyMs: 1000 * seconds('--history', values.history, 600),
		lingerMs: 1000 * seconds('--linger', values.linger, 3600),
		keepOpen: values['keep-open'],
	};
}

function station(
	{ name }: SourceWord,
	{ format, once, open }: Opening,
	timing: SourceStationOptions,
	journal: Journal,
): SourceStation {
	// Who pipes into standard input may pause as long as he likes.
	const silenceMs = once ? { silenceMs: Infinity } : {};
	return new SourceStation(name, format, open, { ...timing, ...silenceMs, once, journal });
}

/** @throws FfmpegMissingError now, not when the first listener comes */
function needFfmpeg(ffmpegPath: string): void {
	const { error } = spawnSync(ffmpegPath, ['-version'], { stdio: 'ignore', windowsHide: true });
	if (error !== undefined) {
		throw new FfmpegMissingError(ffmpegPath, { cause: error });
	}
}
