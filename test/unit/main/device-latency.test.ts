import { afterEach, describe, expect, it, vi } from 'vitest';
import { deviceLatency } from '../../../src/device-latency.js';

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
