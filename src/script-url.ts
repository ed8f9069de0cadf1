// Where a thread's script is loaded from: the caller's file, or a Blob of the inlined one. And the way to
// load it into the page itself, where the thread may not start.
import { scriptHost, type ScriptHost } from './core/script-host.js';
import { PcmError } from './errors.js';

/** Of Trusted Types: makes what such a page takes for the URL of a script, which converts to the string that it
 * passes for here. */
interface ScriptUrlPolicy {
	createScriptURL(url: string): string;
}

/** Not in TypeScript's library yet. */
interface TrustedTypePolicies {
	readonly defaultPolicy: ScriptUrlPolicy | null;
	createPolicy(name: string, rules: ScriptUrlPolicy): ScriptUrlPolicy;
}

/** The name to allow in a page's CSP: `trusted-types steadypcm`. */
const POLICY_NAME = 'steadypcm';

/** Once asked for: null where there are no Trusted Types, or others decide. */
let policy: ScriptUrlPolicy | null | undefined;

const blobUrls = new Map<string, string>();

/** @param url the caller's, null for the inlined `source`
 * @returns fit for Worker, addModule and script elements, under Trusted Types, too */
export function scriptUrl(url: string | null, source: string): string {
	if (policy === undefined) {
		policy = createPolicy();
	}
	const plain = url === null ? blobUrlOf(source) : new URL(url, location.href).href;
	return policy?.createScriptURL(plain) ?? plain;
}

/** It trusts every URL: the caller's options and our own Blobs are all that it is asked for. A page's default
 * policy is left to decide. */
function createPolicy(): ScriptUrlPolicy | null {
	const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypePolicies };
	if (trustedTypes?.defaultPolicy !== null) {
		return null;
	}
	try {
		return trustedTypes.createPolicy(POLICY_NAME, { createScriptURL: (url) => url });
	} catch {
		// The page's CSP names other policies only. It may not demand any for scripts.
		return null;
	}
}

function blobUrlOf(source: string): string {
	let blobUrl = blobUrls.get(source);
	if (blobUrl === undefined) {
		blobUrl = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
		blobUrls.set(source, blobUrl);
	}
	return blobUrl;
}

/** Loads a thread's script into the page. @returns what it leaves there.
 * @throws PcmError `blocked-by-csp` */
export async function hostScript<K extends keyof ScriptHost>(
	part: K,
	url: string,
): Promise<NonNullable<ScriptHost[K]>> {
	const host = scriptHost();
	if (host[part] === undefined) {
		await loadScript(url);
	}
	const hosted = host[part];
	if (hosted === undefined) {
		throw blocked(url);
	}
	return hosted;
}

function loadScript(url: string): Promise<void> {
	return new Promise((resolve, reject) => {
		const element = document.createElement('script');
		try {
			element.src = url;
		} catch (cause) {
			// Trusted Types that do not trust it.
			reject(blocked(url, cause));
			return;
		}
		element.onload = () => {
			resolve();
		};
		element.onerror = () => {
			reject(blocked(url));
		};
		document.head.append(element);
		element.remove();
	});
}

function blocked(url: string, cause?: unknown): PcmError {
	return new PcmError(
		'blocked-by-csp',
		`Expected the page to allow the script ${url}, got a refusal. Serve steadypcm/worklet.js and ` +
			`steadypcm/worker.js yourself and give their places as workletUrl and workerUrl, or allow ` +
			`blob: in script-src. Under Trusted Types, allow the policy ${POLICY_NAME}.`,
		cause,
	);
}
