// steadypcm or NetEq on the same arrivals, both with speech, both counted the same way: delay above the fastest
// frame, and what was made up for want of a frame.
import type { Heard } from '../../support/heard.js';
import { measure, type Measured } from '../../support/measure.js';
import { ISOLATED, startPageServer } from '../../support/page-server.js';
import { launchChromium } from '../../support/test-page.js';
import { SIGNAL_RATE, testSignal } from '../underrun/signals.js';
import { FRAME_MS, type BenchCase } from './cases.js';
import { hasKeptUp } from './machine-gate.js';
import { NETEQ_FLAGS, runNetEq } from './neteq.js';
import type { TraceRun } from './results.js';

/** Seconds of a trace, and of its beginning that is not counted: both players learn in it. */
const TRACE_SECONDS = 20;
const SKIP_SECONDS = 6;
const SKIP_FRAMES = (1000 * SKIP_SECONDS) / FRAME_MS;

const MOST_TRIES = 4;

export type Contender = 'NetEq' | 'live' | 'balanced' | 'smooth';

type Figures = Omit<TraceRun, 'caseName' | 'player' | 'profile' | 'run' | 'seed' | 'tries' | 'j'>;

export async function traceRun(
	one: BenchCase,
	contender: Contender,
	run: number,
): Promise<TraceRun> {
	const { arrivalMs } = one.arrivals(TRACE_SECONDS);
	const signal = testSignal('speech', TRACE_SECONDS, one.seed);
	const isNetEq = contender === 'NetEq';
	for (let tries = 1; ; tries++) {
		const figures = isNetEq
			? await throughNetEq(arrivalMs, signal)
			: await throughSteadypcm(arrivalMs, signal, contender);
		if (figures.isValid || tries === MOST_TRIES) {
			return {
				caseName: one.name,
				player: isNetEq ? 'NetEq' : 'steadypcm',
				profile: isNetEq ? null : contender,
				run,
				seed: one.seed,
				tries,
				j: figures.meanDelayMs + 100 * figures.concealedPercent,
				...figures,
			};
		}
	}
}

async function throughNetEq(arrivalMs: Float64Array, signal: Float32Array): Promise<Figures> {
	const server = await startPageServer();
	server.headers = ISOLATED;
	const browser = await launchChromium(NETEQ_FLAGS);
	try {
		const trace = { arrivalMs, frameMs: FRAME_MS, skipFrames: SKIP_FRAMES } as const;
		const heard = await runNetEq(browser, server, trace, { signal, sampleRate: SIGNAL_RATE });
		const { meanDelayMs, concealedPercent, concealmentEvents, latenessMs, isValid } = heard;
		return { meanDelayMs, concealedPercent, concealmentEvents, latenessMs, isValid, lostMs: null };
	} finally {
		await browser.close();
		await server.close();
	}
}

async function throughSteadypcm(
	arrivalMs: Float64Array,
	signal: Float32Array,
	profile: string,
): Promise<Figures> {
	const server = await startPageServer();
	server.headers = ISOLATED;
	const browser = await launchChromium(NETEQ_FLAGS);
	try {
		const measured = await measure({
			browser,
			server,
			mediaRate: SIGNAL_RATE,
			frameMs: FRAME_MS,
			arrivalMs,
			signal,
			lookEveryMs: 1000,
			latency: { profile },
		});
		const { lostMs } = measured.heard.clock;
		const latenessMs = latestMs(measured.sentMs, arrivalMs);
		const isValid = hasKeptUp(lostMs, latenessMs);
		return { ...read(measured), lostMs, latenessMs, isValid };
	} finally {
		await browser.close();
		await server.close();
	}
}

/** Greatest milliseconds by which a frame was sent later than it was due. */
function latestMs(sentMs: readonly number[], arrivalMs: Float64Array): number {
	const late = sentMs.map((sent, k) => sent - arrivalMs[k]!);
	return Math.max(...late) - Math.min(...late);
}

/** From the recording alone. */
function read({ heard, sentMs }: Measured): Omit<Figures, 'latenessMs' | 'isValid' | 'lostMs'> {
	const fastest = Math.min(...sentMs.map((sent, k) => sent - k * FRAME_MS));
	const from = sentMs[SKIP_FRAMES]!;
	const to = sentMs.at(-1)!;
	let weighted = 0;
	let mediaMs = 0;
	for (const { sample, mediaMs: end, lengthMs } of heard.fresh()) {
		const at = heard.clock.systemOf(sample);
		if (at >= from && at < to) {
			weighted += lengthMs * (at - fastest - end);
			mediaMs += lengthMs;
		}
	}
	return {
		meanDelayMs: weighted / mediaMs,
		concealedPercent: (100 * heard.concealedMs(from, to)) / (to - from),
		concealmentEvents: eventsBetween(heard, from, to),
	};
}

function eventsBetween({ concealments, clock }: Heard, from: number, to: number): number {
	return concealments.filter(({ from: sample }) => {
		const at = clock.systemOf(sample);
		return at >= from && at < to;
	}).length;
}
