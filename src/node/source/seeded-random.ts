// Reproducible randomness: one seed gives one sequence, on every machine (mulberry32, integer arithmetic).

/** A uniform number, 0 included, 1 excluded. */
export type Random = () => number;

/** @param seed any integer; its low 32 bits count. */
export function seededRandom(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let bits = Math.imul(state ^ (state >>> 15), state | 1);
		bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
		return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
	};
}
