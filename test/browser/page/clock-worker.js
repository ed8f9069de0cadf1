// Writes the time, whole microseconds, into shared memory as fast as it can, and notes when it could not: for
// threads that have no clock. Never returns.
const CLOCK = 0;
const GAPS = 1;
const FIRST_GAP = 2;

onmessage = ({ data: { memory, leastGap } }) => {
	const words = new Int32Array(memory);
	const mostGaps = (words.length - FIRST_GAP) / 2;
	let last = Math.round(performance.now() * 1000);
	for (;;) {
		const now = Math.round(performance.now() * 1000);
		if (now - last >= leastGap && words[GAPS] < mostGaps) {
			const at = FIRST_GAP + 2 * words[GAPS]++;
			words[at] = last;
			words[at + 1] = now;
		}
		if (now > last) {
			Atomics.store(words, CLOCK, now);
			last = now;
		}
	}
};
