// A screen that nobody sees, for browsers that have no headless mode.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

export interface VirtualDisplay {
	/** For the environment of what draws on it. */
	readonly variables: Readonly<Record<string, string>>;
	close(): void;
}

export async function openDisplay(): Promise<VirtualDisplay> {
	// It takes a number that is free, and tells it.
	const server = spawn(
		'Xvfb',
		['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'],
		{ stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
	);
	const [number] = (await once(server.stdio[3] as Readable, 'data')) as [Buffer];
	return {
		variables: { DISPLAY: `:${number.toString().trim()}` },
		close: () => server.kill('SIGKILL'),
	};
}
