import { describe, expect, it, vi } from 'vitest';
import { analyse, analysis, type Analysis } from '../../bench/peers/analyser.js';
import { TONE_AMPLITUDE, TONE_RATE, toneAt, toneCode } from '../../bench/peers/tone-code.js';
import { ContextClock } from '../../support/context-clock.js';
import { gaussian, random } from '../../support/random.js';

const FRAME_MS = 20;
const PER_MS = TONE_RATE / 1000;
const SEED = 20_261_122;
/** Milliseconds since 1970. */
const BEGIN = 1_790_000_000_000;
const QUANTUM = 128;
/** Render quanta a device takes at a time. */
const BATCH = 4;

console.log(`analyser: seed ${SEED}`);
const uniform = random(SEED);
const between = (from: number, to: number): number => from + (to - from) * uniform();

/** A piece of a recording: the stream from `mediaMs` on, at a rate; null: silence. */
interface Piece {
	readonly mediaMs: number | null;
	readonly lengthMs: number;
	readonly rate?: number;
}

const plays = (mediaMs: number, lengthMs: number, rate = 1): Piece => ({ mediaMs, lengthMs, rate });
const silent = (lengthMs: number): Piece => ({ mediaMs: null, lengthMs });

/** Pieces one after the other. @param fadeMs of the crossfade at each seam, whose middle it is. */
function render(pieces: readonly Piece[], fadeMs = 0): Float32Array {
	const lengthMs = pieces.reduce((sum, piece) => sum + piece.lengthMs, 0);
	const plane = new Float64Array(Math.round(lengthMs * PER_MS));
	let begin = 0;
	pieces.forEach(({ mediaMs, lengthMs, rate = 1 }, k) => {
		const end = begin + lengthMs;
		const from = Math.max(0, Math.floor((begin - fadeMs) * PER_MS));
		const to = Math.min(plane.length, Math.ceil((end + fadeMs) * PER_MS) + 1);
		for (let i = from; mediaMs !== null && i < to; i++) {
			const at = i / PER_MS;
			const rises = k === 0 ? 1 : ramp(at - begin, fadeMs);
			const gain = rises - (k + 1 === pieces.length ? 0 : ramp(at - end, fadeMs));
			if (gain > 0) {
				plane[i]! += gain * toneAt((mediaMs + (at - begin) * rate) / 1000);
			}
		}
		begin = end;
	});
	return new Float32Array(plane);
}

/** From 0 to 1 around 0, in so many milliseconds. */
function ramp(ms: number, lengthMs: number): number {
	return lengthMs === 0 ? Number(ms >= -1e-9) : Math.max(0, Math.min(1, ms / lengthMs + 0.5));
}

/** Frames sent on time; the recording begins `firstMs` before the first of them. */
function listen(
	plane: Float32Array,
	{
		firstMs = 0,
		frames = 3000,
		lateMs = () => 0,
	}: { firstMs?: number; frames?: number; lateMs?: (k: number) => number } = {},
	span?: { fromMs?: number; toMs?: number },
): Analysis {
	const dates = Array.from({ length: Math.ceil(plane.length / QUANTUM) }, (_, call) =>
		Math.floor(BEGIN + ((call - (call % BATCH)) * QUANTUM) / PER_MS + 0.02 * (call % BATCH)),
	);
	const capturedMs = Array.from({ length: frames }, (_, k) => FRAME_MS * k);
	const sentMs = capturedMs.map((at, k) => BEGIN + firstMs + at + lateMs(k));
	const clock = new ContextClock(dates, TONE_RATE);
	return analysis({ plane, clock }, { sentMs, capturedMs, frameMs: FRAME_MS }, span);
}

/** What all figures must add up to. */
function expectBalance({ figures, progress }: Analysis): void {
	const { advanceMs, insertedMs, silentMs, skippedMs, bentMs } = progress;
	expect(advanceMs + insertedMs + silentMs - skippedMs + bentMs).toBeCloseTo(figures.heardMs, 6);
}

/** s16 samples played at a tenth. */
const faint = (plane: Float32Array): Float32Array =>
	plane.map((value) => (0.1 * Math.round(32_768 * value)) / 32_768);

vi.setConfig({ testTimeout: 60_000 });

describe('the time code', () => {
	it('says where it is and has no edge at its ends', () => {
		const code = toneCode(2);
		expect(code).toHaveLength(2 * TONE_RATE);
		expect(code[12_345]).toBeCloseTo(toneAt(12_345 / TONE_RATE), 6);
		expect(Math.abs(code[0]!)).toBeLessThan(1e-6);
		expect(Math.abs(code.at(-1)!)).toBeLessThan(1e-3);
		expect(code.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeLessThanOrEqual(
			3 * TONE_AMPLITUDE,
		);
	});
});

describe('a delay', () => {
	it('is read back when it does not change, and nothing else is found', () => {
		const heard = listen(render([silent(37.3), plays(0, 3000)]), { frames: 150 });
		const { figures } = heard;
		expect(figures.delayMeanMs).toBeCloseTo(37.3, 0);
		expect(Math.abs(figures.delayMeanMs - 37.3)).toBeLessThan(0.2);
		expect(Math.abs(figures.delayP95Ms - 37.3)).toBeLessThan(0.6);
		expect(figures.firstSoundAt - BEGIN).toBeGreaterThan(36.5);
		expect(figures.firstSoundAt - BEGIN).toBeLessThan(38.5);
		expect(Math.abs(figures.heardMs - 3000)).toBeLessThan(0.1);
		expect(figures).toMatchObject({ silentMs: 0, insertedMs: 0, skippedMs: 0, concealedMs: 0 });
		expect(figures.snrDb).toBeGreaterThan(130);
		expectBalance(heard);
	});

	it('is read back after a step, and weighed by media', () => {
		const heard = listen(render([silent(40), plays(0, 3000), silent(100), plays(3000, 1000)]), {
			frames: 200,
		});
		expect(Math.abs(heard.figures.delayMeanMs - 65)).toBeLessThan(0.3);
		expect(Math.abs(heard.figures.delayP95Ms - 140)).toBeLessThan(0.6);
		const points = heard.figures.curve.filter(([, delay]) => delay !== null);
		points.forEach(([at, delay]) =>
			expect(Math.abs(delay! - (at < 3040 ? 40 : 140))).toBeLessThan(0.6),
		);
		expect(heard.figures.curve.find(([at]) => at === 3100)![1]).toBeNull();
		expect(heard.figures.curve).toHaveLength(Math.floor(4140 / 50) + 1);
		expectBalance(heard);
	});

	it('is read back on a slope of 2 %, which skips', () => {
		const heard = listen(render([silent(100), plays(0, 4000, 1.02)]), { frames: 204 });
		expect(Math.abs(heard.figures.delayMeanMs - 60)).toBeLessThan(0.3);
		expect(Math.abs(heard.figures.skippedMs - 80)).toBeLessThan(0.5);
		expect(heard.figures.insertedMs).toBe(0);
		heard.figures.curve.forEach(([at, delay]) => {
			if (delay !== null) {
				expect(Math.abs(delay - (100 - 0.02 * (at - 100)))).toBeLessThan(0.8);
			}
		});
		expectBalance(heard);
	});

	it.each([0.995, 0.9998, 1.0002, 1.005])('is bent, not skipped, at a rate of %f', (rate) => {
		const heard = listen(render([silent(50), plays(0, 3000, rate)], 5));
		expect(heard.figures).toMatchObject({ insertedMs: 0, skippedMs: 0, clicks: 0, silentMs: 0 });
		expect(Math.abs(heard.progress.bentMs - 3000 * (1 - rate))).toBeLessThan(0.05);
		expect(Math.abs(heard.figures.delayMeanMs - 50 - 1500 * (1 - rate))).toBeLessThan(0.3);
		expect(heard.figures.snrDb).toBeGreaterThan(70);
		expectBalance(heard);
	});

	it('is read anywhere in the 40 s of the code and beyond them', () => {
		for (const mediaMs of [1, 998.7, 12_345.6, 37_900, 39_800, 52_000]) {
			const firstMs = -80 - mediaMs;
			const { track, figures } = listen(render([plays(mediaMs, 300)]), { firstMs });
			const middle = track.mediaMs.length >> 1;
			expect(track.mediaMs[middle]).toBeCloseTo(mediaMs + track.samples[middle]! / PER_MS, 3);
			expect(Math.abs(figures.delayMeanMs - 80)).toBeLessThan(0.6);
		}
	});

	it('is heard by media that came on time only, and for the first time', () => {
		const repeated = render([silent(50), plays(0, 1000), plays(800, 1200)], 5);
		expect(Math.abs(listen(repeated, { frames: 100 }).figures.delayMeanMs - 150)).toBeLessThan(1);
	});
});

describe.each([
	['as it was sent', (plane: Float32Array) => plane],
	['s16 at a tenth', faint],
])('%s', (_, treat) => {
	it.each([3, 20, 300])('a silence of %i ms is found, held or not', (lengthMs) => {
		for (let i = 0; i < 3; i++) {
			const at = between(500, 700);
			const held = listen(treat(render([plays(0, at), silent(lengthMs), plays(at, 600)])));
			expect(Math.abs(held.figures.silentMs - lengthMs)).toBeLessThan(0.2);
			expect(held.figures.insertedMs).toBeLessThan(0.2);
			expect(held.figures.skippedMs).toBeLessThan(0.2);
			const lost = listen(
				treat(render([plays(0, at), silent(lengthMs), plays(at + lengthMs, 600)])),
			);
			expect(Math.abs(lost.figures.silentMs - lengthMs)).toBeLessThan(0.2);
			expect(Math.abs(lost.figures.skippedMs - lengthMs)).toBeLessThan(0.3);
			expect(lost.figures.insertedMs).toBeLessThan(0.2);
			expectBalance(held);
			expectBalance(lost);
		}
	});

	it.each([5, 40, 300])('a skip of %i ms is found', (lengthMs) => {
		const seams = [400, 800, 1200].map((ms) => ms + between(0, 100));
		const pieces = [0, ...seams].map((at, i, all) =>
			plays(at + i * lengthMs, (all[i + 1] ?? 1700) - at),
		);
		for (const fadeMs of [0, 5]) {
			const heard = listen(treat(render(pieces, fadeMs)));
			expect(Math.abs(heard.figures.skippedMs - 3 * lengthMs)).toBeLessThan(0.3);
			expect(heard.figures.insertedMs).toBe(0);
			expect(heard.figures.silentMs).toBe(0);
			expectBalance(heard);
		}
	});

	it.each([5, 20])('a repeat of %i ms is found', (lengthMs) => {
		const at = between(500, 700);
		for (const fadeMs of [0, 3]) {
			const again = plays(at - lengthMs, 900);
			const heard = listen(treat(render([plays(0, at), again], fadeMs)));
			expect(Math.abs(heard.figures.insertedMs - lengthMs)).toBeLessThan(0.3);
			expect(heard.figures.skippedMs).toBe(0);
			expectBalance(heard);
		}
	});

	it('pieces shorter than 10 ms are told apart', () => {
		const heard = listen(treat(render([plays(0, 500), plays(495, 8), plays(508, 500)])));
		expect(Math.abs(heard.figures.insertedMs - 5)).toBeLessThan(0.3);
		expect(Math.abs(heard.figures.skippedMs - 5)).toBeLessThan(0.3);
		expectBalance(heard);
	});

	it('hard cuts click, crossfades of 5 ms and fades of 3 ms do not', () => {
		let audible = 0;
		let found = 0;
		for (let i = 0; i < 30; i++) {
			const [at, to] = [between(100, 200), between(300, 5000)];
			const cut = render([plays(0, at), plays(to, 100)]);
			const jump = Math.abs(toneAt(at / 1000) - toneAt(to / 1000));
			const clicks = listen(treat(cut)).figures.clicks;
			expect(clicks).toBeLessThanOrEqual(1);
			audible += Number(jump > AUDIBLE);
			found += jump > AUDIBLE ? clicks : 0;
			expect(listen(treat(render([plays(0, at), plays(to, 100)], 5))).clicks).toEqual([]);
			const faded = render([plays(0, at), silent(50), plays(to, 100)], 3);
			expect(listen(treat(faded)).clicks).toEqual([]);
		}
		expect(audible).toBeGreaterThan(20);
		expect(found).toBeGreaterThanOrEqual(0.95 * audible);
	});

	it('a cut to silence and a start from it click once each', () => {
		const counts = Array.from({ length: 20 }, () => {
			const at = between(300, 400);
			return listen(treat(render([plays(0, at), silent(50), plays(at + 0.37, 300)]))).figures
				.clicks;
		});
		expect(counts.filter((count) => count === 2).length).toBeGreaterThanOrEqual(19);
	});
});

/** A jump in value that is heard as a click, at full level: 2 % of full scale. */
const AUDIBLE = 0.02;

describe('concealment', () => {
	it('is sound ahead of its frame', () => {
		// Frames 50 to 57 come together at 1150 ms. Heard 40 ms late, the stream is ahead of them from 1040 ms to
		// the end of the last batch rendered before they came.
		const lateMs = (k: number): number => (k >= 50 ? Math.max(0, 150 - 20 * (k - 50)) : 0);
		const batchMs = (BATCH * QUANTUM) / PER_MS;
		const expected = Math.ceil(1148 / batchMs) * batchMs - 1040;
		const { figures } = listen(render([silent(40), plays(0, 2000)]), { frames: 100, lateMs });
		expect(Math.abs(figures.concealedMs - expected)).toBeLessThan(2);
		expect(figures.insertedMs).toBe(0);
		expect(Math.abs(figures.delayMeanMs - 40)).toBeLessThan(0.6);
	});
});

describe('a stretched stream', () => {
	/** Overlap-add: pieces of 30 ms that begin 10 % further on, crossfaded over 5 ms. */
	it.each([1.1, 0.9])('at %f of its rate has the right delay and no click', (rate) => {
		const pieces = Array.from({ length: 60 }, (_, i) => plays(30 * rate * i, 30));
		const heard = listen(render([silent(300), ...pieces], 5));
		heard.figures.curve.forEach(([at, delay]) => {
			if (delay !== null && at > 310) {
				const jitter = Math.abs(delay - (300 - (rate - 1) * (at - 300)));
				expect(jitter).toBeLessThan(4);
			}
		});
		expect(Math.abs(heard.progress.advanceMs - 1770 * rate - 30)).toBeLessThan(3);
		expect(Math.abs(heard.figures.delayMeanMs - (300 - 900 * (rate - 1)))).toBeLessThan(2);
		expect(heard.clicks).toEqual([]);
		expectBalance(heard);
	});
});

describe('a stream stretched by adding up places far apart', () => {
	it('is bridged: delay and skip are right though no place can be read', () => {
		// Two places 6.25 ms apart, for 1000 ms that carry 1100 ms of the stream.
		const fast = (ms: number): number =>
			(toneAt((1000 + 1.1 * ms) / 1000) + toneAt((1006.25 + 1.1 * ms) / 1000)) / 2;
		const clear = render([silent(150), plays(0, 1000), silent(1000), plays(2100, 1000)]);
		const from = 1150 * PER_MS;
		const plane = clear.map((value, i) =>
			i >= from && i < from + 1000 * PER_MS ? fast((i - from) / PER_MS) : value,
		);
		const heard = listen(plane, { frames: 155 });
		expect(Math.abs(heard.figures.skippedMs - 100)).toBeLessThan(0.5);
		expect(heard.figures.insertedMs).toBeLessThan(0.3);
		expect(
			Math.abs(heard.figures.delayMeanMs - (1000 * 150 + 1100 * 100 + 1000 * 50) / 3100),
		).toBeLessThan(1);
		const [, delay] = heard.figures.curve.find(([at]) => at === 1650)!;
		expect(Math.abs(delay! - 100)).toBeLessThan(2);
		expectBalance(heard);
	});
});

describe('what is looked at', () => {
	it('ends where the stream would have ended, and begins with sound', () => {
		const { figures } = listen(render([silent(100), plays(0, 1500), silent(700)]), { frames: 100 });
		expect(Math.abs(figures.heardMs - 1500 - 500)).toBeLessThan(0.2);
		expect(Math.abs(figures.silentMs - 500)).toBeLessThan(0.2);
		const whole = listen(render([silent(100), plays(0, 2000), silent(700)]), { frames: 100 });
		expect(whole.figures.silentMs).toBe(0);
		expect(Math.abs(whole.figures.heardMs - 2000)).toBeLessThan(0.2);
	});

	it('is what lies in the span', () => {
		const plane = render([silent(50), plays(0, 1000), silent(100), plays(1000, 1000)]);
		const span = { fromMs: BEGIN + 500, toMs: BEGIN + 1100 };
		const heard = listen(plane, { frames: 100 }, span);
		expect(Math.abs(heard.figures.heardMs - 600)).toBeLessThan(1.1);
		expect(Math.abs(heard.figures.silentMs - 50)).toBeLessThan(1.1);
		expect(Math.abs(heard.figures.firstSoundAt - span.fromMs)).toBeLessThan(1);
		expectBalance(heard);
	});

	it('is an error when nothing is heard', () => {
		expect(() => listen(new Float32Array(TONE_RATE))).toThrow('Nothing of the stream was heard.');
	});

	it('takes noise for noise', () => {
		const normal = gaussian(random(SEED));
		const rms = TONE_AMPLITUDE * Math.sqrt(1.5) * 10 ** (-60 / 20);
		const plane = render([plays(0, 3000)]).map((value) => value + rms * normal());
		const heard = listen(plane);
		expect(Math.abs(heard.figures.snrDb - 60)).toBeLessThan(0.5);
		expect(heard.clicks).toEqual([]);
	});

	it('finds repeated, dropped and blanked quanta, but no click in a dip of level', () => {
		const count = (place: (i: number) => number, gain: (i: number) => number = () => 1): number => {
			const plane = Float32Array.from(
				{ length: 2 * TONE_RATE },
				(_, i) => gain(i) * toneAt((5000 + place(i)) / TONE_RATE),
			);
			return listen(plane).figures.clicks;
		};
		// Of nine, one may happen to fit.
		expect(count((i) => i - QUANTUM * Math.floor(i / 9600))).toBeGreaterThanOrEqual(8);
		expect(count((i) => i + QUANTUM * Math.floor(i / 9600))).toBeGreaterThanOrEqual(8);
		expect(
			count(
				(i) => i,
				(i) => Number(Math.floor(i / QUANTUM) % 75 !== 40),
			),
		).toBe(10);
		expect(
			count(
				(i) => i,
				(i) => Math.min(1, (i % 960) / 50, (959 - (i % 960)) / 50),
			),
		).toBe(0);
	});

	it('takes a dip in level for noise', () => {
		const dip = (i: number): number => (i % 4800 < 480 ? 0 : 1);
		const plane = render([plays(0, 3000)]).map(
			(value, i) => value * Math.min(1, 0.5 + 0.5 * dip(i)),
		);
		expect(Math.abs(listen(plane).figures.snrDb - 16)).toBeLessThan(1);
	});

	it('has one entry for callers', () => {
		const plane = render([silent(20), plays(0, 400)]);
		const dates = Array.from({ length: 160 }, (_, call) => BEGIN + Math.floor(call * 2.6667));
		const capturedMs = [0, 20, 40, 60];
		const sentMs = capturedMs.map((at) => BEGIN + at);
		const clock = new ContextClock(dates, TONE_RATE);
		const figures = analyse({ plane, clock }, { sentMs, capturedMs, frameMs: FRAME_MS });
		expect(Math.abs(figures.heardMs - 80)).toBeLessThan(0.5);
	});
});
