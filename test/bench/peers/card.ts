// What the sound card gets of steadypcm: the browser's real output, recorded behind a private PulseAudio.
import { startPageServer } from '../../support/page-server.js';
import { haveAll, startSoundCard } from '../../support/sound-card.js';
import { launchChromium } from '../../support/test-page.js';
import { analyse } from './analyser.js';
import { FRAME_LENGTH, FRAME_MS, playOnCard } from './card-run.js';
import type { CardRun, CardSetting, CardStream } from './card-run.js';
import { compare, impulseLatencies, impulses, interleaved, noise } from './card-signals.js';
import type { CardFigures } from './results.js';
import { toneCode } from './tone-code.js';

const SECONDS = 10;
const SEED = 20_261_204;

/** Times a run is taken until one is valid. */
const MOST_TRIES = 6;

/** Milliseconds a frame may be sent late where delay is measured, and where samples are compared: there the player
 * keeps a fixed delay above what a busy machine may hold up a timer. */
const MOST_LATE_MS = 20;
const MOST_LATE_EXACT_MS = 150;
const EXACT_DELAY = 0.5;

/** Seconds the browser's buffer holds where samples are compared: the system then seldom runs dry. */
const EXACT_HINT = 0.1;

const GATE =
	'A run is valid when PulseAudio logged no underrun of the stream and the browser told none from the first ' +
	'frame to the end, when no part of the recording is more than 2.5 ms off its clock as a whole, and when ' +
	`no frame was sent more than ${MOST_LATE_MS} ms late (${MOST_LATE_EXACT_MS} ms where samples are compared, ` +
	`at a fixed delay of ${1000 * EXACT_DELAY} ms). Nothing is judged by the sound.`;

/** null, with the reason printed: nothing to record with, or no valid run. */
export async function measureCard(): Promise<CardFigures | null> {
	if (!haveAll('pulseaudio', 'parec')) {
		console.log('No sound card to record from: pulseaudio and parec are needed.');
		return null;
	}
	const card = await startSoundCard();
	const server = await startPageServer();
	try {
		const browser = await launchChromium(undefined, card.variables);
		try {
			return await measureAll({ card, browser, server });
		} finally {
			await browser.close();
		}
	} finally {
		await server.close();
		card.close();
	}
}

async function measureAll(setting: CardSetting): Promise<CardFigures | null> {
	const sent = noise(SECONDS, SEED);
	const exact = await validRun('exactness', setting, {
		samples: sent,
		latencyHint: EXACT_HINT,
		options: { latency: { min: EXACT_DELAY, max: EXACT_DELAY } },
		mostLateMs: MOST_LATE_EXACT_MS,
	});
	const live = { latencyHint: 'interactive', options: {}, mostLateMs: MOST_LATE_MS } as const;
	const struck =
		exact &&
		(await validRun('impulses', setting, { ...live, samples: interleaved(impulses(SECONDS)) }));
	const toned =
		struck &&
		(await validRun('tone', setting, { ...live, samples: interleaved(toneCode(SECONDS)) }));
	if (exact === null || struck === null || toned === null) {
		console.log(`No figures of the sound card: no valid run in ${MOST_TRIES}. ${GATE}`);
		return null;
	}
	return {
		...compare(exact.planes, sent),
		impulseMs: impulseLatencies(struck.planes[0]!, struck.clock, {
			sentMs: struck.sentMs,
			frameLength: FRAME_LENGTH,
		}),
		heard: analyse(
			{ plane: toned.planes[0]!, clock: toned.clock },
			{
				sentMs: toned.sentMs,
				capturedMs: toned.sentMs.map((_, k) => FRAME_MS * k),
				frameMs: FRAME_MS,
			},
		),
		gate: GATE,
		tries: exact.tries + struck.tries + toned.tries,
	};
}

async function validRun(
	name: string,
	setting: CardSetting,
	stream: CardStream,
): Promise<(CardRun & { tries: number }) | null> {
	for (let tries = 1; tries <= MOST_TRIES; tries++) {
		const run = await playOnCard(setting, stream);
		const verdict = run.hindrances.length === 0 ? 'valid' : run.hindrances.join(', ');
		console.log(`sound card, ${name} (seed ${SEED}), try ${tries}: ${verdict}`);
		if (run.hindrances.length === 0) {
			return { ...run, tries };
		}
	}
	return null;
}
