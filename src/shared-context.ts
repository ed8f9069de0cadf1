// The AudioContext that players of a page share unless they are given one: one device, one audio thread, and
// code that is compiled once. Eight of their own would hold each other up for seconds when they start.
import { PcmError } from './errors.js';

/** What browsers have of AudioContext.sinkId and TypeScript does not know. */
export interface Sink {
	readonly sinkId?: string | { readonly type: string };
	setSinkId?(sinkId: string): Promise<void>;
}

/** The one to hand out, by output device; '': the system's choice. */
const offered = new Map<string, AudioContext>();

/** Players of each that is in use. */
const players = new Map<AudioContext, number>();

/** Those that are being moved: Chromium tells of a device that it cannot find by `error` events, too, before it answers
 * who asked, and goes on as before. */
export const moving = new WeakSet<AudioContext>();

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

/** Takes it to another output device with its only player, whose own it is from then on: who borrows gets another.
 * @param sinkId '': the system's choice
 * @throws PcmError `unsupported` where the browser cannot, and when other players have it too; DOMException of the
 * browser, for no such device */
export async function moveContext(context: AudioContext & Sink, sinkId: string): Promise<void> {
	if (context.setSinkId === undefined || players.get(context) !== 1) {
		throw new PcmError(
			'unsupported',
			'Expected AudioContext.setSinkId, and no other player on this device, got less: give each its own context.',
		);
	}
	discardContext(context);
	moving.add(context);
	try {
		await context.setSinkId(sinkId);
	} finally {
		moving.delete(context);
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
