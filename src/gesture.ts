// Starting an AudioContext under the browsers' autoplay rules.
import { defer } from './deferred.js';
import { PcmError } from './errors.js';

/** Milliseconds a context may take to start: a device opens in 10 to 300 ms. Without a gesture, waiting
 * longer would be waiting for ever. */
const START_PATIENCE = 1000;
const START_PATIENCE_AFTER_GESTURE = 5000;

const GESTURES = ['pointerdown', 'pointerup', 'touchend', 'keydown', 'click'] as const;

/** Resolves when the context runs. Call it inside the gesture, if there is one; until it runs, each further gesture
 * is a try of its own.
 * @throws PcmError `autoplay-blocked` instead of hanging, and while the system has the sound; else what the
 * browser refused with: there is no device to run on */
export async function startContext(context: AudioContext): Promise<void> {
	if (context.state === 'running') {
		return;
	}
	const hadGesture = (navigator as Partial<Navigator>).userActivation?.hasBeenActive === true;
	const patience = hadGesture ? START_PATIENCE_AFTER_GESTURE : START_PATIENCE;
	const { promise: started, resolve, reject } = defer();
	const block = (): void => {
		reject(
			new PcmError(
				'autoplay-blocked',
				'Expected play() within a click, tap or key press, got none: sound starts with the next one.',
			),
		);
	};
	const timer = setTimeout(block, patience);
	// Safari may leave the promise of resume() open and run all the same.
	const follow = (): void => {
		if (context.state === 'running') {
			resolve();
		}
	};
	context.addEventListener('statechange', follow);
	const forgetGesture = onNextGesture(() => {
		context.resume().catch(() => undefined);
	});
	context.resume().then(resolve, (cause: unknown) => {
		if (context.state === 'interrupted') {
			block();
		} else {
			reject(cause);
		}
	});
	try {
		await started;
	} finally {
		clearTimeout(timer);
		forgetGesture();
		context.removeEventListener('statechange', follow);
	}
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
