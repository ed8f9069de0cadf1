// The token that a server may want to see. What it is stays out of every message.
import { PcmError } from './errors.js';

/** A token, or a function that gives one for each connection. */
export type TokenOption = string | (() => string | Promise<string>);

/** Characters. */
const LONGEST_TOKEN = 1024;

/** @throws TypeError when it is no string, RangeError when it is empty or too long */
export function checkToken(token: unknown): string {
	if (typeof token !== 'string') {
		throw new TypeError(`Expected token to be a string or a function, got ${typeof token}.`);
	}
	if (token.length < 1 || token.length > LONGEST_TOKEN) {
		throw new RangeError(
			`Expected token to have 1 to ${LONGEST_TOKEN} characters, got ${token.length}.`,
		);
	}
	return token;
}

/** @throws PcmError `connect-failed` when the function threw, rejected, or gave what is no token */
export async function askToken(token: TokenOption): Promise<string> {
	try {
		return checkToken(typeof token === 'function' ? await token() : token);
	} catch (cause) {
		throw new PcmError('connect-failed', 'Expected token() to give a token, got none.', cause);
	}
}
