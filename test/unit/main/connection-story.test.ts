import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionStory } from '../../../src/connection-story.js';
import type { FaultCode, ReceiverCommand } from '../../../src/core/receiver-messages.js';
import type { TokenOption } from '../../../src/options.js';

describe('ConnectionStory', () => {
	let events: Event[];
	let posted: ReceiverCommand[];

	beforeEach(() => {
		events = [];
		posted = [];
	});

	function story(urls: string[], token: TokenOption | null = null): ConnectionStory {
		return new ConnectionStory({
			urls,
			token,
			emit: (event) => events.push(event),
			post: (command) => posted.push(command),
		});
	}

	function closure(code: number, fault: FaultCode | null = null, retryIn: number | null = null) {
		return {
			type: 'close',
			code,
			reason: 'as it is.',
			wasClean: true,
			retryIn,
			wasOpen: false,
			fault,
		} as const;
	}

	const opening = { type: 'open', url: 'wss://a/', subprotocol: 'steadypcm.v1' } as const;

	it('tells the page of opening and closing, with the reasons', () => {
		const told = story(['wss://a/']);
		told.opened(opening);
		expect(told.isOpen).toBe(true);
		expect(told.closed(closure(1006, null, 0.5))).toBeNull();
		expect(told.isOpen).toBe(false);
		expect(events.map((event) => [event.type, (event as CustomEvent<unknown>).detail])).toEqual([
			['open', { url: 'wss://a/', protocol: 'steadypcm.v1' }],
			['close', { code: 1006, reason: 'as it is.', wasClean: true, retryIn: 0.5 }],
		]);
	});

	it.each([
		['the server is done', true, 1000, null, null],
		['an open connection was lost', true, 1006, null, 'connection-lost'],
		['none ever opened', false, 1006, null, 'connect-failed'],
		['the server refused', false, 4401, 'refused', 'refused'],
		['the server refused one that had been open', true, 4403, 'refused', 'refused'],
		[
			'the frames are of a version unknown here',
			true,
			1006,
			'unsupported-format',
			'unsupported-format',
		],
	] as const)('ends when %s', (_, hadOpened, code, fault, error) => {
		const told = story(['wss://a/']);
		if (hadOpened) {
			told.opened(opening);
		}
		expect(told.closed(closure(code, fault))?.code ?? null).toBe(error);
	});

	it('says what was expected where', () => {
		const message = (urls: string[]): string => story(urls).closed(closure(1006))!.message;
		expect(message(['ws://a/', 'ws://b/'])).toBe(
			'Expected a WebSocket server at ws://a/, ws://b/, got code 1006, as it is.',
		);
		expect(message(['http://a/'])).toMatch(/^Expected a server at http:\/\/a\//);
	});

	it('sends no texts to where there is only HTTP', () => {
		const told = story(['wss://a/', 'https://a/']);
		expect(told.canSend).toBe(false);
		told.opened(opening);
		expect(told.canSend).toBe(true);
		told.closed(closure(1006, null, 0));
		told.opened({ ...opening, url: 'https://a/' });
		expect(told).toMatchObject({ isOpen: true, canSend: false });
	});

	it('answers each question for a token, and says when there is none', async () => {
		const token = vi
			.fn<() => string>()
			.mockReturnValueOnce('first')
			.mockImplementation(() => {
				throw new Error('logged out');
			});
		const told = story(['wss://a/'], token);
		for (const id of [1, 2]) {
			told.told({ type: 'token-wanted', id });
			await vi.waitFor(() => {
				expect(posted).toHaveLength(id);
			});
		}
		expect(posted).toEqual([
			{ type: 'token', id: 1, token: 'first' },
			{ type: 'token', id: 2, token: null },
		]);
		expect(events).toHaveLength(1);
		expect(events[0]).toMatchObject({
			type: 'error',
			error: { code: 'connect-failed', cause: { message: 'logged out' } },
		});
	});
});
