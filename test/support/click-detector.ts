// Finds clicks in a recording: places where the signal does what no band-limited signal of its kind does.

/** Order of the linear prediction. */
const ORDER = 16;

/** Samples the predictor is fitted to, and the neighbourhood a residual is compared with. */
const FRAME_SECONDS = 0.04;
const NEIGHBOURHOOD_SECONDS = 0.005;

/** A residual this many robust standard deviations out (1.4826 · median absolute deviation), and this far
 * above digital silence, is a click. */
const DEVIATIONS = 10;
const FLOOR = 10 ** (-50 / 20);

/** Indexes of clicks, by the residual of a linear predictor (autocorrelation method) fitted frame by frame:
 * a natural signal is predicted, an edge is not. Hits within a neighbourhood of another are one. */
export function findClicks(signal: Float32Array, sampleRate: number): number[] {
	const hop = Math.round((FRAME_SECONDS * sampleRate) / 2);
	const reach = Math.round(NEIGHBOURHOOD_SECONDS * sampleRate);
	const residual = new Float64Array(signal.length);
	for (let start = ORDER; start < signal.length; start += hop) {
		predictionResidual(signal, start, Math.min(signal.length, start + hop), hop >> 1, residual);
	}
	const clicks: number[] = [];
	for (let i = ORDER; i < signal.length; i++) {
		const size = Math.abs(residual[i]!);
		const isFar = clicks.length === 0 || i - clicks.at(-1)! > reach;
		if (size > FLOOR && isFar && standsOut(residual, i, reach)) {
			clicks.push(i);
		}
	}
	return clicks;
}

/** Clicks in a recording of a sine: places where the second difference exceeds what its amplitude and
 * frequency allow, |y″| ≤ A ω², three times over. */
export function findSineClicks(
	signal: Float32Array,
	sampleRate: number,
	frequency: number,
	amplitude: number,
): number[] {
	const omega = (2 * Math.PI * frequency) / sampleRate;
	const bound = 3 * amplitude * omega * omega;
	const clicks: number[] = [];
	for (let i = 1; i + 1 < signal.length; i++) {
		if (Math.abs(signal[i - 1]! - 2 * signal[i]! + signal[i + 1]!) > bound) {
			clicks.push(i);
		}
	}
	return clicks;
}

/** The predictor is fitted to `margin` samples more on either side: its window leaves the edges out. */
function predictionResidual(
	signal: Float32Array,
	start: number,
	end: number,
	margin: number,
	residual: Float64Array,
): void {
	const coefficients = fitPredictor(
		signal,
		Math.max(0, start - margin),
		Math.min(signal.length, end + margin),
	);
	for (let i = start; i < end; i++) {
		let predicted = 0;
		for (let lag = 1; lag <= ORDER; lag++) {
			predicted += coefficients[lag]! * signal[i - lag]!;
		}
		residual[i] = signal[i]! - predicted;
	}
}

/** Levinson-Durbin on the frame's windowed autocorrelation. */
function fitPredictor(signal: Float32Array, start: number, end: number): Float64Array {
	const windowed = hann(end - start);
	for (let i = 0; i < windowed.length; i++) {
		windowed[i]! *= signal[start + i]!;
	}
	const correlation = Array.from({ length: ORDER + 1 }, (_, lag) => {
		let sum = 0;
		for (let i = lag; i < windowed.length; i++) {
			sum += windowed[i]! * windowed[i - lag]!;
		}
		return sum;
	});
	const a = new Float64Array(ORDER + 1);
	let error = correlation[0]! * (1 + 1e-9);
	for (let order = 1; order <= ORDER && error > 0; order++) {
		let acc = correlation[order]!;
		for (let lag = 1; lag < order; lag++) {
			acc -= a[lag]! * correlation[order - lag]!;
		}
		const reflection = acc / error;
		const previous = a.slice();
		a[order] = reflection;
		for (let lag = 1; lag < order; lag++) {
			a[lag] = previous[lag]! - reflection * previous[order - lag]!;
		}
		error *= 1 - reflection * reflection;
	}
	return a;
}

/** Whether the residual there is far above the median absolute one around it: above more than half of them. */
function standsOut(residual: Float64Array, index: number, reach: number): boolean {
	const size = Math.abs(residual[index]!);
	const from = Math.max(ORDER, index - reach);
	const to = Math.min(residual.length, index + reach);
	let below = 0;
	for (let i = from; i < to; i++) {
		below += size > DEVIATIONS * 1.4826 * Math.abs(residual[i]!) ? 1 : 0;
	}
	return below > (to - from) >> 1;
}

let window = new Float64Array(0);

/** A copy; the last length asked for is kept. */
function hann(length: number): Float64Array {
	if (window.length !== length) {
		window = Float64Array.from(
			{ length },
			(_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length),
		);
	}
	return window.slice();
}
