import { NextResponse } from 'next/server';

export const config = { matcher: '/own-files' };

/** A strict CSP. Next.js finds the nonce in the request and gives it to its own scripts. */
export function proxy(request) {
	const nonce = btoa(crypto.randomUUID());
	const policy =
		`default-src 'self'; script-src 'self' 'nonce-${nonce}'; worker-src 'self'; ` +
		`object-src 'none'; base-uri 'none'`;
	const headers = new Headers(request.headers);
	headers.set('Content-Security-Policy', policy);
	const response = NextResponse.next({ request: { headers } });
	response.headers.set('Content-Security-Policy', policy);
	return response;
}
