// `steadypcm relay <ws-url…>`.
import { createGateway, RelayStation, type SourceFormat } from '../index.js';
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
    --token <token>          shown to the upstream; better by the environment, as STEADYPCM_TOKEN
    --history <seconds>      repeat so much to a listener whose connection broke   (default: 10)
`;

const EXAMPLES = `
  Examples
    steadypcm relay ws://studio.example:8080/audio --host 0.0.0.0 --open
    steadypcm relay qt=ws://127.0.0.1:15678/ --rate 16000

  Exit codes: 0 ended or told to (SIGINT, SIGTERM), 1 failed, 2 wrong usage.
`;

export const RELAY_HELP_TEXT = `${RELAY_HELP}${GATEWAY_HELP}${EXAMPLES}`;

const RELAY_ARGUMENTS = {
	...GATEWAY_ARGUMENTS,
	rate: { type: 'string' },
	channels: { type: 'string', default: '2' },
	format: { type: 'string', default: 's32' },
	token: { type: 'string' },
	history: { type: 'string', default: '10' },
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
	const options = await gatewayOptions(values);
	const format = formatOf(values);
	const token = values.token ?? terminal.environment['STEADYPCM_TOKEN'];
	const relayOptions = {
		...(format === null ? {} : { format }),
		...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
		historyMs: 1000 * seconds('--history', values.history, 600),
		journal,
	};
	const stations = parseUpstreamWords(positionals).map(
		({ name, input }) => new RelayStation(name, input, relayOptions),
	);
	const gateway = await createGateway({ ...options, stations, journal });
	return runUntilStopped(gateway, values, terminal, journal);
}

type RelayValues = ReturnType<typeof parse>['values'];

function parse(words: readonly string[]) {
	const args = [...words];
	return parseWords('relay', { args, options: RELAY_ARGUMENTS, allowPositionals: true });
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
