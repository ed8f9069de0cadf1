import { describe, expect, it } from 'vitest';
import { parseProtocolText } from '../../../src/core/protocol-text.js';

const HELLO = {
	type: 'hello',
	version: 1,
	stream: 'hall',
	sampleRate: 16_000,
	sampleFormat: 's16',
	channels: 1,
	frameMs: 20,
	next: 7,
	oldest: 3,
	http: true,
};

const parsed = (fields: object) => parseProtocolText(JSON.stringify({ ...HELLO, ...fields }));

describe('a hello', () => {
	it('tells the format that its frames have', () => {
		const format = { sampleRate: 16_000, sampleFormat: 's16', channels: 1, byteOrder: 'little' };
		const rest = { stream: 'hall', frameMs: 20, next: 7, oldest: 3, http: true };
		expect(parsed({})).toEqual({ type: 'hello', version: 1, format, ...rest });
	});

	it.each([
		{ sampleRate: 5 },
		{ sampleRate: 44_100.5 },
		{ sampleRate: '16000' },
		{ sampleFormat: 's99' },
		{ sampleFormat: 's8' },
		{ channels: 0 },
		{ channels: 33 },
	])('with a format that frames cannot have is malformed: %o', (fields) => {
		expect(parsed(fields)).toBe('malformed');
	});

	it('of a server that repeats nothing may leave out what could be repeated', () => {
		const fields = { next: undefined, oldest: undefined, http: undefined };
		expect(parsed(fields)).toMatchObject({ next: 0, oldest: 0, http: false });
	});
});
