// A private PulseAudio with one null sink: browsers that will not run without a sound card get one, what they
// play can be recorded, and it disturbs nothing of the machine's own.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { epochMs } from './trace-server.js';

export interface SoundCard {
	/** For the environment of the browser. */
	readonly variables: Readonly<Record<string, string>>;
	/** When a stream had nothing for the card, and the card played silence instead: milliseconds since 1970. */
	readonly underrunsMs: readonly number[];
	close(): void;
}

/** Hz and channels of the card. */
export const CARD_RATE = 48_000;
export const CARD_CHANNELS = 2;

/** The source that has what the card is given. */
export const CARD_MONITOR = 'cap.monitor';

/** At 48 kHz float32, so that nothing is converted on the way. */
const DAEMON = `
default-sample-format = float32le
default-sample-rate = ${CARD_RATE}
alternate-sample-rate = ${CARD_RATE}
flat-volumes = no
`;

const SINK = `sink_name=cap format=float32le rate=${CARD_RATE} channels=${CARD_CHANNELS} norewinds=1`;

/** What PulseAudio logs when a stream that plays has run dry. */
const UNDERRUN = /underrun of/i;

export async function startSoundCard(): Promise<SoundCard> {
	const home = mkdtempSync(join(tmpdir(), 'steadypcm-pulse-'));
	const socket = join(home, 'native');
	const configuration = join(home, 'daemon.conf');
	writeFileSync(configuration, DAEMON);
	const variables = {
		HOME: home,
		XDG_RUNTIME_DIR: home,
		PULSE_RUNTIME_PATH: home,
		PULSE_CONFIG: configuration,
	};
	const daemon = spawn(
		'pulseaudio',
		[
			...['-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no'],
			...['--log-level=debug', '--log-target=stderr'],
			...['-L', `module-native-protocol-unix socket=${socket} auth-anonymous=1`],
			...['-L', `module-null-sink ${SINK}`],
		],
		{ env: { ...process.env, ...variables }, stdio: ['ignore', 'ignore', 'pipe'] },
	);
	const underrunsMs: number[] = [];
	createInterface(daemon.stderr).on('line', (line) => {
		if (UNDERRUN.test(line)) {
			underrunsMs.push(epochMs());
		}
	});
	for (let attempt = 0; attempt < 100 && !existsSync(socket); attempt++) {
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	return {
		variables: { PULSE_SERVER: `unix:${socket}` },
		underrunsMs,
		close: () => {
			daemon.kill('SIGKILL');
			rmSync(home, { recursive: true, force: true });
		},
	};
}

/** True when every program is on the PATH. */
export function haveAll(...programs: string[]): boolean {
	return programs.every((program) => spawnSync('which', [program]).status === 0);
}
