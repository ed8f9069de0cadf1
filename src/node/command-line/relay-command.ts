// `steadypcm relay <ws-url…>`.
import {
	createGateway,
	RelayStation,
	type Journal,
	type RelayStationOptions,
	type SourceFormat,
} from '../index.js';
import { consoleJournal } from './console-journal.js';
import {
	GATEWAY_ARGUMENTS,
	GATEWAY_HELP,
	gatewayOptions,
	logLevelOf,
} from './gateway-arguments.js';
import { runUntilStopped } from './gateway-run.js';
import { parseUpstreamWords } from './source-word.js';
import type { Terminal } from './terminal.js';
import { CREDENTIAL_ARGUMENTS, CREDENTIAL_HELP, credentialsOf } from './upstream-credentials.js';
import { SUCCESS, UsageError } from './usage-error.js';
import { oneOfWords, parseWords, SAMPLE_FORMATS, seconds, wholeNumber } from './words.js';

const RELAY_HELP = `
  steadypcm relay [name=]ws-url …     passes other servers' streams on

  Upstreams, each at the path /<name>; one alone at /audio too
    ws://host/audio          another steadypcm server: its frames go on unchanged, and what a
                             lost connection cost is repeated
    ws://host:15678/         any WebSocket server that sends raw PCM, such as Qt's: say what it
                             sends with --rate, --channels and --format

  Sound
    --rate <Hz>              of a raw upstream                        (default: none, it is framed)
    --channels <number>      of a raw upstream                                      (default: 2)
    --format <format>        of a raw upstream: u8 s8 s16 s24 s32 f32 mulaw alaw  (default: s32)
    --history <seconds>      repeat so much to a listener whose connection broke   (default: 10)
    --linger <seconds>       stay connected after the last listener has left        (default: 5)
    --keep-open              stay connected whether anybody listens or not

  An upstream is connected for its first listener and left after the last; at first it is asked
  once what it sends.
`;

const EXAMPLES = `
  Examples
    steadypcm relay ws://studio.example:8080/audio --host 0.0.0.0 --open
    steadypcm relay wss://studio.example/door --login anna --password-file studio.txt
    steadypcm relay qt=ws://127.0.0.1:15678/ --rate 16000

  Exit codes: 0 ended or told to (SIGINT, SIGTERM), 1 failed, 2 wrong usage.
`;

export const RELAY_HELP_TEXT = `${RELAY_HELP}${CREDENTIAL_HELP}${GATEWAY_HELP}${EXAMPLES}`;

const RELAY_ARGUMENTS = {
	...GATEWAY_ARGUMENTS,
	...CREDENTIAL_ARGUMENTS,
	rate: { type: 'string' },
	channels: { type: 'string', default: '2' },
	format: { type: 'string', default: 's32' },
	history: { type: 'string', default: '10' },
	linger: { type: 'string', default: '5' },
	'keep-open': { type: 'boolean', default: false },
} as const;

/** Resolves with the exit code when it has ended. */
export async function relay(words: readonly string[], terminal: Terminal): Promise<number> {
	const { values, positionals } = parse(words);
	if (values.help) {
		terminal.output.write(RELAY_HELP_TEXT);
		return SUCCESS;
	}
	if (positionals.length === 0) {
		throw new UsageError('Expected an upstream such as ws://host/audio, got none.');
	}
	const journal = consoleJournal(terminal.output, logLevelOf(values));
	const options = await gatewayOptions(values, journal);
	const upstreams = parseUpstreamWords(positionals);
	const credentials = await credentialsOf(values, upstreams, terminal, journal);
	const relayOptions = relayOptionsOf(values, journal);
	const stations = upstreams.map(({ name, input }) => {
		const token = credentials(input);
		return new RelayStation(name, input, { ...relayOptions, ...(token === null ? {} : { token }) });
	});
	const gateway = await createGateway({ ...options, stations, journal });
	return runUntilStopped(gateway, values, terminal, journal);
}

type RelayValues = ReturnType<typeof parse>['values'];

function parse(words: readonly string[]) {
	const args = [...words];
	return parseWords('relay', { args, options: RELAY_ARGUMENTS, allowPositionals: true });
}

function relayOptionsOf(values: RelayValues, journal: Journal): RelayStationOptions {
	const format = formatOf(values);
	return {
		...(format === null ? {} : { format }),
		historyMs: 1000 * seconds('--history', values.history, 600),
		lingerMs: 1000 * seconds('--linger', values.linger, 3600),
		keepOpen: values['keep-open'],
		journal,
	};
}

/** null: the upstream is framed and says its own. */
function formatOf({ rate, channels, format }: RelayValues): SourceFormat | null {
	return rate === undefined
		? null
		: {
				sampleRate: wholeNumber('--rate', rate, 8000, 384_000),
				channels: wholeNumber('--channels', channels, 1, 32),
				sampleFormat: oneOfWords('--format', format, SAMPLE_FORMATS),
			};
}
