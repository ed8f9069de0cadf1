/** What went wrong, for programs:
 *
 * - `autoplay-blocked`: the browser wants a gesture first; sound starts with the next one by itself.
 * - `connect-failed`: no server answered, or it refused, or it is no WebSocket server.
 * - `connection-lost`: an open connection ended without the server's word, and no more tries are made.
 * - `malformed`: messages that are no audio arrived and were dropped; reported once per connection.
 * - `format-suspect`: the bytes look like another sample format than declared; reported once.
 * - `blocked-by-csp`: the page's Content-Security-Policy allows neither the inlined script nor, if given,
 *   `workletUrl` or `workerUrl`.
 * - `unsupported`: this browser lacks something that an option asks for.
 * - `paused`: pause() was called before sound ran.
 * - `closed`: the player was closed meanwhile. */
export type PcmErrorCode =
	| 'autoplay-blocked'
	| 'connect-failed'
	| 'connection-lost'
	| 'malformed'
	| 'format-suspect'
	| 'blocked-by-csp'
	| 'unsupported'
	| 'paused'
	| 'closed';

/** A failure at run time. Mistakes in arguments are TypeError and RangeError instead. */
export class PcmError extends Error {
	override readonly name = 'PcmError';
	readonly code: PcmErrorCode;

	constructor(code: PcmErrorCode, message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.code = code;
	}
}
