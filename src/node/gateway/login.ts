// POST /login: `uname` and `pwd`, as a form or as JSON, for a token of one connection.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../access/access.js';
import type { Journal } from '../journal.js';
import type { Tally } from './refusal.js';
import { replyError, replyJson } from './reply.js';
import { readBody } from './request-body.js';

/** What came of a login, for metrics. */
export const LOGIN_OUTCOMES = ['granted', 'refused', 'limited', 'busy', 'malformed'] as const;

export type LoginOutcome = (typeof LOGIN_OUTCOMES)[number];

/** Longest body, bytes: a long name and a long password fit. */
const MAX_BODY = 8192;

interface Names {
	readonly uname: string;
	readonly pwd: string;
}

/** Answers one request. Rejects when its connection breaks. */
export async function answerLogin(
	request: IncomingMessage,
	response: ServerResponse,
	address: string,
	access: Access,
	tally: Tally<LoginOutcome>,
	journal: Journal,
): Promise<void> {
	const names = await readNames(request, response);
	if (names === null) {
		tally.add('malformed');
		journal.debug('A login that is none.', { address });
		return;
	}
	const login = await access.login(request, address, names.uname, names.pwd);
	tally.add(login.outcome);
	switch (login.outcome) {
		case 'granted':
			journal.info('Login granted.', { user: names.uname, address });
			replyJson(response, 200, { token: login.token, expiresIn: login.expiresIn });
			break;
		case 'refused':
			// The name is left out: people type passwords into the wrong field.
			journal.warn('Login refused.', { address });
			replyError(response, 401, 'Wrong name or password.');
			break;
		case 'limited':
			journal.warn('Login refused: too many failures.', { address });
			replyError(response, 429, `Too many failures. Try again in ${login.retryAfter} s.`, {
				'Retry-After': login.retryAfter,
			});
			break;
		case 'busy':
			replyError(response, 503, 'Too many logins at once. Try again.', {
				'Retry-After': login.retryAfter,
			});
			break;
	}
}

/** null: it was none, and has been answered. */
async function readNames(
	request: IncomingMessage,
	response: ServerResponse,
): Promise<Names | null> {
	const [type = ''] = (request.headers['content-type'] ?? '').split(';');
	const parse = PARSERS.get(type.trim().toLowerCase());
	if (parse === undefined) {
		refuseBody(response, 415, 'Expected a form or JSON with uname and pwd.');
		return null;
	}
	const body = await readBody(request, MAX_BODY);
	if (body === null) {
		refuseBody(response, 413, `Expected at most ${MAX_BODY} bytes.`);
		return null;
	}
	const names = parse(body);
	if (names === null) {
		replyError(response, 400, 'Expected uname and pwd, both text and not empty.');
	}
	return names;
}

/** What is left of the body is not read: the connection ends with the answer. */
function refuseBody(response: ServerResponse, status: number, error: string): void {
	replyError(response, status, error, { Connection: 'close' });
}

/** By media type. */
const PARSERS: ReadonlyMap<string, (body: string) => Names | null> = new Map([
	['application/json', namesInJson],
	['application/x-www-form-urlencoded', namesInForm],
]);

function namesInJson(body: string): Names | null {
	try {
		return namesOf(JSON.parse(body) as unknown);
	} catch {
		return null;
	}
}

function namesInForm(body: string): Names | null {
	const form = new URLSearchParams(body);
	return namesOf({ uname: form.get('uname'), pwd: form.get('pwd') });
}

function namesOf(value: unknown): Names | null {
	const { uname, pwd } = (value ?? {}) as Record<string, unknown>;
	return typeof uname === 'string' && uname !== '' && typeof pwd === 'string' && pwd !== ''
		? { uname, pwd }
		: null;
}
