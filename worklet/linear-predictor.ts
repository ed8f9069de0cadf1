// Linear prediction by Burg's method in its fast form: from the autocorrelation and the ends of the signal
// (Vos, "A Fast Implementation of Burg's Method", 2013), for two signals together. Burg's predictor needs
// no window, so that it continues a tone whose end it was fitted to, and it is stable for every input.
// Owner: the audio thread; nothing allocates but the constructor.

/** What counts as noise below everything, of the signal's power: keeps the equations solvable when the
 * signal is a few pure tones. */
const NOISE_FLOOR = 1e-9;

/** Power, full scale squared per sample, below which there is nothing to predict: -200 dB. */
const SILENCE = 1e-20;

/** Each coefficient `k` is multiplied by this to the power of `k`: pulls the poles inside the unit circle,
 * so that rounding can never make a tone grow. */
const POLE_RADIUS = 0.9995;

export class LinearPredictor {
	/** `x[n]` is about `-Σ coefficients[k] · x[n - k]`, k from 1 to `order`; `coefficients[0]` is 1. */
	readonly coefficients: Float64Array;
	/** 0 when there was nothing to fit. */
	order = 0;
	readonly #maxOrder: number;
	readonly #correlation: Float64Array;
	/** R·a of the normal equations, and the last row of R, which grow by one each step. */
	readonly #product: Float64Array;
	readonly #row: Float64Array;

	constructor(maxOrder: number) {
		this.#maxOrder = maxOrder;
		this.coefficients = new Float64Array(maxOrder + 1);
		this.#correlation = new Float64Array(maxOrder + 4);
		this.#product = new Float64Array(maxOrder + 3);
		this.#row = new Float64Array(maxOrder + 2);
	}

	/** Fits the predictor that suits the last `count` samples of both signals best, which end before index
	 * `end`. @param order at most; must be less than `count`. */
	fit(x: Float64Array, y: Float64Array, end: number, count: number, order: number): void {
		const start = end - count;
		const highest = Math.min(order, this.#maxOrder, count - 2);
		this.#correlate(x, y, start, end, highest);
		const power = this.#correlation[0]!;
		this.order = 0;
		this.coefficients.fill(0);
		this.coefficients[0] = 1;
		if (!(power > SILENCE * count)) {
			return;
		}
		this.#start(x, y, start, end);
		while (this.order < highest && this.#raiseOrder(NOISE_FLOOR * power)) {
			if (this.order < highest) {
				this.#prepareNext(x, y, start, end);
			}
		}
		this.#pullPolesIn();
	}

	/** Instead of a fit: each sample is the one before, less a `frames`th of it. */
	setDecay(frames: number): void {
		this.order = 1;
		this.coefficients.fill(0);
		this.coefficients[0] = 1;
		this.coefficients[1] = -(1 - 1 / frames);
	}

	#correlate(x: Float64Array, y: Float64Array, start: number, end: number, highest: number): void {
		// Four lags at a time: a third of the loads.
		for (let lag = 0; lag <= highest; lag += 4) {
			let c0 = 0;
			let c1 = 0;
			let c2 = 0;
			let c3 = 0;
			let x1 = 0;
			let x2 = 0;
			let x3 = 0;
			let y1 = 0;
			let y2 = 0;
			let y3 = 0;
			for (let i = start, j = start + lag; j < end; i++, j++) {
				const xj = x[j]!;
				const yj = y[j]!;
				const x0 = x[i]!;
				const y0 = y[i]!;
				c0 += xj * x0 + yj * y0;
				c1 += xj * x1 + yj * y1;
				c2 += xj * x2 + yj * y2;
				c3 += xj * x3 + yj * y3;
				x3 = x2;
				x2 = x1;
				x1 = x0;
				y3 = y2;
				y2 = y1;
				y1 = y0;
			}
			this.#correlation[lag] = c0;
			this.#correlation[lag + 1] = c1;
			this.#correlation[lag + 2] = c2;
			this.#correlation[lag + 3] = c3;
		}
	}

	#start(x: Float64Array, y: Float64Array, start: number, end: number): void {
		const c = this.#correlation;
		const ends =
			x[start]! * x[start]! +
			x[end - 1]! * x[end - 1]! +
			y[start]! * y[start]! +
			y[end - 1]! * y[end - 1]!;
		this.#product[0] = 2 * c[0]! * (1 + NOISE_FLOOR) - ends;
		this.#product[1] = 2 * c[1]!;
		this.#row[0] = 2 * c[1]!;
	}

	/** One more coefficient. @returns false when the signal is predicted down to `floor` of its power. */
	#raiseOrder(floor: number): boolean {
		const a = this.coefficients;
		const g = this.#product;
		const next = this.order + 1;
		let error = 0;
		let cross = 0;
		for (let j = 0; j < next; j++) {
			error += a[j]! * g[j]!;
			cross += a[j]! * g[next - j]!;
		}
		const reflection = -cross / error;
		if (!(error > floor) || !(Math.abs(reflection) < 1)) {
			return false;
		}
		this.order = next;
		for (let j = 0, k = next; j <= k; j++, k--) {
			const aj = a[j]!;
			const ak = a[k]!;
			const gj = g[j]!;
			const gk = g[k]!;
			a[j] = aj + reflection * ak;
			a[k] = ak + reflection * aj;
			g[j] = gj + reflection * gk;
			g[k] = gk + reflection * gj;
		}
		return true;
	}

	/** The normal equations of the next order: takes out of them the samples at either end that fall out
	 * of the errors' range. */
	#prepareNext(x: Float64Array, y: Float64Array, start: number, end: number): void {
		const a = this.coefficients;
		const g = this.#product;
		const row = this.#row;
		const order = this.order;
		const head = start + order;
		const tail = end - 1 - order;
		let headX = 0;
		let headY = 0;
		let tailX = 0;
		let tailY = 0;
		for (let q = 0; q <= order; q++) {
			headX += a[q]! * x[head - q]!;
			headY += a[q]! * y[head - q]!;
			tailX += a[q]! * x[tail + q]!;
			tailY += a[q]! * y[tail + q]!;
		}
		let last = 0;
		const xh = x[head]!;
		const yh = y[head]!;
		const xt = x[tail]!;
		const yt = y[tail]!;
		for (let q = order; q >= 1; q--) {
			const value =
				row[q - 1]! -
				xt * x[end - q]! -
				xh * x[start + q - 1]! -
				yt * y[end - q]! -
				yh * y[start + q - 1]!;
			row[q] = value;
			last += value * a[q]!;
		}
		for (let q = 0; q <= order; q++) {
			g[q] =
				g[q]! -
				(x[head - q]! * headX + y[head - q]! * headY) -
				(x[tail + q]! * tailX + y[tail + q]! * tailY);
		}
		row[0] = 2 * this.#correlation[order + 1]!;
		g[order + 1] = last + row[0];
	}

	#pullPolesIn(): void {
		let factor = 1;
		for (let k = 1; k <= this.order; k++) {
			factor *= POLE_RADIUS;
			this.coefficients[k] = this.coefficients[k]! * factor;
		}
	}
}
