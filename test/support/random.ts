// Seeded randomness for tests: the same seed gives the same numbers on every machine.

const TWO_POW_32 = 4_294_967_296;

/** A generator of numbers in [0, 1): mulberry32 (Tommy Ettinger, public domain), period 2³².
 * @param seed any integer; its low 32 bits count. */
export function random(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / TWO_POW_32;
	};
}

/** Standard normal numbers (mean 0, variance 1) from uniform ones: Box and Muller, 1958. */
export function gaussian(uniform: () => number): () => number {
	return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
