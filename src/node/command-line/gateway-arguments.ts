// The options that `serve` and `relay` share: where, to whom, how it is told.
import { readFile } from 'node:fs/promises';
import type { ParseArgsConfig } from 'node:util';
import { isLocalHost, UserFile, type GatewayOptions, type Journal } from '../index.js';
import { LOG_LEVELS, type LogLevel } from './console-journal.js';
import { UsageError } from './usage-error.js';
import { oneOfWords, wholeNumber } from './words.js';

export const GATEWAY_ARGUMENTS = {
	port: { type: 'string', default: '8080' },
	host: { type: 'string', default: '127.0.0.1' },
	open: { type: 'boolean', default: false },
	users: { type: 'string' },
	origin: { type: 'string', multiple: true, default: [] as string[] },
	cert: { type: 'string' },
	key: { type: 'string' },
	'trust-proxy': { type: 'boolean', default: false },
	'max-listeners': { type: 'string', default: '1500' },
	'max-per-address': { type: 'string', default: '64' },
	metrics: { type: 'string', default: 'loopback' },
	'no-page': { type: 'boolean', default: false },
	'log-level': { type: 'string', default: 'info' },
	help: { type: 'boolean', short: 'h', default: false },
} satisfies NonNullable<ParseArgsConfig['options']>;

/** What `parseArgs` makes of them. */
export interface GatewayValues {
	readonly port: string;
	readonly host: string;
	readonly open: boolean;
	readonly users?: string | undefined;
	readonly origin: readonly string[];
	readonly cert?: string | undefined;
	readonly key?: string | undefined;
	readonly 'trust-proxy': boolean;
	readonly 'max-listeners': string;
	readonly 'max-per-address': string;
	readonly metrics: string;
	readonly 'no-page': boolean;
	readonly 'log-level': string;
}

export const GATEWAY_HELP = `
  Where
    --port <number>          0 is any free one                                  (default: 8080)
    --host <address>         0.0.0.0 lets the network in; then --users or --open is needed
                                                       (default: 127.0.0.1, this machine only)
    --cert <file> --key <file>
                             serve https and wss; PEM files

  To whom
    --users <file>           who may listen; lines as "steadypcm hash <name>" prints them. A
                             changed file counts from the next login on; a broken one does not
    --open                   whoever can connect may listen
    --origin <origin>        pages of this origin may listen too, such as https://radio.example;
                             may be given several times; * is every one
    --max-listeners <number> at once                                            (default: 1500)
    --max-per-address <number>
                             at once, from one address                            (default: 64)
                             Those who show no token count in neither; 256 may wait, 5 s each
    --trust-proxy            a proxy in front tells the listeners' addresses (X-Forwarded-For);
                             only where nobody can get around it

  How it is told
    --log-level <level>      debug, info, warn, error, silent                   (default: info)
                             one line each at a terminal, JSON elsewhere
    --metrics <who>          who may read /metrics: loopback, all, off      (default: loopback)
    --no-page                no player at /
`;

/** @throws UsageError for what contradicts itself or is not safe; the file system's errors */
export async function gatewayOptions(
	values: GatewayValues,
	journal: Journal,
): Promise<Omit<GatewayOptions, 'stations' | 'journal'>> {
	const { host, origin, cert, key, open, users } = values;
	if ((cert === undefined) !== (key === undefined)) {
		throw new UsageError('Expected --cert and --key together, got one of them.');
	}
	if (open && users !== undefined) {
		throw new UsageError('Expected --users or --open, got both.');
	}
	if (!isLocalHost(host) && !open && users === undefined) {
		throw new UsageError(
			`With --host ${host}, everybody on that network can connect. Say who may listen: ` +
				'--users <file> for those with a password, --open for all.',
		);
	}
	const tls =
		cert === undefined || key === undefined
			? {}
			: { tls: { cert: await readFile(cert), key: await readFile(key) } };
	const access =
		users === undefined ? {} : { access: { users: await UserFile.open(users, journal) } };
	return {
		host,
		port: wholeNumber('--port', values.port, 0, 65_535),
		...tls,
		...(open ? { access: 'open' as const } : access),
		origins: origin,
		trustProxy: values['trust-proxy'],
		limits: {
			connections: wholeNumber('--max-listeners', values['max-listeners'], 1, 100_000),
			connectionsPerAddress: wholeNumber(
				'--max-per-address',
				values['max-per-address'],
				1,
				100_000,
			),
		},
		metrics: oneOfWords('--metrics', values.metrics, ['loopback', 'all', 'off']),
		page: !values['no-page'],
	};
}

/** @throws UsageError for an unknown one */
export function logLevelOf(values: GatewayValues): LogLevel {
	return oneOfWords('--log-level', values['log-level'], LOG_LEVELS);
}
