// Which request gets which answer. Paths are compared as they were sent: none is decoded, joined or resolved.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../access/access.js';
import { isLoopback } from '../access/client-address.js';
import type { Entrance } from './entrance.js';
import type { GatewayMetrics } from './gateway-metrics.js';
import { answerLogin, type LoginOutcome } from './login.js';
import type { PageFiles } from './page-files.js';
import type { Tally } from './refusal.js';
import { reply, replyError, replyJson } from './reply.js';
import { pathOf } from './socket-entrance.js';
import type { Station } from '../station/station.js';
import { answerStream } from './stream-entrance.js';

/** What the answers are made of. */
export interface RouteParts {
	readonly entrance: Entrance;
	readonly stationAt: (path: string) => Station | undefined;
	readonly stations: readonly Station[];
	readonly access: Access | null;
	readonly logins: Tally<LoginOutcome>;
	readonly metrics: GatewayMetrics;
	readonly metricsFor: 'loopback' | 'all' | 'off';
	readonly page: PageFiles | null;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A path's answers by method. */
type Methods = Readonly<Record<string, Answer>>;

/** Answers HTTP requests. */
export class GatewayRoutes {
	readonly #parts: RouteParts;
	readonly #own: ReadonlyMap<string, Methods>;

	constructor(parts: RouteParts) {
		this.#parts = parts;
		const { access, metricsFor } = parts;
		const own = new Map<string, Methods>([
			['/healthz', get((_, response) => this.#answerHealth(response))],
			['/sources.json', get((_, response) => this.#answerSources(response))],
		]);
		if (metricsFor !== 'off') {
			own.set(
				'/metrics',
				get((request, response) => this.#answerMetrics(request, response)),
			);
		}
		if (access !== null) {
			own.set('/login', {
				POST: (request, response) => this.#answerLogin(request, response, access),
				OPTIONS: answerPreflight,
			});
		}
		this.#own = own;
	}

	/** For the HTTP server's `request` event. */
	answer(request: IncomingMessage, response: ServerResponse): void {
		response.on('error', ignore);
		this.#answer(request, response).catch((error: unknown) => {
			this.#fail(request, response, error);
		});
	}

	async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { entrance, stationAt, page } = this.#parts;
		const path = pathOf(request);
		const station = stationAt(path);
		this.#allowForeign(request, response);
		if (station !== undefined) {
			await answerStream(request, response, station, entrance);
			return;
		}
		const fault = entrance.policy.faultOf(request);
		if (fault !== null && path !== '/healthz') {
			entrance.refuse(fault, request, '');
			replyError(response, fault === 'host' ? 421 : 403, FAULTS[fault]);
			return;
		}
		const methods =
			this.#own.get(path) ??
			(page?.has(path) === true ? get((...both) => page.answer(path, ...both)) : undefined);
		if (methods === undefined) {
			const address = entrance.addressOf(request);
			entrance.journal.debug('Asked for what is not here.', { path, address });
			replyError(response, 404, 'Nothing is here.');
			return;
		}
		const answer = methods[request.method ?? ''];
		if (answer === undefined) {
			const allowed = Object.keys(methods).join(', ');
			replyError(response, 405, `Expected ${allowed}.`, { Allow: allowed });
			return;
		}
		await answer(request, response);
	}

	/** A page of another origin may read the answer, a refusal too, if its origin is on the list. */
	#allowForeign(request: IncomingMessage, response: ServerResponse): void {
		const origin = this.#parts.entrance.policy.foreignOrigin(request);
		if (origin !== null) {
			response.setHeader('Access-Control-Allow-Origin', origin);
			response.setHeader('Vary', 'Origin');
		}
	}

	#answerHealth(response: ServerResponse): void {
		const { isClosed } = this.#parts.entrance;
		replyJson(response, isClosed ? 503 : 200, { status: isClosed ? 'leaving' : 'ok' });
	}

	#answerSources(response: ServerResponse): void {
		const { stations, access } = this.#parts;
		const sources = stations.map(({ name, state }) => ({ name, path: `/${name}`, state }));
		replyJson(response, 200, { login: access !== null, sources });
	}

	/** A request that a proxy passed on is not this machine's. */
	async #answerMetrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { metricsFor, metrics, entrance } = this.#parts;
		const isForwarded =
			request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined;
		const isHere = isLoopback(entrance.addressOf(request)) && !isForwarded;
		if (metricsFor === 'all' || isHere) {
			reply(response, 200, metrics.contentType, await metrics.text());
		} else {
			replyError(response, 403, 'Metrics are for this machine only.');
		}
	}

	#answerLogin(request: IncomingMessage, response: ServerResponse, access: Access): Promise<void> {
		const { logins, entrance } = this.#parts;
		const address = entrance.addressOf(request);
		return answerLogin(request, response, address, access, logins, entrance.journal);
	}

	/** Mostly a connection that broke in the middle of a request. */
	#fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
		const message = error instanceof Error ? error.message : String(error);
		if (response.headersSent || response.destroyed) {
			this.#parts.entrance.journal.debug('A request broke off.', { error: message });
			response.destroy();
		} else {
			const path = pathOf(request);
			this.#parts.entrance.journal.error('A request failed.', { path, error: message });
			replyError(response, 500, 'It did not work. The server knows why.');
		}
	}
}

const FAULTS = {
	host:
		'This server listens on this machine only and does not know the name it was called by. Behind a proxy, ' +
		'name its address: --origin https://the.name',
	origin: 'Pages of this origin may not come here. To let them: --origin https://their.name',
};

function get(answer: Answer): Methods {
	return { GET: answer, HEAD: answer };
}

function answerPreflight(_: IncomingMessage, response: ServerResponse): void {
	response.setHeader('Access-Control-Allow-Methods', 'POST');
	response.setHeader('Access-Control-Allow-Headers', 'Content-Type');
	response.writeHead(204).end();
}

/** A broken connection is no failure of the server. */
function ignore(): void {}
