import { describe, expect, it } from 'vitest';
import { endToEndDelay } from '../../../src/end-to-end-delay.js';

/** An ordinary epoch: its milliseconds must not cost the result its precision. */
const EPOCH = 1_763_000_000_000;

/** Sample frame 160 000 of a 16 kHz stream was captured at EPOCH. */
const capture = { pts: 160_000, sampleRate: 16_000, capturedAt: EPOCH };

describe('endToEndDelay', () => {
	it('is what lies between the capture of a position and its sounding', () => {
		// Captured 500 ms later; in the speaker 20 ms after context time 12, which was at EPOCH + 600.
		const rendered = { mediaPosition: 168_000, mediaRate: 16_000, renderedAt: 12.02 };
		const speaker = { contextTime: 12, at: EPOCH + 600 };
		expect(endToEndDelay(capture, rendered, speaker)).toBeCloseTo(0.12, 5);
	});

	it('does not depend on which moments are told', () => {
		for (const [seconds, lag] of [
			[-3, 0.4],
			[0, 0],
			[2.5, -0.7],
		] as const) {
			const rendered = {
				mediaPosition: 168_000 + seconds * 16_000,
				mediaRate: 16_000,
				renderedAt: 12.02 + seconds,
			};
			const speaker = { contextTime: 12 + lag, at: EPOCH + 600 + 1000 * lag };
			expect(endToEndDelay(capture, rendered, speaker)).toBeCloseTo(0.12, 5);
		}
	});

	it('is unknown without a capture, and for sound of another stream than the captured', () => {
		const rendered = { mediaPosition: 168_000, mediaRate: 48_000, renderedAt: 12 };
		const speaker = { contextTime: 12, at: EPOCH };
		expect(endToEndDelay(null, rendered, speaker)).toBeNull();
		expect(endToEndDelay(capture, rendered, speaker)).toBeNull();
	});
});
