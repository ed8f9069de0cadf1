// What was done, on what, with whom, and whether the machine kept up.
import type { BenchResults, CaseDescription, PlayerDescription, TraceRun } from '../results.js';
import { decimal, details, kilobytes, listed, plural, table, type Column } from './markdown.js';
import { peersOf } from './verdict.js';

export function methodSection(results: BenchResults): string {
	return [
		'# Players side by side',
		opening(results),
		'## How to read it',
		GLOSSARY,
		'## How it was measured',
		METHOD,
		rerun(results),
		machine(results),
		'### The players, and how each was configured',
		table(PLAYERS, results.players),
		'### Did the machine keep up?',
		`A run counts only if the machine kept up: if the audio device lost no more than the gate allows, and the server sent
every frame close enough to its time; else it is taken again, a few times at most. ${uncounted(results)}`,
		details('By case: what the runs that count have seen', table(GATE, gateRows(results))),
	].join('\n\n');
}

function opening(results: BenchResults): string {
	const runs = 1 + Math.max(-1, ...results.peerRuns.map(({ run }) => run));
	const traces = new Set(results.traceRuns.map(({ caseName }) => caseName)).size;
	const speech =
		traces > 0
			? `WebRTC's own receiver, NetEq, was set against steadypcm on ${plural(traces, 'network trace')} with speech.`
			: `WebRTC's own receiver, NetEq, has no runs in these results.`;
	return `A server sent live sound over a WebSocket to players in a browser, one after another, while the network or the page
was disturbed on purpose. All of them got the same sound at the same times: steadypcm and ${plural(peersOf(results).length, 'other player')}, in
${plural(results.cases.length, 'case')}, up to ${plural(runs, 'run')} of each. What each would have sent to the speaker was recorded, and one analyser read
from the recording how late the sound was, where it was missing and where it clicked. A player's own statistics were
never used. ${speech}`;
}

const GLOSSARY = `- **Delay**: how long after its time in the stream a sound is heard. p95: 95 % of the sound is heard with no more than
  that.
- **Silent**: nothing is heard though it should be.
- **Inserted**: sound goes on but the stream does not: repeated, slowed down or made up.
- **Skipped**: parts of the stream that are never heard, or heard in less time than they take.
- **Made up**: sound in the place of what had not arrived yet. Less bad than silence, but not the real thing.
- **Click**: a jump in the sound that the stream does not have.
- **SNR**: how much stronger the stream is than all that was added to it, dB; more is better.
- **J**: delay and what is missing in one number, ms; see below.

Below each number that is not the same in all runs, in small print, stand the least and the most of them. “–” means not
measured.`;

const METHOD = `The stream is 48 kHz in frames of 20 ms, one binary WebSocket message each, and its sound carries a time code: three
tones whose phases tell the media time. In place of the speaker each player has a tap that records every sample with the
time it was rendered; the server notes when each frame was sent. The analyser reads from the recording which moment
of the stream is heard when, and so delay, silence, repeats, skips and clicks. The delay counts from the frame that
the server sent soonest after its time in the stream: the delay of the network is part of it, where the network varies.

NetEq's figures are of another kind: its output is speech through a codec and carries no time code. They are those of
webrtc-stats (delay of the jitter buffer, concealed samples), with every frame held back until the time the trace
has for it; steadypcm has played speech on the same arrivals for that comparison.`;

function rerun({ date }: BenchResults): string {
	return `Rerun it with

\`\`\`sh
npm run bench:peers            # all of it; writes this page
npm run bench:peers -- --help  # parts of it: cases, players, runs, durations
\`\`\`

Measured on ${date.slice(0, 10)}.`;
}

function machine(results: BenchResults): string {
	return results.machine.map((line) => `- ${line}`).join('\n') || 'The machine is not known.';
}

const FORMATS = { s16: '16 bit', s32: '32 bit', f32: 'float 32 bit' };

const PLAYERS: readonly Column<PlayerDescription>[] = [
	{
		title: 'Player',
		cell: ({ name, title }) => (name === title ? name : `${name}: \`${title}\``),
		isText: true,
	},
	{ title: 'Version', cell: ({ version }) => version ?? 'written for this', isText: true },
	{
		title: 'Format',
		cell: ({ sampleFormat, channels }) =>
			`${FORMATS[sampleFormat]}, ${channels === 1 ? 'mono' : 'stereo'}`,
		isText: true,
	},
	{ title: 'Configuration', cell: ({ configuration }) => configuration, isText: true },
	{ title: 'Gzip', cell: ({ gzipBytes }) => kilobytes(gzipBytes) },
	{ title: 'Minified', cell: ({ bytes }) => kilobytes(bytes) },
];

interface Gate {
	readonly title: string;
	readonly runs: number;
	readonly again: number;
	readonly uncounted: number;
	readonly lostMs: number;
	readonly latenessMs: number;
}

const GATE: readonly Column<Gate>[] = [
	{ title: 'Case', cell: ({ title }) => title, isText: true },
	{ title: 'Runs', cell: ({ runs }) => String(runs) },
	{ title: 'Taken again', cell: ({ again }) => String(again) },
	{ title: 'Do not count', cell: ({ uncounted }) => String(uncounted) },
	{ title: 'Device lost, worst, ms', cell: ({ lostMs }) => decimal(lostMs) },
	{ title: 'Frame sent late, worst, ms', cell: ({ latenessMs }) => decimal(latenessMs) },
];

function gateRows(results: BenchResults): Gate[] {
	const peers = results.cases.map((each) => {
		const runs = results.peerRuns
			.filter(({ caseName }) => caseName === each.name)
			.map((run) => ({ ...run, latenessMs: run.sendLatenessMs }));
		return gate(each.title, runs);
	});
	const names = [...new Set(results.traceRuns.map(({ caseName }) => caseName))];
	const traces = names.map((name) => {
		const runs = results.traceRuns.filter(({ caseName }) => caseName === name);
		return gate(`${titleOf(results.cases, name)}, speech`, runs);
	});
	return [...peers, ...traces].filter(({ runs }) => runs > 0);
}

function gate(
	title: string,
	runs: readonly Pick<TraceRun, 'tries' | 'isValid' | 'lostMs' | 'latenessMs'>[],
): Gate {
	const counted = runs.filter(({ isValid }) => isValid);
	return {
		title,
		runs: runs.length,
		again: runs.reduce((sum, { tries }) => sum + tries - 1, 0),
		uncounted: runs.length - counted.length,
		// −Infinity, which is shown as missing, where no device was watched.
		lostMs: Math.max(...counted.flatMap(({ lostMs }) => lostMs ?? [])),
		latenessMs: Math.max(...counted.map(({ latenessMs }) => latenessMs)),
	};
}

/** In words: the runs that the gate never let pass. */
export function uncounted({ peerRuns, traceRuns }: BenchResults): string {
	const failed = [...peerRuns, ...traceRuns].filter(({ isValid }) => !isValid);
	if (failed.length === 0) {
		return 'Every run here has passed.';
	}
	const names = failed.map(
		({ caseName, player, run }) => `${player} in ${caseName} (run ${run + 1})`,
	);
	return `Never passed, and counted nowhere: ${listed([...new Set(names)])}.`;
}

/** @returns the name itself for a case that is not described. */
export function titleOf(cases: readonly CaseDescription[], name: string): string {
	return cases.find((each) => each.name === name)?.title ?? name;
}
