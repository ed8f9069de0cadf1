// What a recording is made of: the sine in it and all that is not the sine; energy by frequency.

/** Power of the residual after the best-fitting sine near `frequency` is taken out, in dB of the sine's
 * power: THD+N. Amplitude, phase, offset and frequency are fitted by least squares (Gauss-Newton). */
export function thdPlusNoiseDb(
	signal: Float32Array,
	sampleRate: number,
	frequency: number,
): number {
	let omega = (2 * Math.PI * frequency) / sampleRate;
	let fit = fitSine(signal, omega);
	for (let step = 0; step < 8; step++) {
		omega += fit.omegaStep;
		fit = fitSine(signal, omega);
	}
	return 10 * Math.log10(fit.residualPower / fit.sinePower);
}

interface SineFit {
	readonly sinePower: number;
	readonly residualPower: number;
	readonly omegaStep: number;
}

/** Least squares of a cos(ωt) + b sin(ωt) + c, and the change of ω that would improve it. Time is counted
 * from the middle, which keeps the normal equations well conditioned. */
function fitSine(signal: Float32Array, omega: number): SineFit {
	const middle = (signal.length - 1) / 2;
	const basis = (i: number): [number, number, number] => [
		Math.cos(omega * (i - middle)),
		Math.sin(omega * (i - middle)),
		1,
	];
	const matrix = [new Float64Array(3), new Float64Array(3), new Float64Array(3)];
	const right = new Float64Array(3);
	for (let i = 0; i < signal.length; i++) {
		const row = basis(i);
		for (let r = 0; r < 3; r++) {
			right[r] = right[r]! + row[r]! * signal[i]!;
			for (let c = 0; c < 3; c++) {
				matrix[r]![c] = matrix[r]![c]! + row[r]! * row[c]!;
			}
		}
	}
	const [a, b, c] = solve3(matrix, right);
	let residualPower = 0;
	let slopeError = 0;
	let slopePower = 0;
	for (let i = 0; i < signal.length; i++) {
		const [cos, sin] = basis(i);
		const residual = signal[i]! - (a * cos + b * sin + c);
		const slope = (i - middle) * (b * cos - a * sin);
		residualPower += residual * residual;
		slopeError += residual * slope;
		slopePower += slope * slope;
	}
	const sinePower = ((a * a + b * b) / 2) * signal.length;
	return { sinePower, residualPower, omegaStep: slopeError / slopePower };
}

function solve3(m: Float64Array[], right: Float64Array): [number, number, number] {
	const rows = m.map((row, i) => [...row, right[i]!]);
	for (let pivot = 0; pivot < 3; pivot++) {
		for (let r = 0; r < 3; r++) {
			if (r !== pivot) {
				const factor = rows[r]![pivot]! / rows[pivot]![pivot]!;
				rows[r] = rows[r]!.map((value, c) => value - factor * rows[pivot]![c]!);
			}
		}
	}
	return [rows[0]![3]! / rows[0]![0]!, rows[1]![3]! / rows[1]![1]!, rows[2]![3]! / rows[2]![2]!];
}

/** Energy at and above `fromHz`, in dB of all energy. A Kaiser-like Blackman-Harris window (side lobes at
 * -92 dB, squared to -184 dB) keeps the strong part from leaking. */
export function energyAboveDb(signal: Float32Array, sampleRate: number, fromHz: number): number {
	const size = 2 ** Math.floor(Math.log2(signal.length));
	const windowed = Float64Array.from(
		{ length: size },
		(_, i) => signal[i]! * blackmanHarris(i / size) ** 2,
	);
	const power = powerSpectrum(windowed);
	const from = Math.ceil((fromHz / sampleRate) * size);
	let all = 0;
	let above = 0;
	power.forEach((value, bin) => {
		all += value;
		above += bin >= from ? value : 0;
	});
	return 10 * Math.log10(above / all);
}

function blackmanHarris(x: number): number {
	const w = 2 * Math.PI * x;
	return 0.35875 - 0.48829 * Math.cos(w) + 0.14128 * Math.cos(2 * w) - 0.01168 * Math.cos(3 * w);
}

/** Power of bins 0 to size/2 of a real signal whose length is a power of two. */
export function powerSpectrum(signal: Float64Array): Float64Array {
	const real = signal.slice();
	const imaginary = new Float64Array(signal.length);
	fft(real, imaginary);
	return Float64Array.from(
		{ length: signal.length / 2 + 1 },
		(_, bin) => real[bin]! ** 2 + imaginary[bin]! ** 2,
	);
}

/** In-place radix-2 decimation in time. */
function fft(real: Float64Array, imaginary: Float64Array): void {
	const size = real.length;
	for (let i = 1, j = 0; i < size; i++) {
		let bit = size >> 1;
		for (; (j & bit) !== 0; bit >>= 1) {
			j ^= bit;
		}
		j ^= bit;
		if (i < j) {
			[real[i], real[j]] = [real[j]!, real[i]!];
			[imaginary[i], imaginary[j]] = [imaginary[j]!, imaginary[i]!];
		}
	}
	for (let length = 2; length <= size; length *= 2) {
		for (let k = 0; k < length / 2; k++) {
			const cos = Math.cos((-2 * Math.PI * k) / length);
			const sin = Math.sin((-2 * Math.PI * k) / length);
			for (let even = k; even < size; even += length) {
				const odd = even + length / 2;
				const re = real[odd]! * cos - imaginary[odd]! * sin;
				const im = real[odd]! * sin + imaginary[odd]! * cos;
				real[odd] = real[even]! - re;
				imaginary[odd] = imaginary[even]! - im;
				real[even] = real[even]! + re;
				imaginary[even] = imaginary[even]! + im;
			}
		}
	}
}
