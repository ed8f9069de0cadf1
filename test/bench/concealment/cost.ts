// What `begin` and the first render call after it cost.
import { speech } from '../../support/signals.js';
import { Concealer } from '../../../worklet/concealer.js';
import { ringOf } from './methods.js';

const CALLS = 2000;
const FORMATS = [
	[1, 16_000],
	[2, 16_000],
	[1, 48_000],
	[2, 48_000],
	[8, 48_000],
	[2, 96_000],
	[2, 192_000],
	[8, 192_000],
] as const;

export interface Cost {
	readonly format: string;
	/** Milliseconds, of `begin` and 2.67 ms of sound; the median and the 99th of 100. */
	readonly median: number;
	readonly high: number;
	/** Milliseconds of a later pull of 2.67 ms. */
	readonly pull: number;
}

export function beginCosts(): Cost[] {
	return FORMATS.map(([channels, sampleRate]) => {
		const planes = Array.from({ length: channels }, (_, channel) =>
			Float32Array.from(speech({ sampleRate, seconds: 0.5 }, 0.5, channel + 1)),
		);
		const concealer = new Concealer(channels, sampleRate);
		const reader = ringOf(planes, sampleRate);
		const quantum = Math.round((128 * sampleRate) / 48_000);
		const out = planes.map(() => new Float32Array(quantum));
		const begins: number[] = [];
		const pulls: number[] = [];
		for (let call = 0; call < CALLS; call++) {
			const position = concealer.historyFrames + ((call * 37) % (planes[0]!.length >> 1));
			const start = performance.now();
			concealer.begin(reader, position, concealer.historyFrames);
			concealer.pull(out, 0, quantum);
			const middle = performance.now();
			concealer.pull(out, 0, quantum);
			begins.push(middle - start);
			pulls.push(performance.now() - middle);
		}
		return {
			format: `${channels} × ${sampleRate} Hz`,
			median: quantile(begins, 0.5),
			high: quantile(begins, 0.99),
			pull: quantile(pulls, 0.5),
		};
	});
}

/** Of the later half: once compiled. */
function quantile(values: readonly number[], part: number): number {
	const sorted = values.slice(values.length >> 1).sort((a, b) => a - b);
	return Number(sorted[Math.floor(part * sorted.length)]!.toFixed(3));
}
