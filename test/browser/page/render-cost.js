// In the page: one player whose render calls are timed. Driven by the test.
import { PcmPlayer } from '/dist/index.js';

const MAX_GAPS = 1 << 18;
const MAX_CALLS = 1 << 15;
let run;

/** @param slots of the playout's report whose changes are noted @param leastGap microseconds */
async function start({ url, options, sampleRate, slots, leastGap }) {
	const memory = new SharedArrayBuffer(4 * (2 + 2 * MAX_GAPS));
	const worker = new Worker('/test/browser/page/clock-worker.js');
	worker.postMessage({ memory, leastGap });
	const context = new AudioContext({ sampleRate });
	await context.audioWorklet.addModule('/test/browser/page/cost-meter.js');
	const meter = new AudioWorkletNode(context, 'cost-meter', {
		numberOfInputs: 0,
		processorOptions: { clock: memory, slots, maxCalls: MAX_CALLS },
	});
	const player = new PcmPlayer(url, { ...options, context, workletUrl: '/dist/worklet.js' });
	run = { memory, worker, context, meter, player };
	await player.play();
}

/** Calls as begin, end, changes; gaps of the clock as from, to; microseconds. */
async function take() {
	const calls = await new Promise((resolve) => {
		run.meter.port.onmessage = ({ data }) => resolve(data);
		run.meter.port.postMessage('take');
	});
	const words = new Int32Array(run.memory);
	const gaps = Array.from(words.subarray(2, 2 + 2 * words[1]));
	const { stats } = run.player;
	run.worker.terminate();
	await run.player.close();
	await run.context.close();
	return { calls: Array.from(calls), gaps, stats };
}

window.renderCost = { start, take };
