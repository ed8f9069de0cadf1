// The ways through the engine. What feeds it is not timed; a path that is a state of the engine's counts the
// quanta rendered in that state only.
import { microsecondsSince, type Contender } from './contender.js';
import { FRAME_SECONDS, QUANTUM_SECONDS, Stage, type Rendered } from './stage.js';

/** The mean of a state's quanta, or of those that begin something: the dearest there are. */
type Figure = 'mean' | 'begin';

/** Quanta of a round where all are alike. */
const QUANTA = 24;
/** Messages of a round where the ratio moves. */
const MESSAGES = 4;
/** Quanta of a second. */
const SECOND = Math.round(1 / QUANTUM_SECONDS);

/** The sender's clock swings by so many parts, in so many seconds: the ratio follows. */
const CLOCK_SWING = 200e-6;
const CLOCK_PERIOD = 60;
/** Seconds until the ratio moves. */
const SETTLING = 20;

/** Seconds; and what waits for playback to be at its fastest for good. */
const TARGET = 0.1;
const SURPLUS_LEVEL = 0.3;

/** Seconds: a round, and the stall in the middle of it: what waits, late from the stall before, does not last
 * for it; about a tenth of a second is made up. */
const CYCLE = 1;
const STALL_FROM = 0.3;
const STALL_TO = 0.7;

/** Nothing is corrected: a copy at equal rates, else always the same ratio. */
export function steady(name: string, mediaRate: number): Contender<Rendered> {
	const stage = new Stage(mediaRate, { mode: 'complete' });
	const { engine } = stage.rig;
	const { output } = stage;
	return {
		name,
		round: () => {
			stage.sendUpTo(0.5);
			const begin = performance.now();
			for (let quantum = 0; quantum < QUANTA; quantum++) {
				engine.render(output);
			}
			return microsecondsSince(begin) / QUANTA;
		},
		result: () => stage.rendered(),
	};
}

/** A live stream from a clock that wanders. */
export function moving(mediaRate: number): Contender<Rendered> {
	const stage = new Stage(mediaRate, { targetDelay: null });
	const { engine } = stage.rig;
	const { output } = stage;
	let now = 0;
	let due = 0;
	let quanta = 0;
	/** A message comes, and sound is rendered until the next one is due: counts its quanta. @returns microseconds */
	const message = (): number => {
		stage.send();
		due += FRAME_SECONDS / (1 + CLOCK_SWING * Math.sin((2 * Math.PI * due) / CLOCK_PERIOD));
		const begin = performance.now();
		for (; now < due; now += QUANTUM_SECONDS) {
			engine.render(output);
			quanta++;
		}
		return microsecondsSince(begin);
	};
	while (now < SETTLING) {
		message();
	}
	return {
		name: 'moving ratio',
		round: () => {
			quanta = 0;
			let time = 0;
			for (let i = 0; i < MESSAGES; i++) {
				time += message();
			}
			return time / quanta;
		},
		result: () => stage.rendered(),
	};
}

/** Too much waits, always: playback at its fastest. @param figure begin: of the quanta that jump */
export function stretching(mediaRate: number, figure: Figure): Contender<Rendered> {
	const stage = new Stage(mediaRate, { targetDelay: TARGET });
	const { rig, output } = stage;
	const { engine } = rig;
	return {
		name: figure === 'mean' ? 'stretch' : 'stretch, a quantum that jumps',
		round: () => {
			const times = { mean: new Mean(), begin: new Mean() };
			for (let quantum = 0; quantum < SECOND; quantum++) {
				stage.sendUpTo(SURPLUS_LEVEL);
				const removed = rig.value('removed');
				const begin = performance.now();
				engine.render(output);
				const time = microsecondsSince(begin);
				times.mean.add(time);
				if (rig.value('removed') > removed) {
					times.begin.add(time);
				}
			}
			return times[figure].value;
		},
		result: () => stage.rendered(),
	};
}

/** The network stands still once a round, and what was held up then comes at once. Counted are the quanta made
 * up, until they are silent. @param figure begin: of the quantum that the concealment begins in */
export function concealing(mediaRate: number, figure: Figure): Contender<Rendered> {
	const stage = new Stage(mediaRate, { targetDelay: TARGET });
	const { rig, output } = stage;
	const { engine } = rig;
	const sounding = (): number => rig.value('concealed') - rig.value('silentConcealed');
	let now = 0;
	let sent = 0;
	return {
		name: figure === 'mean' ? 'conceal' : 'conceal, the quantum it begins in',
		round: () => {
			const times = { mean: new Mean(), begin: new Mean() };
			for (let quantum = 0; quantum < CYCLE / QUANTUM_SECONDS; quantum++) {
				const phase = quantum * QUANTUM_SECONDS;
				const isStalled = phase >= STALL_FROM && phase < STALL_TO;
				for (; !isStalled && sent <= now; sent += FRAME_SECONDS) {
					stage.send();
				}
				const before = sounding();
				const events = rig.value('concealmentEvents');
				const begin = performance.now();
				engine.render(output);
				const time = microsecondsSince(begin);
				now += QUANTUM_SECONDS;
				if (sounding() > before) {
					times.mean.add(time);
				}
				if (rig.value('concealmentEvents') > events) {
					times.begin.add(time);
				}
			}
			return times[figure].value;
		},
		result: () => stage.rendered(),
	};
}

class Mean {
	#sum = 0;
	#count = 0;

	add(value: number): void {
		this.#sum += value;
		this.#count++;
	}

	/** NaN of nothing. */
	get value(): number {
		return this.#sum / this.#count;
	}
}
