// The token of an upstream that wants a login, as `POST /login` of another gateway gives it. Such a token is good for one
// connection and a short time: each connection logs in anew.
import type { UpstreamToken } from './upstream-options.js';

/** Longest answer, characters; a token is far shorter. */
const MAX_ANSWER = 65_536;

/**
 * Logs in where the stream of `url` is: at `login` beside it. What it gives rejects with a sentence that holds neither
 * name nor password.
 * @param url `ws:` or `wss:`; over `ws:` the password can be read on the way
 * @param password asked for each time, so that it may change
 */
export function upstreamLogin(
	url: string,
	uname: string,
	password: () => string | Promise<string>,
): UpstreamToken {
	const place = new URL('login', url.replace(/^ws/i, 'http'));
	return async (signal) => {
		const body = JSON.stringify({ uname, pwd: await password() });
		const response = await ask(place, body, signal);
		if (!response.ok) {
			await response.body?.cancel();
			throw new Error(refusalOf(response));
		}
		const { token } = ((await answerIn(response)) ?? {}) as { readonly token?: unknown };
		if (typeof token !== 'string') {
			throw new Error('the upstream answered the login without a token');
		}
		return token;
	};
}

/** Nowhere else than it was meant for: a redirection would carry the password off. */
async function ask(place: URL, body: string, signal: AbortSignal): Promise<Response> {
	const headers = { 'Content-Type': 'application/json' };
	try {
		return await fetch(place, { method: 'POST', headers, body, signal, redirect: 'error' });
	} catch (error) {
		const { cause } = error as { readonly cause?: unknown };
		const reason = cause instanceof Error ? cause.message : 'it does not answer';
		throw new Error(`the upstream's login cannot be reached: ${reason}`, { cause: error });
	}
}

/** null for what is too long or does not parse: the error of that would quote it. */
async function answerIn({ body }: Response): Promise<unknown> {
	const parts: AsyncIterable<Uint8Array> | readonly Uint8Array[] = body ?? [];
	try {
		let text = '';
		const decoder = new TextDecoder();
		for await (const part of parts) {
			text += decoder.decode(part, { stream: true });
			if (text.length > MAX_ANSWER) {
				return null;
			}
		}
		return JSON.parse(text);
	} catch {
		return null;
	}
}

function refusalOf({ status, headers }: Response): string {
	switch (status) {
		case 401:
		case 403:
			return 'the upstream refuses this name and password';
		case 404:
			return 'the upstream has no login: leave the name out';
		case 429:
			return `the upstream has seen too many failures; again in ${headers.get('retry-after')} s`;
		default:
			return `the upstream answered the login with status ${status}`;
	}
}
