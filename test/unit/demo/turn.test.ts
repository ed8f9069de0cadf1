import { describe, expect, it } from 'vitest';
import { Turn } from '../../../demo/voice/turn.js';

describe('an answer of the voice', () => {
	it('knows which of its words were heard, by the player’s position', () => {
		const turn = new Turn(1, 10);
		turn.words.push({ text: 'one', start: 0, end: 0.4 }, { text: 'two', start: 0.5, end: 1 });
		turn.received = 1.2;
		const fatesAt = (currentTime: number): string[] => {
			turn.hearUpTo(currentTime);
			return turn.words.map((word) => turn.fateOf(word));
		};
		expect(fatesAt(9)).toEqual(['unheard', 'unheard']);
		expect(fatesAt(10.2)).toEqual(['cut', 'unheard']);
		expect(fatesAt(10.4)).toEqual(['heard', 'unheard']);
		expect(fatesAt(10.75)).toEqual(['heard', 'cut']);
		expect(turn.wordsHeard).toBe(1);
		expect(turn.heard).toBeCloseTo(0.75);
		expect(fatesAt(Infinity)).toEqual(['heard', 'heard']);
		expect(turn.heard).toBe(1.2);
	});
});
