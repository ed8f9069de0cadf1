// The AudioContext that players of a page share unless they are given one: one device, one audio thread, and
// code that is compiled once. Eight of their own would hold each other up for seconds when they start.

interface Shared {
	readonly context: AudioContext;
	players: number;
}

/** By output device; '': the system's choice. */
const shared = new Map<string, Shared>();

/** Made by the first who asks. @param sinkId null: the system's choice */
export function borrowContext(sinkId: string | null): AudioContext {
	const key = sinkId ?? '';
	let found = shared.get(key);
	if (found === undefined || found.context.state === 'closed') {
		const context = new AudioContext({
			latencyHint: 'interactive',
			...(sinkId === null ? {} : { sinkId }),
		});
		found = { context, players: 0 };
		shared.set(key, found);
	}
	found.players++;
	return found.context;
}

/** Closed by the last who gives it back. */
export async function returnContext(context: AudioContext): Promise<void> {
	for (const [key, entry] of shared) {
		if (entry.context === context) {
			entry.players--;
			if (entry.players === 0) {
				shared.delete(key);
				await close(context);
			}
			return;
		}
	}
	await close(context);
}

/** The page may have closed it itself. */
async function close(context: AudioContext): Promise<void> {
	if (context.state !== 'closed') {
		await context.close();
	}
}
