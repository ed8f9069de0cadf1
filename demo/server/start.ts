// The demo's server: arguments in, a running server and its banner out. One process, one port.
import { fileURLToPath } from 'node:url';
import { createServer, type ViteDevServer } from 'vite';
import { FfmpegMissingError } from '../../src/node/index.js';
import { HELP, parseArguments, type Arguments } from './arguments.js';
import { audioPlugin } from './audio-plugin.js';
import { catalogueWith, type Offer } from './catalogue.js';
import { givenSource } from './given-source.js';
import { voicePlugin } from './voice-plugin.js';

const CONFIG_FILE = fileURLToPath(new URL('../../vite.config.ts', import.meta.url));

/** They make the page cross-origin isolated, so that it has SharedArrayBuffer. */
const ISOLATION = {
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Runs until the process is told to end; what keeps it from running is one sentence and exit code 1.
 * @param words the command line, without node and script. */
export async function start(words: readonly string[]): Promise<void> {
	try {
		const given = parseArguments(words);
		if (given.help) {
			console.log(HELP);
			return;
		}
		const offers = catalogueWith(await firstOffer(given));
		const server = await serve(given, offers);
		console.log(banner(server, given, offers[0]!));
	} catch (error) {
		console.error(`\n  ${sentenceOf(error).replaceAll('\n', '\n  ')}\n`);
		process.exit(1);
	}
}

async function firstOffer({ source, ffmpegPath }: Arguments): Promise<Offer | null> {
	if (source === null) {
		return null;
	}
	console.log(`\n  Trying ${source.replace(/\/\/[^/@]*@/, '//***@')} …`);
	return givenSource(source, ffmpegPath);
}

async function serve(given: Arguments, offers: readonly Offer[]): Promise<ViteDevServer> {
	const server = await createServer({
		configFile: CONFIG_FILE,
		logLevel: 'warn',
		plugins: [audioPlugin(offers), voicePlugin()],
		server: {
			port: given.port,
			strictPort: given.strictPort,
			open: given.open,
			headers: given.isolation ? ISOLATION : {},
			...(given.host === undefined ? {} : { host: given.host }),
		},
	});
	return server.listen();
}

function banner(server: ViteDevServer, given: Arguments, first: Offer): string {
	const { local = [], network = [] } = server.resolvedUrls ?? {};
	const addresses = [...local, ...network].map((address) => `     ${address}`);
	const way = given.isolation ? 'shared memory' : 'MessagePort (no isolation)';
	const insecure =
		network.length > 0
			? '\n     (over plain http from another machine, browsers offer no AudioWorklet:\n' +
				'     the player then plays through a ScriptProcessorNode)\n'
			: '';
	return `
  steadypcm demo

${addresses.join('\n')}
${insecure}
     Plays    ${first.label}. ${first.hint}
     Through  ${way}
     Also     ${addresses[0]?.trim() ?? '/'}voice/  a voice agent that a key interrupts

  Press play, then hurt the stream: jitter, stalls, a dropped connection, a blocked page.
  Your own sound: npm start -- --source rtsp://camera/stream    All options: npm start -- --help
`;
}

function sentenceOf(error: unknown): string {
	if (error instanceof FfmpegMissingError) {
		return `${error.message}\n\nHere: npm start -- --ffmpeg /path/to/ffmpeg. Without --source, nothing needs installing.`;
	}
	if (error instanceof Error) {
		return error.message;
	}
	return String(error);
}
