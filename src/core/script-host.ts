// How a thread's script serves a page that may not start the thread: loaded as an ordinary script, it
// leaves its parts under one symbol instead of taking over the global scope.
import { VERSION } from './version.js';
import type { PlayoutSetup } from './playout-messages.js';
import type { ThreadPort } from './thread-port.js';

/** The worklet processor's registered name; versions must not meet. */
export const PROCESSOR_NAME = `steadypcm-${VERSION}`;

/** Renders into planes of one length, the first sample frame of which is number `contextFrame` of the context's
 * time; `isAlive` false: may be dropped. */
export interface HostedPlayout {
	render(output: readonly Float32Array[], contextFrame: number): void;
	readonly isAlive: boolean;
}

export interface ScriptHost {
	createPlayout?: (port: ThreadPort, sampleRate: number, setup: PlayoutSetup) => HostedPlayout;
	startReceiver?: (port: ThreadPort) => void;
}

/** The page's table of hosted parts, made on first use. */
export function scriptHost(): ScriptHost {
	const key = Symbol.for(PROCESSOR_NAME);
	const scope = globalThis as unknown as Record<symbol, ScriptHost | undefined>;
	return (scope[key] ??= {});
}
