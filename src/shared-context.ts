// The AudioContext that players of a page share unless they are given one: one device, one audio thread, and
// code that is compiled once. Eight of their own would hold each other up for seconds when they start.

/** The one to hand out, by output device; '': the system's choice. */
const offered = new Map<string, AudioContext>();

/** Players of each that is in use. */
const players = new Map<AudioContext, number>();

/** Made by the first who asks. @param sinkId null: the system's choice */
export function borrowContext(sinkId: string | null): AudioContext {
	const key = sinkId ?? '';
	let context = offered.get(key);
	if (context === undefined || context.state === 'closed') {
		context = new AudioContext({
			latencyHint: 'interactive',
			...(sinkId === null ? {} : { sinkId }),
		});
		offered.set(key, context);
	}
	players.set(context, (players.get(context) ?? 0) + 1);
	return context;
}

/** Who borrows from now on gets a new one: this one's device failed. */
export function discardContext(context: AudioContext): void {
	for (const [key, other] of offered) {
		if (other === context) {
			offered.delete(key);
		}
	}
}

/** Closed by the last who gives it back. */
export async function returnContext(context: AudioContext): Promise<void> {
	const left = (players.get(context) ?? 1) - 1;
	if (left > 0) {
		players.set(context, left);
		return;
	}
	players.delete(context);
	discardContext(context);
	// The page may have closed it itself.
	if (context.state !== 'closed') {
		await context.close();
	}
}
