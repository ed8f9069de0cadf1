/**
 * `steadypcm/media-session`: a player in the system's media panels, under its media keys, and heard in spite of an
 * iPhone's mute switch.
 *
 * @module
 */
import type { PcmPlayer, PcmPlayerState } from './index.js';

/** Of Safari; not in TypeScript's library yet. */
interface AudioSessionNavigator {
	readonly audioSession?: { type: string };
}

interface Shown {
	readonly player: PcmPlayer;
	readonly metadata: MediaMetadataInit;
}

/** Connected players that were played, the last one last: that one has the page's session. */
const shown: Shown[] = [];

/** Those connected now. */
const connected = new Set<Shown>();

/**
 * Shows `player` in the system's media panels (lock screen, notifications, browser) from when it is first asked to
 * play, and has it obey media keys: play, pause, and stop, which pauses too. Of several players the last one asked to
 * play is shown; when it closes or is disconnected, the one before.
 *
 * Chromium shows Web Audio as it shows media elements. Safari does when `navigator.audioSession.type` says so: while
 * players are connected it is `playback` instead of `auto`, with which the mute switch of an iPhone no longer silences
 * them either. A page that records sets it to `play-and-record` itself, and it stays so. Where there is no Media
 * Session, or no page, nothing happens.
 *
 * ```ts
 * const disconnect = connectMediaSession(player, { title: 'Studio 1', artist: 'Radio' });
 * ```
 *
 * @param metadata what the panels show. @default the page's title
 * @returns takes the player out of it; so does closing the player
 */
export function connectMediaSession(
	player: PcmPlayer,
	metadata: MediaMetadataInit = {},
): () => void {
	const entry: Shown = { player, metadata };
	if (typeof navigator === 'undefined' || player.state === 'closed') {
		return () => undefined;
	}
	const disconnect = (): void => {
		player.removeEventListener('statechange', follow);
		leave(entry);
	};
	const follow = ({
		detail: { state, previous },
	}: CustomEvent<{ state: PcmPlayerState; previous: PcmPlayerState }>): void => {
		if (state === 'closed') {
			disconnect();
		} else if (wantsSound(state) && !wantsSound(previous)) {
			raise(entry);
		} else {
			showState();
		}
	};
	connected.add(entry);
	declareSession('auto', 'playback');
	player.addEventListener('statechange', follow);
	if (wantsSound(player.state)) {
		raise(entry);
	}
	return disconnect;
}

function wantsSound(state: PcmPlayerState): boolean {
	return state === 'connecting' || state === 'buffering' || state === 'playing';
}

/** The session is its own. */
function raise(entry: Shown): void {
	remove(entry);
	shown.push(entry);
	showPlayer();
}

function leave(entry: Shown): void {
	remove(entry);
	showPlayer();
	if (connected.delete(entry) && connected.size === 0) {
		declareSession('playback', 'auto');
	}
}

function remove(entry: Shown): void {
	const place = shown.indexOf(entry);
	if (place >= 0) {
		shown.splice(place, 1);
	}
}

/** Leaves alone what the page has chosen. */
function declareSession(from: string, to: string): void {
	const { audioSession } = navigator as AudioSessionNavigator;
	if (audioSession?.type === from) {
		audioSession.type = to;
	}
}

function showPlayer(): void {
	const session = (navigator as Partial<Navigator>).mediaSession;
	if (session === undefined) {
		return;
	}
	const top = shown.at(-1);
	const player = top?.player;
	session.metadata =
		top === undefined ? null : new MediaMetadata({ title: document.title, ...top.metadata });
	const pause = player && (() => player.pause());
	act(session, 'play', player && (() => void player.play().catch(() => undefined)));
	act(session, 'pause', pause);
	act(session, 'stop', pause);
	showState();
}

/** Older browsers throw for actions they do not know. */
function act(session: MediaSession, action: MediaSessionAction, handler?: () => void): void {
	try {
		session.setActionHandler(action, handler ?? null);
	} catch {
		// They will not ask for it either.
	}
}

function showState(): void {
	const { mediaSession } = navigator as Partial<Navigator>;
	if (mediaSession !== undefined) {
		const state = shown.at(-1)?.player.state ?? 'idle';
		mediaSession.playbackState = wantsSound(state)
			? 'playing'
			: state === 'paused'
				? 'paused'
				: 'none';
	}
}
