// What a page asks of a player: to write, flush, pause, close, and to play beside another.
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { ToneSource } from '../../src/node/index.js';
import { exactPlane } from '../support/noise.js';
import { serve } from '../support/play.js';
import { AS_PROMISED, type Check } from './check.js';
import { AMPLITUDE, FADE_SECONDS, FREQUENCY, LEVEL_DB, STEADY, type Stand } from './stand.js';

/** Of a player without a socket: it waits for nothing once it is clicked. */
async function playWritten(stand: Stand): ReturnType<Stand['open']> {
	const options = { format: { sampleRate: stand.rate }, mode: 'complete' };
	const stage = await stand.open({ url: null, options });
	await stage.until('"player" in window');
	await stage.click();
	await stage.until('player.state === "buffering"');
	return stage;
}

/** Deterministic, and each sample nearly unique: what both the page and the test make. */
const NOISE = (index: string): string => `Math.imul(${index} + 1, 0x9e3779b1) >> 1`;
const noiseSample = (index: number): number => Math.imul(index + 1, 0x9e3779b1) >> 1;

/** Hz of the player beside the first. */
const OTHER_FREQUENCY = 1000;

/** Milliseconds of sound before each of what is asked. */
const STEP_MS = 400;

/** Sample frames after the position that is told, in which there may still be sound: a render quantum. */
const QUANTUM = 128;

export const CONTROL_CHECKS: readonly Check[] = [
	{
		title: '`write()` of 1 s at once, `drained()`: every sample exact, resolves when heard',
		run: async (stand) => {
			const { rate } = stand;
			const stage = await playWritten(stand);
			// By the clock of the sound: an engine whose device was late renders faster than time to make up for it.
			const seconds = await stage.ask<number>(`
				const { context } = player.node;
				const begin = context.currentTime;
				player.write(Int32Array.from({ length: ${2 * rate} }, (_, i) => ${NOISE('i')}));
				await player.drained();
				return context.currentTime - begin;`);
			const take = await stage.end();
			expect(seconds).toBeGreaterThan(1);
			expect(seconds).toBeLessThan(2);
			expect(take.stat('jitterBufferEmittedCount')).toBe(rate);
			expect(take.stat('concealedSamples')).toBe(0);
			const sent = Int32Array.from({ length: 2 * rate }, (_, i) => noiseSample(i));
			const passages = take.passages(exactPlane(sent, 2, 0));
			expect(passages).toHaveLength(1);
			const fade = Math.ceil(FADE_SECONDS * rate);
			expect(passages[0]!.from).toBeLessThanOrEqual(fade);
			expect(passages[0]!.to).toBeGreaterThanOrEqual(rate - fade);
			return AS_PROMISED;
		},
	},
	{
		title: '`flush()`: silence where it says, to a render quantum; no click',
		run: async (stand) => {
			const { rate } = stand;
			const stage = await playWritten(stand);
			const heard = await stage.ask<number>(`
				const step = 2 * Math.PI * ${FREQUENCY} / ${rate};
				player.write(Int32Array.from({ length: 3 * ${2 * rate} }, (_, i) =>
					${AMPLITUDE} * Math.sin(step * (i >> 1)) * 2 ** 31));
				await new Promise((resolve) => setTimeout(resolve, 500));
				const { sampleFrames } = await player.flush();
				await new Promise((resolve) => setTimeout(resolve, 200));
				return sampleFrames;`);
			const take = await stage.end();
			expect(take.clicks(FREQUENCY, AMPLITUDE)).toBe(0);
			const begin = take.plane.findIndex((sample) => sample !== 0);
			const end = begin + Math.round(heard);
			expect(take.plane.subarray(end + QUANTUM).every((sample) => sample === 0)).toBe(true);
			const last = take.plane.subarray(end - 4 * QUANTUM, end - QUANTUM);
			expect(last.some((sample) => sample !== 0)).toBe(true);
			return AS_PROMISED;
		},
	},
	{
		title: '`pause()`, `play()`: no click',
		run: async (stand) => {
			stand.serve(() => stand.tone());
			const format = { sampleRate: stand.rate };
			const stage = await stand.play({ url: '/audio', options: { format, latency: STEADY } });
			for (let i = 0; i < 2; i++) {
				await wait(STEP_MS);
				await stage.ask('player.pause();');
				await wait(STEP_MS);
				await stage.ask('await player.play();');
			}
			await wait(STEP_MS);
			const take = await stage.end();
			expect(take.clicks(FREQUENCY, AMPLITUDE)).toBe(0);
			expect(take.events('playing')).toHaveLength(3);
			expect(take.stat('concealedSamples')).toBe(0);
			expect(take.amplitude).toBeCloseTo(AMPLITUDE, 2);
			return AS_PROMISED;
		},
	},
	{
		title: '`close()`, again, and a new player on the page: no click',
		run: async (stand) => {
			stand.serve(() => stand.tone());
			const options = { format: { sampleRate: stand.rate }, latency: STEADY };
			const stage = await stand.play({ url: '/audio', options });
			await wait(STEP_MS);
			const refusal = await stage.ask<string>(`
				await player.close();
				await player.close();
				return player.state + ', ' + await player.play().catch(({ code }) => code);`);
			expect(refusal).toBe('closed, closed');
			const next = { url: '/audio', options, isBeside: true };
			await stage.ask(`await harness.start(${JSON.stringify(next)});`);
			await wait(STEP_MS);
			const take = await stage.end();
			expect(take.clicks(FREQUENCY, AMPLITUDE)).toBe(0);
			expect(take.amplitude).toBeCloseTo(AMPLITUDE, 2);
			return AS_PROMISED;
		},
	},
	{
		title: 'two players share a context; one closes, the other plays on',
		run: async (stand) => {
			const sampleRate = stand.rate;
			stand.pages.onSocket = (socket, request) => {
				const frequency = request.url!.includes('other') ? OTHER_FREQUENCY : FREQUENCY;
				serve(() => new ToneSource({ sampleRate }, { frequency, levelDb: LEVEL_DB - 6 }))(socket);
			};
			const options = { format: { sampleRate }, latency: STEADY };
			const stage = await stand.play({ url: '/audio', options });
			const other = { url: '/audio?other', options, isBeside: true };
			await stage.ask(`
				window.first = player;
				await harness.start(${JSON.stringify(other)});`);
			await wait(2 * STEP_MS);
			const both = await stage.look();
			await stage.ask('await first.close();');
			await wait(2 * STEP_MS);
			const take = await stage.end();
			const amplitude = AMPLITUDE / 2;
			expect(both.amplitudeOf(FREQUENCY)).toBeCloseTo(amplitude, 2);
			expect(both.amplitudeOf(OTHER_FREQUENCY)).toBeCloseTo(amplitude, 2);
			expect(take.amplitudeOf(FREQUENCY)).toBeLessThan(0.001);
			expect(take.amplitudeOf(OTHER_FREQUENCY)).toBeCloseTo(amplitude, 2);
			expect(take.clicks(OTHER_FREQUENCY, AMPLITUDE)).toBe(0);
			return AS_PROMISED;
		},
	},
];
