// Whether the machine kept up with a run: told by what the machine did, never by what was heard.

/** Milliseconds the sound device may lose, and by which a frame may leave the server late. */
const MOST_LOST_MS = 10;
const MOST_LATE_MS = 15;

export function hasKeptUp(lostMs: number, latenessMs: number): boolean {
	return lostMs <= MOST_LOST_MS && latenessMs <= MOST_LATE_MS;
}
