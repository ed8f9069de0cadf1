/** What went wrong, for programs:
 *
 * - `autoplay-blocked`: the browser wants a gesture first; sound starts with the next one by itself.
 * - `connect-failed`: no server answered, or it is none that speaks WebSocket or HTTP; or `token()` gave no
 *   token, as the `cause` says.
 * - `connection-lost`: an open connection ended without the server's word, and no more tries are made.
 * - `refused`: the server will not serve this player, now or later: no valid token (close code 4401), not
 *   allowed (4403), a request it does not take (1008 and others from 4400 on), or an HTTP status of 4xx.
 * - `unsupported-format`: the stream's frames are of a version or format that this release does not know.
 * - `output-lost`: the audio output failed, or its AudioContext was closed by someone else; `play()` makes a
 *   new one, and with it a new `node`.
 * - `malformed`: messages that are no audio arrived and were dropped; reported once per connection.
 * - `format-suspect`: the bytes look like another sample format than declared, or come at another pace; reported once.
 * - `blocked-by-csp`: the page's Content-Security-Policy allows neither the inlined script nor, if given,
 *   `workletUrl` or `workerUrl`.
 * - `unsupported`: this browser lacks something that an option asks for.
 * - `paused`: pause() was called before sound ran.
 * - `closed`: the player was closed meanwhile. */
export type PcmErrorCode =
	| 'autoplay-blocked'
	| 'connect-failed'
	| 'connection-lost'
	| 'refused'
	| 'unsupported-format'
	| 'output-lost'
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
