// A private PulseAudio with one null sink: browsers that will not run without a sound card get one, and it
// disturbs nothing of the machine's own.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SoundCard {
	/** For the environment of the browser. */
	readonly variables: Readonly<Record<string, string>>;
	close(): void;
}

/** At 48 kHz float32, so that nothing is converted on the way. */
const DAEMON = `
default-sample-format = float32le
default-sample-rate = 48000
alternate-sample-rate = 48000
flat-volumes = no
`;

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
			...['-L', `module-native-protocol-unix socket=${socket} auth-anonymous=1`],
			...['-L', 'module-null-sink sink_name=cap format=float32le rate=48000 channels=2'],
		],
		{ env: { ...process.env, ...variables }, stdio: 'ignore' },
	);
	for (let attempt = 0; attempt < 100 && !existsSync(socket); attempt++) {
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	return {
		variables: { PULSE_SERVER: `unix:${socket}` },
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
