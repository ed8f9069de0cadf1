// Where a thread's script is loaded from: the caller's file, or a Blob of the inlined one. And the way to
// load it into the page itself, where the thread may not start.
import { scriptHost, type ScriptHost } from './core/script-host.js';
import { PcmError } from './errors.js';

const blobUrls = new Map<string, string>();

/** @param url the caller's, null for the inlined `source` */
export function scriptUrl(url: string | null, source: string): string {
	if (url !== null) {
		return new URL(url, location.href).href;
	}
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
		element.src = url;
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

function blocked(url: string): PcmError {
	return new PcmError(
		'blocked-by-csp',
		`Expected the page to allow the script ${url}, got a refusal. Serve steadypcm/worklet.js and ` +
			`steadypcm/worker.js yourself and give their places as workletUrl and workerUrl, or allow ` +
			`blob: in script-src.`,
	);
}
