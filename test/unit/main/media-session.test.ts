import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectMediaSession } from '../../../src/media-session.js';
import type { PcmPlayer, PcmPlayerState } from '../../../src/index.js';

class FakePlayer extends EventTarget {
	state: PcmPlayerState = 'idle';
	readonly asked: string[] = [];

	play(): Promise<void> {
		this.asked.push('play');
		return Promise.reject(new Error('not now'));
	}

	pause(): void {
		this.asked.push('pause');
	}

	enter(...states: PcmPlayerState[]): void {
		for (const state of states) {
			const previous = this.state;
			this.state = state;
			this.dispatchEvent(new CustomEvent('statechange', { detail: { state, previous } }));
		}
	}
}

class FakeSession {
	metadata: MediaMetadataInit | null = null;
	playbackState = 'none';
	readonly handlers = new Map<string, () => void>();
	/** Actions of which the browser has not heard. */
	unknown: readonly string[] = [];

	setActionHandler(action: string, handler: (() => void) | null): void {
		if (this.unknown.includes(action)) {
			throw new TypeError(`${action} is no MediaSessionAction`);
		}
		if (handler === null) {
			this.handlers.delete(action);
		} else {
			this.handlers.set(action, handler);
		}
	}

	/** What a panel shows. */
	get shown(): unknown[] {
		return [this.metadata?.title ?? null, this.playbackState, [...this.handlers.keys()]];
	}
}

const ACTIONS = ['play', 'pause', 'stop'];
const NOTHING = [null, 'none', []];

describe('connectMediaSession', () => {
	let session: FakeSession;
	const disconnects: (() => void)[] = [];

	function stub(navigator: object): void {
		vi.stubGlobal('navigator', navigator);
	}

	beforeEach(() => {
		session = new FakeSession();
		stub({ mediaSession: session, audioSession: { type: 'auto' } });
		vi.stubGlobal('document', { title: 'The page' });
		vi.stubGlobal(
			'MediaMetadata',
			class {
				readonly title: string | undefined;

				constructor({ title }: MediaMetadataInit) {
					this.title = title;
				}
			},
		);
	});
	afterEach(() => {
		disconnects.splice(0).forEach((disconnect) => disconnect());
		vi.unstubAllGlobals();
	});

	function connect(
		title?: string,
		player = new FakePlayer(),
	): { player: FakePlayer; disconnect: () => void } {
		const metadata = title === undefined ? {} : { title };
		const disconnect = connectMediaSession(player as unknown as PcmPlayer, metadata);
		disconnects.push(disconnect);
		return { player, disconnect };
	}

	it('shows a player from when it is asked to play, by the title of the page unless given one', () => {
		const { player } = connect();
		expect(session.shown).toEqual(NOTHING);
		player.enter('connecting', 'buffering');
		expect(session.shown).toEqual(['The page', 'playing', ACTIONS]);
	});

	it('shows one that plays already', () => {
		const player = new FakePlayer();
		player.state = 'playing';
		connect('One', player);
		expect(session.shown).toEqual(['One', 'playing', ACTIONS]);
	});

	it.each<[PcmPlayerState, string]>([
		['buffering', 'playing'],
		['connecting', 'playing'],
		['paused', 'paused'],
		['ended', 'none'],
		['failed', 'none'],
	])('says of a player that is %s: %s', (state, playbackState) => {
		const { player } = connect('One');
		player.enter('connecting', 'playing', state);
		expect(session.shown).toEqual(['One', playbackState, ACTIONS]);
	});

	it('has the player obey', async () => {
		const { player } = connect();
		player.enter('connecting', 'playing');
		ACTIONS.forEach((action) => session.handlers.get(action)!());
		expect(player.asked).toEqual(['play', 'pause', 'pause']);
		// The rejection of play() has been looked at.
		await Promise.resolve();
	});

	it('takes everything back when the player is closed, and when it is disconnected, once', () => {
		for (const end of ['close', 'disconnect']) {
			const { player, disconnect } = connect('One');
			player.enter('connecting', 'playing');
			if (end === 'close') {
				player.enter('closed');
			}
			disconnect();
			expect(session.shown).toEqual(NOTHING);
			disconnect();
			player.state = 'idle';
			player.enter('connecting', 'playing');
			expect(session.shown).toEqual(NOTHING);
		}
	});

	it('does nothing for a player that is closed', () => {
		const player = new FakePlayer();
		player.state = 'closed';
		connect('One', player);
		expect((navigator as { audioSession?: object }).audioSession).toEqual({ type: 'auto' });
	});

	it('shows the player that was asked to play last, and after it the one before', () => {
		const one = connect('One').player;
		const two = connect('Two').player;
		one.enter('connecting', 'playing');
		two.enter('connecting', 'playing');
		expect(session.shown[0]).toBe('Two');
		// A reconnect is nobody's wish.
		one.enter('connecting', 'buffering', 'playing');
		expect(session.shown[0]).toBe('Two');
		two.enter('paused');
		expect(session.shown).toEqual(['Two', 'paused', ACTIONS]);
		one.enter('paused', 'buffering');
		expect(session.shown).toEqual(['One', 'playing', ACTIONS]);
		one.enter('closed');
		expect(session.shown).toEqual(['Two', 'paused', ACTIONS]);
		session.handlers.get('play')!();
		expect([one.asked, two.asked]).toEqual([[], ['play']]);
		two.enter('closed');
		expect(session.shown).toEqual(NOTHING);
	});

	it('gets along with a browser that does not know stop', () => {
		session.unknown = ['stop'];
		connect('One').player.enter('connecting');
		expect(session.shown).toEqual(['One', 'playing', ['play', 'pause']]);
	});

	it('makes Web Audio media in Safari while players are connected', () => {
		const audioSession = { type: 'auto' };
		stub({ mediaSession: session, audioSession });
		const one = connect();
		const two = connect();
		expect(audioSession.type).toBe('playback');
		two.player.enter('connecting', 'playing', 'closed');
		expect(audioSession.type).toBe('playback');
		one.disconnect();
		one.disconnect();
		expect(audioSession.type).toBe('auto');
	});

	it('leaves the audio session to a page that chose', () => {
		const audioSession = { type: 'play-and-record' };
		stub({ audioSession });
		const { player, disconnect } = connect();
		player.enter('connecting', 'playing');
		disconnect();
		expect(audioSession.type).toBe('play-and-record');
	});

	it.each([
		['without Media Session', {}],
		['without a page', undefined],
	])('does nothing %s', (_, without) => {
		vi.stubGlobal('navigator', without);
		const { player, disconnect } = connect();
		player.enter('connecting', 'playing');
		expect(() => disconnect()).not.toThrow();
	});
});
