// Runs a gateway from its start until somebody ends it or its sources have ended.
import { isLocalHost, type Gateway, type Journal } from '../index.js';
import type { GatewayValues } from './gateway-arguments.js';
import type { Terminal } from './terminal.js';
import { FAILURE, SUCCESS } from './usage-error.js';

/** @returns the exit code */
export async function runUntilStopped(
	gateway: Gateway,
	values: GatewayValues,
	terminal: Terminal,
	journal: Journal,
): Promise<number> {
	tellStart(gateway, values, terminal, journal);
	const stopped = new Promise<'stop'>((resolve) => terminal.onStop(() => resolve('stop')));
	const end = await Promise.race([stopped, gateway.ended]);
	journal.info(end === 'stop' ? 'Told to end: closing.' : 'All sources have ended: closing.');
	await gateway.close();
	journal.info('Closed.');
	return end === true ? FAILURE : SUCCESS;
}

function tellStart(
	gateway: Gateway,
	values: GatewayValues,
	terminal: Terminal,
	journal: Journal,
): void {
	const names = gateway.stations.map(({ name }) => name);
	// As documents and examples have it.
	const paths = names.length === 1 ? ['audio'] : names;
	const streams = paths.map((path) => `${gateway.url}${path}`);
	if (terminal.output.isTTY === true) {
		const lines = streams.map((url) => `     ${url.replace(/^http/, 'ws')}   or by curl: ${url}`);
		const page = values['no-page'] ? '' : `     ${gateway.url}   the player\n`;
		terminal.output.write(`\n  steadypcm\n\n${page}${lines.join('\n')}\n\n`);
	} else {
		journal.info('Listening.', { url: gateway.url, streams: streams.join(' ') });
	}
	tellReach(gateway, values, journal);
}

/** Who can listen, in words: nobody may be surprised by it. */
function tellReach({ url }: Gateway, values: GatewayValues, journal: Journal): void {
	const isLocal = isLocalHost(values.host);
	const hasUsers = values.users !== undefined;
	if (isLocal && !hasUsers && !values.open) {
		journal.info('Only this machine can listen. For others: --host 0.0.0.0 with --users <file>.');
	}
	if (!isLocal && values.open) {
		journal.warn(`Open: whoever can reach ${url} can listen.`);
	}
	if (!isLocal && hasUsers && values.cert === undefined) {
		journal.warn(
			'Passwords and sound travel unencrypted. Use --cert and --key, or a proxy in front that does TLS.',
		);
	}
}
