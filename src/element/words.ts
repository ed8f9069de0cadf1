// What the element says, to eyes and to screen readers; its `words` property replaces any of it.
import type { PcmErrorCode, PcmPlayerState } from '../index.js';

/** A state, what went wrong, or: `player` the group of controls where there is no `label`, `play` and `pause`
 * the button by what it does, `mute`, `volume`, `retrying` while there is no connection, and another is tried. */
export type PlayerWord =
	PcmPlayerState | PcmErrorCode | 'player' | 'play' | 'pause' | 'mute' | 'volume' | 'retrying';

/** All that the controls say, to be said in another language. */
export type PlayerWords = Readonly<Record<PlayerWord, string>>;

export const ENGLISH: PlayerWords = {
	player: 'Audio player',
	play: 'Play',
	pause: 'Pause',
	mute: 'Mute',
	volume: 'Volume',
	idle: 'Ready',
	connecting: 'Connecting …',
	buffering: 'Waiting for sound …',
	playing: 'Playing',
	paused: 'Paused',
	ended: 'The stream has ended',
	failed: 'Stopped',
	closed: 'Ready',
	retrying: 'No connection, trying again …',
	'autoplay-blocked': 'Press play to listen',
	'connect-failed': 'The server does not answer',
	'connection-lost': 'The connection was lost',
	refused: 'The server does not let you listen',
	'unsupported-format': 'This kind of stream is not known here',
	'output-lost': 'The sound device was lost: press play to try again',
	malformed: 'Some of what arrives is no sound',
	'format-suspect': 'The stream does not look like the format it is said to have',
	'blocked-by-csp': 'The page does not allow the player’s scripts',
	unsupported: 'This browser cannot do it',
};
