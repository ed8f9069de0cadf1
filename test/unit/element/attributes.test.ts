import { describe, expect, it } from 'vitest';
import { AttributeElement, optionsOf, takeEarly } from '../../../src/element/attributes.js';
import { resolveOptions, type PcmPlayerOptions } from '../../../src/options.js';

type Attributes = Readonly<Record<string, string>>;

/** As much of an element as attributes need. */
function withAttributes(attributes: Attributes): Element & AttributeElement {
	const map = new Map(Object.entries(attributes));
	return Object.assign(new AttributeElement(), {
		getAttribute: (name: string) => map.get(name) ?? null,
		hasAttribute: (name: string) => map.has(name),
		setAttribute: (name: string, value: string) => void map.set(name, value),
		removeAttribute: (name: string) => void map.delete(name),
		toggleAttribute: (name: string, isOn: boolean) => (isOn ? map.set(name, '') : map.delete(name)),
	});
}

describe('attributes', () => {
	it('tell the player all it can be told in them', () => {
		const element = withAttributes({
			'sample-rate': '16000',
			'sample-format': 's16',
			channels: '1',
			'byte-order': 'big',
			protocol: 'raw',
			profile: 'smooth',
			'latency-min': '0.1',
			'latency-max': '0.5',
			mode: 'complete',
			content: 'speech',
			redundancy: '2',
			'worklet-url': '/worklet.js',
			'worker-url': '/worker.js',
		});
		const options: Required<
			Pick<PcmPlayerOptions, 'format' | 'latency' | 'protocol' | 'mode' | 'content' | 'redundancy'>
		> &
			PcmPlayerOptions = {
			format: { sampleRate: 16_000, sampleFormat: 's16', channels: 1, byteOrder: 'big' },
			latency: { profile: 'smooth', min: 0.1, max: 0.5 },
			protocol: 'raw',
			mode: 'complete',
			content: 'speech',
			redundancy: 2,
			workletUrl: '/worklet.js',
			workerUrl: '/worker.js',
		};
		expect(optionsOf(element, {})).toEqual(options);
		expect(() => resolveOptions(optionsOf(element, {}))).not.toThrow();
	});

	it('go before options, one by one', () => {
		const element = withAttributes({ 'sample-rate': '16000', profile: 'live' });
		const given: PcmPlayerOptions = {
			format: { sampleRate: 8000, channels: 1 },
			latency: { profile: 'smooth', max: 1 },
			token: 'secret',
		};
		expect(optionsOf(element, given)).toEqual({
			format: { sampleRate: 16_000, channels: 1 },
			latency: { profile: 'live', max: 1 },
			token: 'secret',
		});
	});

	it.each(['fast', ''])('leave it to the player to say that %j is no number', (text) => {
		const options = optionsOf(withAttributes({ 'sample-rate': text }), {});
		expect(() => resolveOptions(options)).toThrow(
			`Expected format.sampleRate to be a number from 8000 to 384000, got '${text}'.`,
		);
	});

	it('are read and written as properties', () => {
		const element = withAttributes({ channels: '1', controls: '' });
		expect([element.channels, element.sampleRate, element.src]).toEqual([1, null, null]);
		expect([element.controls, element.autoplay]).toEqual([true, false]);
		element.sampleRate = 16_000;
		element.channels = null;
		element.controls = false;
		element.autoplay = true;
		expect(
			['sample-rate', 'channels', 'controls', 'autoplay'].map((name) => element.getAttribute(name)),
		).toEqual(['16000', null, null, '']);
	});

	it('take what was set as properties before there was a class', () => {
		const element = withAttributes({});
		Object.defineProperty(element, 'sampleRate', {
			value: 16_000,
			configurable: true,
			writable: true,
		});
		expect(element.getAttribute('sample-rate')).toBe(null);
		takeEarly(element, ['sampleRate', 'channels']);
		expect(element.getAttribute('sample-rate')).toBe('16000');
		expect(Object.hasOwn(element, 'sampleRate')).toBe(false);
	});
});
