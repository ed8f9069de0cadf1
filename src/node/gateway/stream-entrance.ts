// The way in by HTTP: the stream as an endless response, raw for `curl`, framed for the player.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Entrance } from './entrance.js';
import { httpListener } from '../fanout/http-listener.js';
import { tokenOf } from '../fanout/presented-token.js';
import { REFUSALS, type Refusal } from './refusal.js';
import { replyError } from './reply.js';
import type { Station } from '../station/station.js';

/** Seconds after which it may be tried again. */
const RETRY_AFTER = 5;

/** Answers one request for the path of a station. */
export async function answerStream(
	request: IncomingMessage,
	response: ServerResponse,
	station: Station,
	entrance: Entrance,
): Promise<void> {
	const refuse = (refusal: Refusal): void => {
		entrance.refuse(refusal, request, `/${station.name}`);
		refuseStream(response, refusal);
	};
	const fault = entrance.faultOf(request);
	if (fault !== null) {
		refuse(fault);
		return;
	}
	const leaveRoom = entrance.wait(request, () => refuse('crowded-out'));
	response.on('close', leaveRoom);
	// A browser asks beforehand whether it may show a token.
	const isQuestion = request.method === 'OPTIONS';
	const refusal = isQuestion ? null : await entrance.check(request, tokenOf(request));
	if (response.destroyed || response.headersSent) {
		// It left, or was crowded out, while its token was looked at.
		return;
	}
	leaveRoom();
	const { fanout, name: stream } = station;
	if (refusal !== null || fanout === null) {
		refuse(refusal ?? 'not-ready');
		return;
	}
	const leave = entrance.enter(request);
	if (typeof leave === 'string') {
		refuse(leave);
		return;
	}
	response.on('close', leave);
	const socket = httpListener(request, response, fanout);
	if (socket !== null) {
		const fields = { stream, via: 'http', address: entrance.addressOf(request) };
		entrance.journal.debug('A listener has come.', fields);
		response.on('close', () => entrance.journal.debug('A listener has left.', fields));
		fanout.attach(socket);
	}
}

function refuseStream(response: ServerResponse, refusal: Refusal): void {
	const { status, reason } = REFUSALS[refusal];
	if (status === 401) {
		replyError(response, status, reason, { 'WWW-Authenticate': 'Bearer' });
	} else if (status === 429 || status === 503) {
		replyError(response, status, reason, { 'Retry-After': RETRY_AFTER });
	} else {
		replyError(response, status, reason);
	}
}
