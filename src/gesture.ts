// Starting an AudioContext under the browsers' autoplay rules.
import { PcmError } from './errors.js';

/** Milliseconds a context may take to start: a device opens in 10 to 300 ms. Without a gesture, waiting
 * longer would be waiting for ever. */
const START_PATIENCE = 1000;
const START_PATIENCE_AFTER_GESTURE = 5000;

const GESTURES = ['pointerdown', 'pointerup', 'touchend', 'keydown', 'click'] as const;

/** Resolves when the context runs. Call it inside the gesture, if there is one.
 * @throws PcmError `autoplay-blocked` instead of hanging; `output-lost` when there is no device to run on */
export async function startContext(context: AudioContext): Promise<void> {
	if (context.state === 'running') {
		return;
	}
	const hadGesture = (navigator as Partial<Navigator>).userActivation?.hasBeenActive === true;
	const patience = hadGesture ? START_PATIENCE_AFTER_GESTURE : START_PATIENCE;
	let timer: ReturnType<typeof setTimeout> | undefined;
	const blocked = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			reject(
				new PcmError(
					'autoplay-blocked',
					'Expected play() within a click, tap or key press, got none: sound starts with the next one.',
				),
			);
		}, patience);
	});
	try {
		await Promise.race([context.resume().catch(rejectStart), blocked]);
	} finally {
		clearTimeout(timer);
	}
}

function rejectStart(cause: unknown): never {
	throw new PcmError('output-lost', 'Expected the AudioContext to start, got a refusal.', cause);
}

/** Calls `attempt` on each gesture until the returned function is called. */
export function onNextGesture(attempt: () => void): () => void {
	for (const gesture of GESTURES) {
		document.addEventListener(gesture, attempt, { capture: true, passive: true });
	}
	return () => {
		for (const gesture of GESTURES) {
			document.removeEventListener(gesture, attempt, { capture: true });
		}
	};
}
