// What a close code (RFC 6455, 7.4.1) means for trying again.

/** A connection that broke, or was never there. */
export const NO_CONNECTION = 1006;

/** The stream is complete. */
export const ENDED = 1000;

/** After which trying again cannot help: the rest are the protocol's own refusals. */
const FINAL_CODES = new Set([ENDED, 1002, 1003, 1007, 1009, 1010]);

const POLICY = 1008;

/** Time heals 1013, try again later, and of 4400 to 4499, which are HTTP's 4xx, 4408, too slow, and 4429, too many. */
const HEALING_CODES = new Set([1013, 4408, 4429]);

export function isFinal(code: number): boolean {
	return FINAL_CODES.has(code) || isRefusal(code);
}

/** The player is not wanted, or what it wants is not there. */
export function isRefusal(code: number): boolean {
	return code === POLICY || (code >= 4400 && code < 4500 && !isBusy(code));
}

/** The server has too much to do: not at once again. */
export function isBusy(code: number): boolean {
	return HEALING_CODES.has(code);
}
