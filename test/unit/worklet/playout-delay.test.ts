// The playout delay as heard: how it is learned and led, and whether the report tells the truth of it.
// One channel carries the number of each sample frame, so that what is heard can be told from outside.
import { describe, expect, it } from 'vitest';
import { PLAYOUT_STATES } from '../../../src/core/playout-report.js';
import { findClicks } from '../../support/click-detector.js';
import { median } from '../../support/median.js';
import { PlayoutRig, type RigOptions } from '../../support/playout-rig.js';
import { speech, tones, uniformNoise, type Span } from '../../support/signals.js';

/** Hz of the output. */
const RATE = 48_000;
/** Seconds of a render call, and of a message. */
const QUANTUM = 128 / RATE;
const FRAME = 0.02;
/** What a sample frame's number is multiplied by: exact, and too little to sway what is found alike. */
const CODE = 2 ** -34;
/** Seconds rendered after the last message. */
const TAIL = 0.5;
/** Sample frames of the longest crossfade, of a stretch. */
const CROSSFADE = 600;
/** Milliseconds a test may take: others may share the machine. */
const SLOW = 30_000;

const PLAYING = PLAYOUT_STATES.indexOf('playing');

interface Scene extends RigOptions {
	readonly seconds: number;
	/** When what would be sent at `sent` is sent. @default at once */
	readonly sends?: (sent: number) => number;
	/** Seconds the network holds back what is sent at `sent`. @default none */
	readonly holds?: (sent: number) => number;
	/** What is listened to. @default 'code' */
	readonly listen?: 'code' | 'sound';
	/** @default speech */
	readonly sound?: 'speech' | 'tones';
}

/** What was reported after a render call. */
interface Row {
	/** Seconds, at the begin of what was rendered. */
	readonly at: number;
	readonly delay: number;
	readonly target: number;
	readonly concealed: number;
	readonly isPlaying: boolean;
}

interface Recording {
	readonly rig: PlayoutRig;
	readonly rows: readonly Row[];
	readonly heard: Float32Array;
	/** Sample frames. */
	readonly written: number;
	readonly mediaRate: number;
}

/** Sample frames' numbers, and what is listened to. */
type Planes = Readonly<Record<'code' | 'sound', Float32Array>>;

const made = new Map<string, Planes>();

function planesOf({ seconds, mediaRate = RATE, sound = 'speech' }: Scene): Planes {
	const name = `${sound} ${seconds} ${mediaRate}`;
	const planes = made.get(name) ?? makePlanes({ sampleRate: mediaRate, seconds }, sound);
	made.set(name, planes);
	return planes;
}

function makePlanes(span: Span, kind: 'speech' | 'tones'): Planes {
	const sound = new Float32Array(
		kind === 'speech' ? speech(span, 0.5, 3) : tones(span, [220, 440, 660], 0.5, 3),
	);
	const code = new Float32Array(sound.length);
	for (let i = 0; i < code.length; i++) {
		code[i] = i * CODE;
	}
	return { sound, code };
}

function record(scene: Scene): Recording {
	const { sends = (sent: number) => sent, holds = () => 0, mediaRate = RATE } = scene;
	const rig = new PlayoutRig({ targetDelay: null, ...scene, mediaRate, channels: 2 });
	const { sound, code } = planesOf(scene);
	const planes = scene.listen === 'sound' ? [sound, code] : [code, sound];
	const length = Math.round(FRAME * mediaRate);
	const rows: Row[] = [];
	const render = (until: number) => {
		for (; rows.length * QUANTUM < until;) {
			const at = rows.length * QUANTUM;
			rig.render(QUANTUM);
			const isPlaying = rig.value('state') === PLAYING;
			const [delay, target] = [rig.value('playoutDelay'), rig.value('targetDelay')];
			rows.push({ at, delay, target, concealed: rig.value('concealed'), isPlaying });
		}
	};
	let last = 0;
	for (let frame = 0; (frame + 1) * length <= sound.length; frame++) {
		const sent = sends(frame * FRAME);
		last = Math.max(last, sent + holds(sent));
		render(last);
		rig.writer.write(planes, frame * length, length);
	}
	rig.writer.mark('end', sound.length, -1);
	render(last + TAIL);
	return { rig, rows, heard: rig.heard, written: sound.length, mediaRate };
}

/** A stall: all that is sent in it comes at its end. */
function stall(at: number, length: number): (sent: number) => number {
	return (sent) => (sent >= at && sent < at + length ? at + length - sent : 0);
}

/** Number of the media's sample frame that is heard at an output sample frame; NaN where it is no media. */
function numberAt({ heard, mediaRate }: Recording, index: number): number {
	const step = mediaRate / RATE;
	const number = heard[index]! / CODE;
	for (let i = 1; i <= 4; i++) {
		const expected = number + i * step;
		if (!(Math.abs(heard[index + i]! / CODE - expected) < 0.1 * step)) {
			return Number.NaN;
		}
	}
	return number;
}

/** By render call: seconds from when each sample frame was due on the fastest way, to when it is heard. */
function delays(recording: Recording, from: number, to: number, paused = 0) {
	return recording.rows
		.filter(({ at, isPlaying }) => isPlaying && at >= from && at <= to)
		.map(({ at, delay }) => {
			const number = numberAt(recording, Math.round(at * RATE));
			return { heard: at - paused - number / recording.mediaRate, reported: delay };
		})
		.filter(({ heard }) => Number.isFinite(heard));
}

/** Seconds concealed in a span of time. */
function concealed({ rows }: Recording, from: number, to: number): number {
	const until = (time: number) => rows.find(({ at }) => at >= time)!.concealed;
	return (until(to) - until(from)) / RATE;
}

/** Clicks in part of a recording of tones, its fades left out. */
function clicks({ heard }: Recording, from: number, to: number): number[] {
	return findClicks(heard.slice(from * RATE, to * RATE), RATE).map((at) => from + at / RATE);
}

const RATES = [RATE, 16_000];

describe.each(RATES)('playout of %i Hz on a perfect network', (mediaRate) => {
	it.each(['auto', 'speech', 'music'] as const)(
		'is heard within 15 ms, content %s',
		(content) => {
			const recording = record({ seconds: 12, mediaRate, content });
			const found = delays(recording, 7, 11.5);
			expect(found.length).toBeGreaterThan(1_000);
			expect(median(found.map(({ heard }) => heard))).toBeLessThan(0.015);
			expect(recording.rig.value('concealed')).toBe(0);
		},
		SLOW,
	);
});

describe.each(RATES)('playout of %i Hz after a stall of 300 ms', (mediaRate) => {
	const scene: Scene = { seconds: 18, mediaRate, holds: stall(10, 0.3) };

	it.each(['auto', 'speech', 'music'] as const)(
		'is soon back within 10 ms of the target, content %s',
		(content) => {
			const { rows } = record({ ...scene, content });
			const late = rows.filter(
				({ at, delay, target }) => at > 10.3 && at < 17.5 && delay - target > 0.01,
			);
			// 290 ms at 0.175 s a second take 1.7 s; not every sound can be stretched.
			expect(late.at(-1)!.at - 10.3).toBeLessThan(4);
		},
		SLOW,
	);

	it(
		'does not click',
		() => {
			const recording = record({ ...scene, listen: 'sound', sound: 'tones' });
			expect(clicks(recording, 9, 15)).toEqual([]);
		},
		SLOW,
	);
});

describe.each(RATES)('playout of %i Hz when the sender pauses for 5 s, five times', (mediaRate) => {
	const sends = (sent: number) => sent + 5 * Math.floor(sent / 6);
	const scene: Scene = { seconds: 35, mediaRate, sends };
	let recording: Recording | null = null;
	const recorded = (): Recording => (recording ??= record(scene));

	it(
		'wants no more delay than without, and has none of it left over',
		() => {
			const { rows } = recorded();
			const targets = rows.filter(({ at }) => at > 4).map(({ target }) => target);
			expect(Math.max(...targets)).toBeLessThan(0.01);
			for (let pause = 1; pause <= 5; pause++) {
				const back = pause * 11;
				const found = delays(recorded(), back + 2, back + 5.9, 5 * pause);
				expect(median(found.map(({ heard }) => heard))).toBeLessThan(0.015);
			}
		},
		SLOW,
	);

	it(
		'is concealed once a pause, not over and over when media comes back',
		() => {
			const { rig } = recorded();
			// When it falls silent, and at most once more.
			expect(rig.value('concealmentEvents')).toBeLessThanOrEqual(2 * 5);
		},
		SLOW,
	);

	it(
		'does not click',
		() => {
			const sounding = record({ ...scene, listen: 'sound', sound: 'tones' });
			for (let pause = 1; pause <= 5; pause++) {
				// What fades out, and what comes back.
				expect(clicks(sounding, pause * 11 - 5.5, pause * 11 - 4)).toEqual([]);
				expect(clicks(sounding, pause * 11 - 0.5, pause * 11 + 1.5)).toEqual([]);
			}
		},
		SLOW,
	);
});

describe.each(RATES)('playout of %i Hz with a stall of 300 ms every 11 s', (mediaRate) => {
	it(
		'foresees each from the second minute on, and conceals none of it',
		() => {
			const holds = (sent: number) => stall(5.5 + 11 * Math.floor((sent - 5.5) / 11), 0.3)(sent);
			const recording = record({ seconds: 130, mediaRate, holds });
			// Of 300 ms each; concealment that is too short to be heard may remain.
			const each: number[] = [];
			for (let at = 5.5 + 5 * 11; at < 125; at += 11) {
				each.push(concealed(recording, at - 1.5, at + 2));
			}
			expect(each.length).toBeGreaterThanOrEqual(6);
			expect(Math.max(...each)).toBeLessThan(0.005);
			// And little delay between them: they are not paid for all the time.
			const { rows } = recording;
			const after = rows.filter(({ at }) => at > 61);
			const mean = after.reduce((sum, { delay }) => sum + delay, 0) / after.length;
			expect(mean).toBeLessThan(0.08);
		},
		SLOW,
	);
});

describe('playout when all comes later from now on', () => {
	it.each([0.03, 0.07])(
		'conceals a step of the route by %f s about once, not message by message',
		(step) => {
			const { rig } = record({ seconds: 20, sends: (sent) => sent + (sent >= 10 ? step : 0) });
			expect(rig.value('concealmentEvents')).toBeLessThanOrEqual(3);
			expect(rig.value('concealed') / RATE).toBeLessThan(1.5 * step);
		},
		SLOW,
	);
});

describe('playout of blocks of 200 ms', () => {
	it(
		'does not falter when one block is first seen message by message',
		() => {
			// Ten messages at once, or 2 ms apart.
			const sends = (sent: number) => {
				const block = Math.floor(sent / 0.2 + 1e-6);
				return 0.2 * block + (block === 75 ? 0.1 * (sent - 0.2 * block) : 0);
			};
			const { rig } = record({ seconds: 30, sends });
			expect(rig.value('concealed') / RATE).toBeLessThan(0.02);
		},
		SLOW,
	);
});

describe('playout in complete mode', () => {
	it.each([
		['at the output rate', RATE],
		['at another rate', 16_000],
	])('plays 30 s that come at once whole, %s', (_, mediaRate) => {
		const rig = new PlayoutRig({ mode: 'complete', targetDelay: null, mediaRate });
		const noise = Float32Array.from(uniformNoise({ sampleRate: mediaRate, seconds: 30 }, 0.9, 8));
		for (let at = 0, now = 0; now < 32 && rig.value('streamEndId') === 0; now += FRAME) {
			const room = at < noise.length ? rig.write(noise.subarray(at)) : 0;
			at += room;
			if (room > 0 && at === noise.length) {
				rig.writer.mark('end', at, -1);
			}
			rig.render(FRAME);
		}
		expect(rig.value('streamEndId')).toBe(-1);
		const slots = ['concealed', 'concealmentEvents', 'inserted', 'removed', 'discarded'] as const;
		expect(slots.map((slot) => rig.value(slot))).toEqual([0, 0, 0, 0, 0]);
		expect(rig.value('emitted')).toBe(30 * RATE);
		if (mediaRate === RATE) {
			const { heard } = rig;
			// But for the fades.
			const begin = heard.indexOf(noise[240]!) - 240;
			const inside = [240, noise.length - 240] as const;
			const exact = heard.subarray(begin + inside[0], begin + inside[1]);
			expect(Buffer.compare(bytes(exact), bytes(noise.subarray(...inside)))).toBe(0);
		}
	});
});

function bytes({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
	return new Uint8Array(buffer, byteOffset, byteLength);
}

describe('the report of playout', () => {
	const scene: Scene = { seconds: 18, holds: stall(10, 0.3) };

	it.each(RATES)(
		'tells the delay that is heard, at %i Hz',
		(mediaRate) => {
			const recording = record({ ...scene, mediaRate });
			for (const [from, to] of [
				[1, 9.9],
				[10.4, 17.9],
			] as const) {
				const found = delays(recording, from, to);
				expect(found.length).toBeGreaterThan(2_000);
				const wrong = found.filter(({ heard, reported }) => Math.abs(heard - reported) > 0.005);
				// A crossfade mixes two positions: neither is heard.
				expect(wrong.length / found.length).toBeLessThan(0.01);
			}
		},
		SLOW,
	);

	it(
		'tells what was concealed, left out and added, as the sample frames heard do',
		() => {
			const recording = record(scene);
			const { rig, heard } = recording;
			let last = -1;
			let lastNumber = 0;
			let forward = 0;
			let madeUp = 0;
			for (let i = 0; i + 8 < heard.length; i++) {
				const number = heard[i]! / CODE;
				const isMedia =
					Number.isInteger(number) && number > 0 && Number.isInteger(numberAt(recording, i));
				if (!isMedia) {
					continue;
				}
				if (last >= 0 && i - last > 4 * CROSSFADE) {
					// Longer than crossfades: made up, and a crossfade back.
					madeUp += i - last;
					forward += number - lastNumber;
				} else if (last >= 0) {
					forward += number - lastNumber - (i - last);
				}
				last = i;
				lastNumber = number;
			}
			const reported = rig.value('concealed');
			expect(Math.abs(madeUp - reported)).toBeLessThan(0.05 * reported);
			const moved = rig.value('removed') + rig.value('discarded') - rig.value('inserted');
			expect(moved).toBeGreaterThan(0.25 * RATE);
			// The crossfade back is heard, and is within what was taken for made up.
			expect(Math.abs(forward - moved)).toBeLessThan(CROSSFADE);
		},
		SLOW,
	);

	it.each(RATES)(
		'accounts for every sample frame written, at %i Hz',
		(mediaRate) => {
			const { rig, rows, written } = record({ ...scene, mediaRate });
			const outputPerMedia = RATE / mediaRate;
			const played =
				written + rig.value('inserted') - rig.value('removed') - rig.value('discarded');
			// Drift, 0.1 % at most, changes how many of the output they are.
			const emitted = rig.value('emitted');
			expect(Math.abs(emitted / outputPerMedia - played)).toBeLessThan(0.001 * written);
			const sounding = rows.filter(({ isPlaying }) => isPlaying).length * 128;
			const waiting = rig.value('silentConcealed');
			const rendered = rig.value('emitted') + rig.value('concealed');
			expect(rendered).toBeGreaterThanOrEqual(sounding);
			expect(rendered).toBeLessThanOrEqual(sounding + waiting + 3 * 128);
			expect(rig.value('streamEndId')).toBe(-1);
		},
		SLOW,
	);

	it(
		'accounts exactly for what is played without drift',
		() => {
			const { rig, written } = record({ ...scene, targetDelay: 0.1 });
			expect(rig.value('removed') + rig.value('discarded')).toBeGreaterThan(0);
			expect(rig.value('emitted')).toBe(
				written + rig.value('inserted') - rig.value('removed') - rig.value('discarded'),
			);
		},
		SLOW,
	);

	it(
		'sums the time that each sample frame waited, and the target it had',
		() => {
			const { rig, rows } = record({ seconds: 12 });
			const steady = rows.filter(({ at, isPlaying }) => isPlaying && at < 11.9);
			const target = steady.reduce((sum, row) => sum + row.target, 0) / steady.length;
			expect(Math.abs(rig.value('targetSum') / rig.value('emitted') - target)).toBeLessThan(0.001);
			// A sample frame waits for the delay, and half a message on average for its message to be whole.
			const delay = steady.reduce((sum, row) => sum + row.delay, 0) / steady.length;
			const waited = rig.value('delaySum') / rig.value('emitted');
			expect(Math.abs(waited - (delay + FRAME / 2))).toBeLessThan(0.005);
		},
		SLOW,
	);

	it('is not troubled by a pause just before what waits ends', () => {
		const rig = new PlayoutRig({ targetDelay: 0.05 });
		const { sound } = planesOf({ seconds: 0.1, sound: 'tones' });
		rig.write(sound);
		while (rig.value('bufferLevel') === 0 || rig.value('bufferLevel') > 0.0015) {
			rig.render(QUANTUM);
		}
		const before = rig.value('concealed');
		rig.engine.pause();
		rig.render(0.05);
		// What was there is enough for a fade; nothing after its end is heard.
		expect(rig.value('concealed')).toBe(before);
	});
});
