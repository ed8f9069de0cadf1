// Shows how loud a player is, while it can be seen.

/** Samples of a look: 43 ms at 48 kHz, more than lies between two frames of the screen. */
const LOOK = 2048;

/** dBFS of an empty meter; a full one is a sine at full scale. */
const FLOOR_DB = -60;

/** Shares of the meter per second that level and peak fall at most. */
const LEVEL_FALL = 0.6;
const PEAK_FALL = 0.25;

/** Seconds a peak is held. */
const PEAK_HOLD = 1;

/** Milliseconds between two changes for who wants reduced motion. */
const CALM_INTERVAL = 500;

export class LevelMeter {
	readonly element = document.createElement('div');
	readonly #level = document.createElement('div');
	readonly #peak = document.createElement('div');
	readonly #samples = new Float32Array(LOOK);
	readonly #calm = matchMedia('(prefers-reduced-motion: reduce)');
	readonly #watch = new IntersectionObserver((entries) => {
		this.#isSeen = entries.at(-1)!.isIntersecting;
		this.#changed();
	});
	/** The player's, while it plays. */
	#node: AudioNode | null = null;
	#analyser: AnalyserNode | null = null;
	#isSeen = false;
	#frame = 0;
	/** Milliseconds, of the last change. */
	#drawnAt = 0;
	/** 0 to 1. */
	#levelShare = 0;
	#peakShare = 0;
	/** Seconds left to hold it. */
	#peakHold = 0;

	constructor() {
		this.element.setAttribute('part', 'meter');
		this.#level.setAttribute('part', 'level');
		this.#peak.setAttribute('part', 'peak');
		// Nothing to be read out sixty times a second: the status says whether it plays.
		this.element.setAttribute('aria-hidden', 'true');
		this.element.append(this.#level, this.#peak);
	}

	/** The element is in a page. */
	appear(): void {
		this.#watch.observe(this.element);
	}

	disappear(): void {
		this.#watch.unobserve(this.element);
		this.#isSeen = false;
		this.#changed();
	}

	/** @param node the end of a player that plays; null: silence */
	listen(node: AudioNode | null): void {
		if (node !== this.#node) {
			this.#detach();
			this.#node = node;
		}
		this.#changed();
	}

	#changed(): void {
		const wasDrawn = this.#analyser !== null;
		const isDrawn = this.#isSeen && this.#node !== null;
		if (isDrawn && !wasDrawn) {
			this.#analyser = new AnalyserNode(this.#node!.context, { fftSize: LOOK });
			this.#node!.connect(this.#analyser);
			this.#drawnAt = performance.now();
			this.#frame = requestAnimationFrame(this.#draw);
		} else if (!isDrawn) {
			this.#detach();
			this.#levelShare = 0;
			this.#peakShare = 0;
			this.#show();
		}
	}

	#detach(): void {
		cancelAnimationFrame(this.#frame);
		if (this.#analyser !== null) {
			try {
				this.#node?.disconnect(this.#analyser);
			} catch {
				// A closed player has let go of it.
			}
			this.#analyser = null;
		}
	}

	/** @param now milliseconds */
	readonly #draw = (now: number): void => {
		this.#frame = requestAnimationFrame(this.#draw);
		const sinceLast = now - this.#drawnAt;
		if (sinceLast < (this.#calm.matches ? CALM_INTERVAL : 0)) {
			return;
		}
		this.#drawnAt = now;
		this.#analyser!.getFloatTimeDomainData(this.#samples);
		this.#fall(shareOf(this.#samples), Math.max(0, sinceLast) / 1000);
		this.#show();
	};

	#fall(share: number, seconds: number): void {
		this.#levelShare = Math.max(share, this.#levelShare - LEVEL_FALL * seconds);
		this.#peakHold -= seconds;
		if (this.#levelShare >= this.#peakShare) {
			this.#peakShare = this.#levelShare;
			this.#peakHold = PEAK_HOLD;
		} else if (this.#peakHold <= 0) {
			this.#peakShare = Math.max(this.#levelShare, this.#peakShare - PEAK_FALL * seconds);
		}
	}

	#show(): void {
		this.#level.style.clipPath = `inset(0 ${percent(1 - this.#levelShare)} 0 0)`;
		this.#peak.style.left = percent(this.#peakShare);
		this.#peak.hidden = this.#peakShare === 0;
	}
}

/** 0 to 1. */
function shareOf(samples: Float32Array): number {
	const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
	const level = 10 * Math.log10(2 * power);
	return Math.min(1, Math.max(0, 1 - level / FLOOR_DB));
}

function percent(share: number): string {
	return `${(100 * share).toFixed(1)}%`;
}
