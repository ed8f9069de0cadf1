// Headers of the pages that apps are played on, and the threads a player must then have.
import type { Transport } from '../../src/index.js';
import { ISOLATED } from '../support/page-server.js';

export type ConditionName =
	| 'plain'
	| 'isolated'
	| 'strict-csp'
	| 'trusted-types'
	| 'blob-csp'
	| 'trusted-types-blob'
	| 'trusted-types-twice'
	| 'default-policy';

export interface Condition {
	/** In the tables. */
	readonly title: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** A Content-Security-Policy, where the app gives none of its own. */
	readonly csp?: string;
	/** A further Content-Security-Policy, beside the app's own. */
	readonly trustedTypes?: string;
	readonly transport: Transport;
}

const MESSAGES = 'worker/message-port/audio-worklet';

const STRICT = "default-src 'self'; object-src 'none'; base-uri 'none'";
const TRUSTED = "require-trusted-types-for 'script'";

export const CONDITIONS: Readonly<Record<ConditionName, Condition>> = {
	plain: { title: 'as it is', transport: MESSAGES },
	isolated: {
		title: 'cross-origin isolated',
		headers: ISOLATED,
		transport: 'worker/shared-memory/audio-worklet',
	},
	'strict-csp': { title: 'strict CSP', csp: STRICT, transport: MESSAGES },
	'trusted-types': {
		title: 'strict CSP, Trusted Types',
		csp: STRICT,
		trustedTypes: `${TRUSTED}; trusted-types steadypcm`,
		transport: MESSAGES,
	},
	'blob-csp': {
		title: 'CSP that allows `blob:`',
		csp: `${STRICT}; script-src 'self' blob:; worker-src blob:`,
		transport: MESSAGES,
	},
	'trusted-types-blob': {
		title: 'Trusted Types alone, inlined scripts',
		trustedTypes: TRUSTED,
		transport: MESSAGES,
	},
	'trusted-types-twice': {
		title: "Trusted Types, `'allow-duplicates'`",
		trustedTypes: `${TRUSTED}; trusted-types steadypcm 'allow-duplicates'`,
		transport: MESSAGES,
	},
	'default-policy': {
		title: "strict CSP, Trusted Types, the page's default policy",
		csp: STRICT,
		trustedTypes: `${TRUSTED}; trusted-types default`,
		transport: MESSAGES,
	},
};
