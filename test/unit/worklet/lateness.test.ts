// Lateness: media's own network delay above its least, on a clock of rendered sample frames.
import { describe, expect, it } from 'vitest';
import { Lateness, type Verdict } from '../../../worklet/lateness.js';
import { random } from '../../support/random.js';

const RATE = 48_000;
/** Sample frames of a render call, and microseconds it lasts: how exactly an arrival can be known. */
const QUANTUM = 128;
const QUANTUM_TIME = (QUANTUM / RATE) * 1e6;
/** Milliseconds of a usual message. */
const FRAME = 20;
/** Microseconds of two render calls: one may pass before a message is seen, one before it is missed. */
const ROUNDING = 2 * QUANTUM_TIME;

interface Message {
	/** Seconds, of arrival. */
	readonly at: number;
	/** Sample frames. */
	readonly count: number;
}

interface Seen {
	/** Seconds. */
	readonly at: number;
	readonly verdict: Verdict;
	/** Microseconds. */
	readonly lateness: number;
	readonly overdue: number;
	readonly isInDoubt: boolean;
}

/** A `Lateness` on the virtual clock of an output. */
class Bench {
	readonly lateness: Lateness;
	readonly #outputRate: number;
	#rendered = 0;
	#clock = 0;

	constructor(outputRate = RATE, mediaRate = RATE) {
		this.#outputRate = outputRate;
		this.lateness = new Lateness(outputRate, mediaRate);
	}

	/** Seconds. */
	get now(): number {
		return this.#rendered / this.#outputRate;
	}

	step(arrived: number): Seen {
		const before = this.#clock;
		this.#clock = Math.floor(this.now * 1e6);
		const verdict = this.lateness.observe(arrived, this.#clock - before);
		const { lateness, overdue, isInDoubt } = this.lateness;
		const seen = { at: this.now, verdict, lateness, overdue, isInDoubt };
		this.lateness.advance(QUANTUM);
		this.#rendered += QUANTUM;
		return seen;
	}

	/** @param messages by arrival @param until seconds */
	run(messages: Iterable<Message>, until = Infinity): Seen[] {
		const seen: Seen[] = [];
		for (const { at, count } of messages) {
			for (; this.now < at;) {
				seen.push(this.step(0));
			}
			seen.push(this.step(count));
		}
		for (; until < Infinity && this.now < until;) {
			seen.push(this.step(0));
		}
		return seen;
	}
}

interface Sending {
	/** Seconds. */
	readonly from?: number;
	readonly until: number;
	/** Sender's clock, parts per million fast. */
	readonly ppm?: number;
	/** Seconds a message sent at `sent` takes; messages keep their order. */
	readonly delay?: (sent: number) => number;
	/** Milliseconds of media a message holds. */
	readonly frame?: number;
}

/** Messages seen in the same render call are one arrival. */
function merged(messages: readonly Message[]): Message[] {
	const arrivals: Message[] = [];
	for (const message of messages) {
		const last = arrivals.at(-1);
		const isSame =
			last !== undefined &&
			Math.ceil((message.at * RATE) / QUANTUM) === Math.ceil((last.at * RATE) / QUANTUM);
		if (isSame) {
			arrivals[arrivals.length - 1] = { at: last.at, count: last.count + message.count };
		} else {
			arrivals.push(message);
		}
	}
	return arrivals;
}

function sent({ from = 0, until, ppm = 0, delay = () => 0, frame = FRAME }: Sending): Message[] {
	const messages: Message[] = [];
	const step = frame / 1000 / (1 + ppm * 1e-6);
	let last = 0;
	for (let k = 0; from + k * step < until; k++) {
		const sentAt = from + k * step;
		last = Math.max(last, sentAt + delay(sentAt));
		messages.push({ at: last, count: (frame / 1000) * RATE });
	}
	return merged(messages);
}

/** A network that holds back all that is sent in a stall until its end, and then delivers it at `pace` times
 * the sender's. */
function stall(from: number, length: number, pace = 20): (sentAt: number) => number {
	return (sentAt) =>
		sentAt < from ? 0 : Math.max(0, from + length - sentAt + (sentAt - from) / pace);
}

function verdicts(seen: readonly Seen[]): string[] {
	return seen.filter(({ verdict }) => verdict !== 'none').map(({ verdict }) => verdict);
}

function highest(seen: readonly Seen[]): number {
	return seen.reduce((most, { lateness }) => Math.max(most, lateness), 0);
}

describe('Lateness', () => {
	it('knows nothing before the first media', () => {
		const bench = new Bench();
		const seen = bench.run([], 3);
		expect(bench.lateness.isKnown).toBe(false);
		expect(highest(seen)).toBe(0);
		expect(seen.some(({ isInDoubt }) => isInDoubt)).toBe(false);
		bench.step(960);
		expect(bench.lateness.isKnown).toBe(true);
	});

	it.each([5, 10, 20, 60])('finds frames of %i ms that come on time not late', (frame) => {
		const seen = new Bench().run(sent({ until: 30, frame }));
		expect(highest(seen)).toBeLessThanOrEqual(ROUNDING);
		expect(verdicts(seen)).toEqual([]);
	});

	it.each([-300, -100, 100, 300])('follows a clock drift of %i ppm', (ppm) => {
		const seen = new Bench().run(sent({ until: 120, ppm }));
		// The base is 4 s old at most: it lags by 1.2 ms at 300 ppm.
		expect(highest(seen)).toBeLessThanOrEqual(ROUNDING + 1_500);
		expect(verdicts(seen)).toEqual([]);
		const end = seen.filter(({ at }) => at > 110).map(({ overdue }) => overdue);
		expect(Math.max(...end)).toBeGreaterThan(-ROUNDING - 1_500);
	});

	it.each([0.15, 0.3, 1, 1.9])('tells a stall of %f s by the burst after it', (length) => {
		const seen = new Bench().run(sent({ until: 20, delay: stall(10, length) }));
		expect(verdicts(seen)).toEqual(['stall']);
		const { at } = seen.find(({ verdict }) => verdict === 'stall')!;
		expect(at - (10 + length)).toBeLessThan(0.3);
		// What was to be there at the stall's start is late by its length.
		expect(Math.abs(highest(seen) - length * 1e6)).toBeLessThanOrEqual(ROUNDING + FRAME * 1000);
		expect(highest(seen.filter((one) => one.at > 10.12 + length))).toBeLessThanOrEqual(ROUNDING);
		expect(seen.at(-1)!.overdue).toBeGreaterThan(-FRAME * 1000 - ROUNDING);
	});

	it('sees a stall whose burst comes in one piece, too', () => {
		const seen = new Bench().run(sent({ until: 20, delay: stall(10, 0.3, Infinity) }));
		expect(verdicts(seen)).not.toContain('pause');
		expect(Math.abs(highest(seen) - 300_000)).toBeLessThanOrEqual(ROUNDING + FRAME * 1000);
		const after = seen.filter((one) => one.at > 10.31);
		expect(highest(after)).toBeLessThanOrEqual(ROUNDING);
		expect(after.some(({ isInDoubt }) => isInDoubt)).toBe(false);
	});

	it('is not in doubt over a gap shorter than 80 ms', () => {
		const seen = new Bench().run(sent({ until: 20, delay: stall(10, 0.06) }));
		expect(seen.some(({ isInDoubt }) => isInDoubt)).toBe(false);
		expect(verdicts(seen)).toEqual([]);
		expect(highest(seen)).toBeGreaterThan(50_000);
	});

	it('tells a stall although the burst trickles in at twice the pace', () => {
		const seen = new Bench().run(sent({ until: 20, delay: stall(10, 0.6, 2) }));
		expect(verdicts(seen)).toEqual(['stall']);
		expect(highest(seen.filter(({ at }) => at > 11.5))).toBeLessThanOrEqual(ROUNDING);
	});

	it.each([1, 5, 60, 1200])('re-anchors after a pause of %i s of the sender', (length) => {
		const bench = new Bench();
		const back = 10 + length;
		const seen = bench.run([...sent({ until: 10 }), ...sent({ from: back, until: back + 20 })]);
		expect(verdicts(seen)).toEqual(['pause']);
		const { at } = seen.find(({ verdict }) => verdict === 'pause')!;
		expect(at - back).toBeLessThan(0.3);
		const after = seen.filter((one) => one.at > back + 0.3);
		expect(highest(after)).toBeLessThanOrEqual(ROUNDING);
		expect(after.some(({ isInDoubt }) => isInDoubt)).toBe(false);
	});

	it.each([5, 70, 1200])('sees a stall as well after a pause of %i s as before it', (length) => {
		const back = 10 + length;
		const after = sent({ from: back, until: back + 20, delay: stall(back + 10, 0.3) });
		const seen = new Bench().run([...sent({ until: 10 }), ...after]);
		expect(verdicts(seen)).toEqual(['pause', 'stall']);
		const late = highest(seen.filter(({ at }) => at > back + 1));
		expect(Math.abs(late - 300_000)).toBeLessThanOrEqual(ROUNDING + FRAME * 1000);
	});

	it('sees a stall as well after many pauses', () => {
		const messages: Message[] = [];
		// 20 pauses of 5 s, 100 s together.
		for (let round = 0; round < 20; round++) {
			messages.push(...sent({ from: round * 10, until: round * 10 + 5 }));
		}
		messages.push(...sent({ from: 200, until: 210, delay: stall(205, 0.3) }));
		const seen = new Bench().run(messages);
		expect(verdicts(seen)).toEqual([...new Array<string>(20).fill('pause'), 'stall']);
		const late = highest(seen.filter(({ at }) => at > 201));
		expect(Math.abs(late - 300_000)).toBeLessThanOrEqual(ROUNDING + FRAME * 1000);
	});

	it('is in doubt from 80 ms into a gap until the verdict', () => {
		const seen = new Bench().run([...sent({ until: 10 }), ...sent({ from: 12, until: 15 })]);
		const doubt = seen.filter(({ isInDoubt }) => isInDoubt).map(({ at }) => at);
		expect(doubt[0]).toBeGreaterThan(10.06);
		expect(doubt[0]).toBeLessThan(10.13);
		expect(doubt.at(-1)).toBeGreaterThan(12.1);
		expect(doubt.at(-1)).toBeLessThan(12.3);
	});

	it.each([0.03, -0.03])('absorbs a step of the route by %f s within 4 s', (step) => {
		const delay = (sentAt: number) => 0.1 + (sentAt >= 20 ? step : 0);
		const seen = new Bench().run(sent({ until: 40, delay }));
		expect(verdicts(seen)).toEqual([]);
		// A block of the base more, and the message.
		expect(highest(seen.filter(({ at }) => at > 24.3))).toBeLessThanOrEqual(ROUNDING);
		const settled = seen.filter(({ at }) => at > 24.3).map(({ overdue }) => overdue);
		expect(Math.max(...settled)).toBeGreaterThan(-ROUNDING);
	});

	it('forgets the base at a restart', () => {
		const bench = new Bench();
		bench.run(sent({ until: 5 }), 6);
		bench.lateness.restart();
		expect(bench.lateness.isKnown).toBe(false);
		expect(bench.lateness.isInDoubt).toBe(false);
		const seen = bench.run(sent({ from: 6.4, until: 16, delay: stall(12, 0.3) }));
		expect(highest(seen.filter(({ at }) => at < 12))).toBeLessThanOrEqual(ROUNDING);
		expect(verdicts(seen)).toEqual(['stall']);
	});

	it('takes messages of odd and changing sizes as they are due', () => {
		const next = random(4);
		const bench = new Bench(RATE, 44_100);
		const messages: Message[] = [];
		// Sent when its last sample was captured, as a codec with frames of varying length does.
		for (let total = 0; total < 60 * 44_100;) {
			const count = 1 + Math.floor(1500 * next());
			total += count;
			messages.push({ at: total / 44_100, count });
		}
		const seen = bench.run(merged(messages));
		expect(verdicts(seen)).toEqual([]);
		// The longest message, 34 ms, is the latest; nothing beyond it.
		expect(highest(seen.filter(({ at }) => at > 5))).toBeLessThanOrEqual(34_000 + ROUNDING);
	});

	it('is as exact after 24 hours of irregular messages as at the start', () => {
		const next = random(9);
		const bench = new Bench(44_100, 16_000);
		const hour = 3600;
		let total = 0;
		let latest = 0;
		while (bench.now < 24 * hour) {
			// Whatever was captured since comes with each render call, more or less of it.
			const due = Math.floor(bench.now * 16_000);
			const count = next() < 0.3 ? due - total : 0;
			total += count;
			const { lateness } = bench.step(count);
			latest = bench.now > 24 * hour - 60 ? Math.max(latest, lateness) : 0;
		}
		// Thirty render calls without a message: less than one in 10⁴ such minutes.
		expect(latest).toBeLessThan(30 * 2_903);
	});

	it('gives whole microseconds, whatever comes', () => {
		const next = random(12);
		const bench = new Bench(44_100, 16_000);
		for (let call = 0; call < 10_000; call++) {
			const { lateness, overdue } = bench.step(next() < 0.2 ? Math.floor(600 * next()) : 0);
			expect([lateness, overdue].every(Number.isInteger)).toBe(true);
		}
	});

	it.each([
		['at 44.1 kHz', 44_100],
		['at 48 kHz', 48_000],
	])('is not led astray over 24 hours %s', (_, outputRate) => {
		const bench = new Bench(outputRate, 16_000);
		let total = 0;
		let highestYet = 0;
		let lowest = 0;
		while (bench.now < 24 * 3600) {
			// 320 sample frames each 20 ms.
			const due = Math.floor(bench.now / 0.02 + 1e-7) + 1;
			const { lateness, overdue } = bench.step((due - total) * 320);
			total = due;
			highestYet = Math.max(highestYet, lateness);
			lowest = Math.min(lowest, overdue);
		}
		expect(highestYet).toBeLessThanOrEqual(1.1 * ROUNDING);
		expect(lowest).toBeGreaterThanOrEqual(-20_000 - 1.1 * ROUNDING);
	});
});

/** Frames of a block, seen together or over several render calls. @param spread seconds over which a block comes */
function blockSender(seconds: number, spread: (block: number) => number): Message[] {
	const block = 0.2;
	const messages: Message[] = [];
	for (let k = 0; k * block < seconds; k++) {
		for (let frame = 0; frame < 10; frame++) {
			messages.push({ at: k * block + (spread(k) * frame) / 10, count: 960 });
		}
	}
	return merged(messages);
}

describe('Lateness of blocks of 200 ms', () => {
	/** Microseconds the first frame of the second half's blocks is late, the most of them. */
	function late(spread: (block: number) => number): number {
		const seen = new Bench().run(blockSender(40, spread));
		expect(verdicts(seen)).not.toContain('pause');
		return highest(seen.filter(({ at }) => at > 20));
	}

	it('is the same whether a block is seen at once or over several render calls now and then', () => {
		const next = random(2);
		const mostlyOnce = late((k) => (k === 0 || next() < 0.05 ? 0.02 : 0));
		const mostlySpread = late(() => (next() < 0.05 ? 0 : 0.02));
		const spread = late(() => 0.02);
		expect(Math.abs(mostlyOnce - spread)).toBeLessThan(20_000 + ROUNDING);
		expect(Math.abs(mostlySpread - spread)).toBeLessThan(20_000 + ROUNDING);
	});

	it('never is in doubt', () => {
		const seen = new Bench().run(blockSender(40, () => 0));
		expect(seen.some(({ isInDoubt }) => isInDoubt)).toBe(false);
	});
});
