// HTTP answers, each with the headers that make it harmless whatever a browser takes it for.
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Of every answer. The policies make the page cross-origin isolated, so that it has SharedArrayBuffer. */
const SAFE: OutgoingHttpHeaders = {
	'X-Content-Type-Options': 'nosniff',
	'Referrer-Policy': 'no-referrer',
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Embedder-Policy': 'require-corp',
	'Cross-Origin-Resource-Policy': 'same-origin',
	'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
	'Cache-Control': 'no-store',
};

/** Answers with `body`; `headers` go before the ones every answer has. */
export function reply(
	response: ServerResponse,
	status: number,
	type: string,
	body: string | Uint8Array,
	headers: OutgoingHttpHeaders = {},
): void {
	response.writeHead(status, {
		...SAFE,
		'Content-Type': type,
		'Content-Length': Buffer.byteLength(body),
		...headers,
	});
	response.end(response.req.method === 'HEAD' ? undefined : body);
}

export function replyJson(
	response: ServerResponse,
	status: number,
	value: unknown,
	headers: OutgoingHttpHeaders = {},
): void {
	reply(response, status, 'application/json', `${JSON.stringify(value)}\n`, headers);
}

/** An answer that says why not. */
export function replyError(
	response: ServerResponse,
	status: number,
	error: string,
	headers: OutgoingHttpHeaders = {},
): void {
	replyJson(response, status, { error }, headers);
}
