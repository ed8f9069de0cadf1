import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deviceLatency, speakerMoment } from '../../../src/device-latency.js';

function browser(userAgent: string): void {
	vi.stubGlobal('navigator', { userAgent });
}

function context(latencies: object): BaseAudioContext {
	return latencies as BaseAudioContext;
}

describe('deviceLatency', () => {
	afterEach(() => {
		vi.unstubAllGlobals();
	});

	it('is what the context tells', () => {
		browser('Chrome/156.0.0.0');
		expect(deviceLatency(context({ outputLatency: 0.032, baseLatency: 0.01 }))).toBe(0.032);
		expect(deviceLatency(context({ baseLatency: 0.01 }))).toBe(0.01);
		expect(deviceLatency(context({}))).toBe(0);
	});

	it('does not ask Firefox, which may stand still over it', () => {
		browser('Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0');
		const asked = vi.fn(() => 0.1);
		const deaf = Object.defineProperty({}, 'outputLatency', { get: asked });
		expect(deviceLatency(context(deaf))).toBe(0.05);
		expect(asked).not.toHaveBeenCalled();
	});
});

describe('speakerMoment', () => {
	beforeEach(() => {
		vi.stubGlobal('performance', { timeOrigin: 1e12, now: () => 5000 });
	});
	afterEach(() => {
		vi.unstubAllGlobals();
	});

	const timestamp = { contextTime: 3.97, performanceTime: 4990 };

	it("is the device's own account in Chromium", () => {
		browser('Chrome/156.0.0.0');
		const told = context({ currentTime: 4, getOutputTimestamp: () => timestamp });
		expect(speakerMoment(told as AudioContext)).toEqual({ contextTime: 3.97, at: 1e12 + 4990 });
	});

	it('is reckoned from the latency while the device has told nothing', () => {
		browser('Chrome/156.0.0.0');
		const silent = context({
			currentTime: 4,
			outputLatency: 0.032,
			getOutputTimestamp: () => ({ contextTime: 0, performanceTime: 0 }),
		});
		expect(speakerMoment(silent as AudioContext)).toEqual({ contextTime: 4, at: 1e12 + 5032 });
	});

	it.each([
		['Firefox, which may stand still over it', 'Firefox/153.0', 5050],
		['WebKit, whose account is wrong', 'Version/26.0 Safari/605.1.15', 5032],
	])('is not asked of %s', (_, userAgent, at) => {
		browser(userAgent);
		const getOutputTimestamp = vi.fn(() => timestamp);
		const outputLatency = vi.fn(() => 0.032);
		const deaf = Object.defineProperty({ currentTime: 4, getOutputTimestamp }, 'outputLatency', {
			get: outputLatency,
		});
		expect(speakerMoment(context(deaf) as AudioContext)).toEqual({ contextTime: 4, at: 1e12 + at });
		expect(getOutputTimestamp).not.toHaveBeenCalled();
		expect(outputLatency).toHaveBeenCalledTimes(userAgent.startsWith('Firefox') ? 0 : 1);
	});
});
