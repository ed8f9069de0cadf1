import { PerformanceObserver } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { PlayoutRig } from '../../support/playout-rig.js';
import { REPORT_SLOTS } from '../../../src/core/playout-report.js';

const CALLS = 1_000_000;
const ROUNDS = 3;

/** Bytes that 10⁶ calls may grow the heap by and still be none: the engine's own bookkeeping (feedback,
 * code) moves by some kilobytes; one object per call would be tens of megabytes. */
const MEASURING_ERROR = 64 * 1024;

function settledHeap(): number {
	for (let i = 0; i < 4; i++) {
		globalThis.gc?.();
	}
	return process.memoryUsage().heapUsed;
}

/** Heap growth of `CALLS` calls, bytes: the least of ROUNDS, since the engine's compiler allocates now and
 * then, while what the calls allocate they allocate every time. */
async function growth(call: () => void): Promise<number> {
	let least = Infinity;
	for (let round = 0; round < ROUNDS; round++) {
		least = Math.min(least, await growthOnce(call));
	}
	return least;
}

/** Infinity when there was a garbage collection: there was garbage. */
async function growthOnce(call: () => void): Promise<number> {
	let collections = 0;
	const observer = new PerformanceObserver((list) => {
		collections += list.getEntries().length;
	});
	const before = settledHeap();
	observer.observe({ entryTypes: ['gc'] });
	for (let i = 0; i < CALLS; i++) {
		call();
	}
	const grown = process.memoryUsage().heapUsed - before;
	await new Promise((resolve) => setTimeout(resolve, 50));
	observer.disconnect();
	return collections > 0 ? Infinity : grown;
}

describe('the audio thread', { timeout: 30_000 }, () => {
	it('is measured by a method that sees one object per call', async () => {
		const kept = { value: null as object | null };
		const grown = await growth(() => {
			kept.value = { at: Math.random() };
		});
		expect(grown).toBeGreaterThan(10 * MEASURING_ERROR);
	});

	it.each([
		['a copy', 48_000],
		['a fixed ratio', 16_000],
		['an odd ratio', 12_345],
	])('allocates nothing over 10⁶ render calls: %s', async (_, mediaRate) => {
		const quantum = 4;
		const rig = new PlayoutRig({ mediaRate, channels: 2, quantum, targetDelay: 0.05 });
		const output = [new Float32Array(quantum), new Float32Array(quantum)];
		const samples = new Float32Array(mediaRate);
		const planes = [samples, samples];
		const grown = await growth(() => {
			// Topping up once a second of virtual time keeps it in steady state.
			if (rig.value('bufferLevel') < 0.3) {
				rig.writer.write(planes, 0, mediaRate);
			}
			rig.engine.render(output);
		});
		console.log(`heap growth over ${CALLS} calls: ${grown} bytes`);
		expect(rig.report.length).toBe(REPORT_SLOTS);
		expect(rig.value('emitted')).toBeGreaterThan(CALLS * quantum * 0.9);
		expect(grown).toBeLessThan(MEASURING_ERROR);
	});

	it('allocates nothing over underruns, skips and splices', async () => {
		const rig = new PlayoutRig({ channels: 2, quantum: 16, targetDelay: 0.02 });
		const output = [new Float32Array(16), new Float32Array(16)];
		const samples = new Float32Array(9600);
		const planes = [samples, samples];
		let call = 0;
		const grown = await growth(() => {
			call++;
			if (call % 4000 === 0) {
				rig.writer.write(planes, 0, 9600);
				rig.writer.mark('splice', call);
				rig.writer.write(planes, 0, call % 12_000 === 0 ? 9600 : 960);
			}
			rig.engine.render(output);
		});
		console.log(`heap growth: ${grown} bytes, ${rig.value('concealmentEvents')} underruns`);
		expect(rig.value('concealmentEvents')).toBeGreaterThan(100);
		expect(grown).toBeLessThan(MEASURING_ERROR);
	});
});
