// `npm run bench:drift`: a sender whose clock is off by up to 300 ppm, for a day, through the shipped engine on a
// clock of render quanta. Tells how far the playout delay strays from its target once it has settled, minute by
// minute, and what was concealed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { driftRun, type DriftRun } from './drift-run.js';

/** Parts per million of the sender's clock against the output's. */
const DRIFTS = [300, -300, 30, 0];

export function main(args: string[]): void {
	const { values } = parseArgs({
		args,
		options: {
			hours: { type: 'string', default: '24' },
			json: { type: 'string', default: 'test/output/bench-drift.json' },
		},
	});
	const hours = Number(values.hours);
	const results = DRIFTS.map((ppm) => {
		const run = driftRun(ppm, hours);
		console.log(line(run));
		return run;
	});
	mkdirSync('test/output', { recursive: true });
	writeFileSync(values.json, JSON.stringify({ hours, results }, null, '\t'));
}

function line(run: DriftRun): string {
	return [
		`${String(run.ppm).padStart(5)} ppm, ${run.hours} h:`,
		`greatest error of a minute's mean delay ${run.steadyErrorMs.toFixed(2)} ms,`,
		`of any moment ${run.greatestErrorMs.toFixed(2)} ms,`,
		`concealed ${run.concealedFrames}, stretched ${run.stretchedFrames}, discarded ${run.discardedFrames} sample frames`,
	].join(' ');
}
