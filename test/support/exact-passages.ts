// Where a recording is a stream's own samples, bit for bit.

/** A run of them, as long as it goes. */
export interface ExactPassage {
	/** Sample frame of the stream that it begins with, and the first after it. */
	readonly from: number;
	readonly to: number;
	/** Sample of the recording at which it begins. */
	readonly at: number;
}

/** Samples that agree by chance are fewer. */
const LEAST = 16;

/** All of them, as they are heard. @param sent noise: what is nearly unique in it is found again */
export function exactPassages(heard: Float32Array, sent: Float32Array): ExactPassage[] {
	const places = new Map<number, number>();
	sent.forEach((sample, place) => places.set(sample, place));
	const passages: ExactPassage[] = [];
	for (let i = 0; i < heard.length; i++) {
		const place = places.get(heard[i]!);
		if (place === undefined) {
			continue;
		}
		const before = agreement(heard, i - 1, sent, place - 1, -1);
		const length = before + agreement(heard, i, sent, place, 1);
		if (length >= LEAST) {
			const from = place - before;
			passages.push({ from, to: from + length, at: i - before });
			i += length - before - 1;
		}
	}
	return passages;
}

/** How many samples agree from `i` and `place` on, one `step` after the other. */
function agreement(
	heard: Float32Array,
	i: number,
	sent: Float32Array,
	place: number,
	step: 1 | -1,
): number {
	let count = 0;
	while (place + step * count in sent && heard[i + step * count] === sent[place + step * count]) {
		count++;
	}
	return count;
}
