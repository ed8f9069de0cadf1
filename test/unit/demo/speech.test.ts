import { describe, expect, it } from 'vitest';
import { Answers } from '../../../demo/server/answers.js';
import { phonesOf } from '../../../demo/server/phones.js';
import { SPEECH_BYTES, SPEECH_FORMAT, speechOf } from '../../../demo/server/speech.js';
import { findClicks } from '../../support/click-detector.js';

const TEXT =
	'The birch canoe slid on the smooth planks. Glue the sheet, at once, to the dark blue background!';

function heard(pcm: Uint8Array): Float32Array {
	return Float32Array.from(
		new Int16Array(pcm.buffer, pcm.byteOffset, pcm.byteLength / 2),
		(sample) => sample / 32_768,
	);
}

describe('the voice of the demo', () => {
	it('says every word as it is written, one after the other, within the sound', () => {
		const { words, pcm } = speechOf(TEXT);
		expect(words.map(({ text }) => text).join(' ')).toBe(TEXT);
		words.forEach(({ start, end }, i) => {
			expect(start).toBeGreaterThanOrEqual(words[i - 1]?.end ?? 0);
			expect(end).toBeGreaterThan(start);
		});
		expect(words.at(-1)!.end).toBeLessThan(pcm.byteLength / SPEECH_BYTES);
	});

	it('sounds in its words, rests after its sentences, and clicks nowhere', () => {
		const { words, pcm } = speechOf(TEXT);
		const samples = heard(pcm);
		const { sampleRate } = SPEECH_FORMAT;
		const level = (from: number, to: number): number => {
			const part = samples.slice(Math.round(from * sampleRate), Math.round(to * sampleRate));
			return Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length);
		};
		for (const { start, end } of words) {
			expect(level(start, end)).toBeGreaterThan(0.01);
		}
		const pause = words[8]!.start - words[7]!.end;
		expect(pause).toBeGreaterThan(0.3);
		expect(level(words[7]!.end + pause / 2, words[8]!.start)).toBeLessThan(0.001);
		expect(findClicks(samples, sampleRate)).toEqual([]);
		const cut = samples.slice();
		cut.fill(0, Math.round(((words[1]!.start + words[1]!.end) / 2) * sampleRate));
		expect(findClicks(cut, sampleRate)).toHaveLength(1);
	});

	it('says the same text alike, and other words otherwise', () => {
		expect(Buffer.compare(speechOf(TEXT).pcm, speechOf(TEXT).pcm)).toBe(0);
		expect(phonesOf('ship')).not.toEqual(phonesOf('chip'));
		expect(phonesOf('made')).toHaveLength(phonesOf('mad').length);
	});

	it.each([
		[0, 'You stopped me before I said a word.'],
		[0.1, 'You stopped me in the middle of glue.'],
		[1.15, 'You stopped me after glue.'],
	])('says after an interruption at %f s: %s', (seconds, sentence) => {
		const words = [
			{ text: 'Glue,', start: 0, end: 1 },
			{ text: 'the', start: 1.2, end: 1.4 },
		];
		expect(new Answers().afterInterruption(words, seconds)).toMatch(new RegExp(`^${sentence} `));
	});
});
