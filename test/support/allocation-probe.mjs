// A process of its own, so that nothing but the probed code runs: loads the shipped worklet script, calls
// process() again and again, and prints what the heap grew by. Arguments: media rate, sample frames of a
// call, underruns (0 or 1), calls, most rounds, and the bytes one of them may grow by and be the last; a last
// argument `leak` makes each call keep an object, to show that the probe sees it. Standard input: the resampler's filter,
// JSON, its rows as base64 of float32.
import { readFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { runInThisContext } from 'node:vm';

const [mediaRate, quantum, hasUnderruns, calls, rounds, enough] = process.argv
	.slice(2, 8)
	.map(Number);
const leaks = process.argv[8] === 'leak';
const CHANNELS = 2;
const CAPACITY = 131_072;
const CONTROL_BYTES = 16 + 64 * 4 * 8;

let Processor;
Object.assign(globalThis, {
	sampleRate: 48_000,
	currentFrame: 0,
	AudioWorkletProcessor: class {
		port = { onmessage: null, postMessage() {} };
	},
	registerProcessor(_name, constructor) {
		Processor = constructor;
	},
});
runInThisContext(readFileSync(new URL('../../dist/worklet.js', import.meta.url), 'utf8'));

const processor = new Processor({
	processorOptions: {
		channels: CHANNELS,
		mode: 'live',
		content: 'auto',
		profile: 'balanced',
		minDelay: 0,
		maxDelay: 2,
		report: null,
	},
});
const feed = { onmessage: null, postMessage() {} };
processor.port.onmessage({ data: { type: 'connect', port: feed } });
processor.port.onmessage({ data: { type: 'play' } });
const memory = new SharedArrayBuffer(CONTROL_BYTES + CHANNELS * CAPACITY * 4);
const layout = { channels: CHANNELS, capacity: CAPACITY, sampleRate: mediaRate };
feed.onmessage({ data: { type: 'ring', id: 1, layout, memory, filter: readFilter() } });
const control = new Int32Array(memory, 0, 4);
const samples = new Float32Array(memory, CONTROL_BYTES);
for (let i = 0; i < samples.length; i++) {
	samples[i] = Math.sin(i);
}

function readFilter() {
	const filter = JSON.parse(readFileSync(0, 'utf8'));
	const bytes = Uint8Array.from(Buffer.from(filter.rows, 'base64'));
	return { ...filter, rows: new Float32Array(bytes.buffer) };
}

const outputs = [Array.from({ length: CHANNELS }, () => new Float32Array(quantum))];
const inputs = [];
const parameters = {};
const kept = { object: null };
// Media that is due and not yet given, sample frames: in an array, since a fraction in a variable of the module
// would itself be an allocation.
const due = new Float64Array(1);
const block = Math.floor(mediaRate * 0.02);
const count = new Int32Array(1);
/** Calls of a cycle, 2 s, in which there is a stall: of 0, 0.4 … 1.6 s by turns, so that none is learned. */
const CYCLE = Math.floor((2 * 48_000) / quantum);
const STALL = Math.floor(CYCLE / 5);

/** Frames of 20 ms come when they are due; with underruns, those of a stall come all at once after it. */
function call() {
	due[0] += (quantum * mediaRate) / 48_000;
	count[0]++;
	const turn = Math.floor(count[0] / CYCLE) % 5;
	const isStalled = hasUnderruns === 1 && count[0] % CYCLE < turn * STALL;
	while (due[0] >= block && !isStalled) {
		due[0] -= block;
		Atomics.store(control, 0, control[0] + block);
	}
	processor.process(inputs, outputs, parameters);
	globalThis.currentFrame += quantum;
	if (leaks) {
		kept.object = { at: control[0] };
	}
}

let starts = [];
const observer = new PerformanceObserver((list) => {
	starts.push(...list.getEntries().map((entry) => entry.startTime));
});

// While the calls are still being compiled a round may have garbage that is not the code's: the least counts.
let least = Infinity;
for (let round = 0; round < rounds && least >= enough; round++) {
	globalThis.gc();
	globalThis.gc();
	starts = [];
	const begin = performance.now();
	const before = process.memoryUsage().heapUsed;
	observer.observe({ entryTypes: ['gc'] });
	for (let i = 0; i < calls; i++) {
		call();
	}
	const grown = process.memoryUsage().heapUsed - before;
	const end = performance.now();
	await new Promise((resolve) => setTimeout(resolve, 50));
	observer.disconnect();
	// A collection among the calls means that there was garbage.
	const hasCollected = starts.some((start) => start > begin && start < end);
	least = Math.min(least, hasCollected ? Infinity : grown);
}
process.stdout.write(`${least}\n`);
