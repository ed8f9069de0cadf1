// What a relay shows its upstreams: a token, or what a login gives for a name and a password. Secrets come by files and by
// the environment; the command line is for everybody to read.
import { readFile } from 'node:fs/promises';
import { isLocalHost, upstreamLogin, type Journal, type UpstreamToken } from '../index.js';
import type { SourceWord } from './source-word.js';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

export const CREDENTIAL_ARGUMENTS = {
	login: { type: 'string' },
	'password-file': { type: 'string' },
	'upstream-token-file': { type: 'string' },
} as const;

export const CREDENTIAL_HELP = `
  What the upstream wants to see
    --login <name>           logs in at another steadypcm server, anew for each connection. The
                             password comes by --password-file or, from the environment, as
                             STEADYPCM_PASSWORD
    --password-file <file>   its first line is the password
    --upstream-token-file <file>
                             its first line is a token, read anew for each connection; or, from
                             the environment, STEADYPCM_TOKEN
`;

/** What `parseArgs` makes of them. */
export interface CredentialValues {
	readonly login?: string | undefined;
	readonly 'password-file'?: string | undefined;
	readonly 'upstream-token-file'?: string | undefined;
}

/** Gives an upstream's token; null: none is shown. */
export type Credentials = (url: string) => UpstreamToken | null;

/** Reads each file once, so that one that is missing is told now.
 * @throws UsageError for what contradicts itself or would tell a secret to others; the file system's errors */
export async function credentialsOf(
	values: CredentialValues,
	upstreams: readonly SourceWord[],
	{ environment }: Terminal,
	journal: Journal,
): Promise<Credentials> {
	const { login, 'password-file': passwordFile, 'upstream-token-file': tokenFile } = values;
	if (login === undefined && passwordFile !== undefined) {
		throw new UsageError('Expected --login <name> with --password-file, got no name.');
	}
	if (login !== undefined && tokenFile !== undefined) {
		throw new UsageError('Expected --login or --upstream-token-file, got both.');
	}
	const secret =
		login === undefined
			? await secretOf(tokenFile, environment['STEADYPCM_TOKEN'])
			: await secretOf(passwordFile, environment['STEADYPCM_PASSWORD']);
	if (secret === null) {
		if (login !== undefined) {
			throw new UsageError(
				'Expected the password of --login by --password-file <file> or in the environment, as ' +
					'STEADYPCM_PASSWORD; got none.',
			);
		}
		return () => null;
	}
	checkHosts(upstreams, journal);
	return (url) => (login === undefined ? secret : upstreamLogin(url, login, secret));
}

async function secretOf(
	file: string | undefined,
	word: string | undefined,
): Promise<(() => string | Promise<string>) | null> {
	if (file === undefined) {
		return word === undefined || word === '' ? null : () => word;
	}
	await firstLine(file);
	return () => firstLine(file);
}

async function firstLine(file: string): Promise<string> {
	const line = (await readFile(file, 'utf8')).split(/\r?\n/, 1)[0]!;
	if (line === '') {
		throw new UsageError(`Expected a first line in ${file}, got none.`);
	}
	return line;
}

/** A secret is for one host, and for nobody on the way to it. */
function checkHosts(upstreams: readonly SourceWord[], journal: Journal): void {
	const urls = upstreams.map(({ input }) => new URL(input));
	const [first, other] = new Set(urls.map(({ host }) => host));
	if (other !== undefined) {
		throw new UsageError(
			`Expected upstreams of one host with --login or a token, got ${first} and ${other}: ` +
				'each would be shown what is meant for the other. Run one relay for each.',
		);
	}
	if (
		urls.some(
			({ protocol, hostname }) =>
				protocol === 'ws:' && !isLocalHost(hostname.replace(/^\[|\]$/g, '')),
		)
	) {
		journal.warn(
			'The password or token travels unencrypted: use wss:// where the upstream has it.',
		);
	}
}
