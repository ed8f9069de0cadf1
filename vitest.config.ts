// `unit`: pure logic and the node side, on virtual clocks. `browser`: the built library in a real Chromium, one test at
// a time, since they measure sound in real time. These two are `npm test`; the others have commands of their own.
// `pages`: what a person sees, in Chromium: the element, the voice demo, the guide's scripts, accessibility.
// `browsers`: the same core checks in Chromium, Firefox and WebKit. `consumers`: the packed package in other people's
// tools. `pipeline`: with programs of the system's (ffmpeg, an RTSP server, Firefox, PulseAudio, Qt). `realtime`: long
// measurements, for a machine that does nothing else.
import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		coverage: { provider: 'v8', include: ['src/**/*.ts', 'worklet/**/*.ts'] },
		projects: [
			{
				test: {
					name: 'unit',
					environment: 'node',
					include: ['test/unit/**/*.test.ts'],
					pool: 'forks',
					// One for each core: none of these measures time.
					maxWorkers: '100%',
					execArgv: ['--expose-gc'],
				},
			},
			{
				test: {
					name: 'browser',
					environment: 'node',
					include: ['test/browser/**/*.test.ts'],
					fileParallelism: false,
					sequence: { groupOrder: 1 },
					testTimeout: 60_000,
					hookTimeout: 60_000,
				},
			},
			{
				test: {
					name: 'pages',
					environment: 'node',
					include: ['test/pages/**/*.test.ts'],
					fileParallelism: false,
					sequence: { groupOrder: 6 },
					testTimeout: 60_000,
					hookTimeout: 60_000,
				},
			},
			{
				test: {
					name: 'realtime',
					environment: 'node',
					include: ['test/realtime/**/*.test.ts'],
					fileParallelism: false,
					sequence: { groupOrder: 3 },
					testTimeout: 120_000,
					hookTimeout: 60_000,
				},
			},
			{
				test: {
					name: 'consumers',
					environment: 'node',
					include: ['test/consumers/**/*.test.ts'],
					fileParallelism: false,
					sequence: { groupOrder: 4 },
					testTimeout: 60_000,
					hookTimeout: 60_000,
				},
			},
			{
				test: {
					name: 'browsers',
					environment: 'node',
					include: ['test/browsers/**/*.test.ts'],
					fileParallelism: false,
					sequence: { groupOrder: 5 },
					testTimeout: 120_000,
					hookTimeout: 60_000,
				},
			},
			{
				test: {
					name: 'pipeline',
					environment: 'node',
					include: ['test/pipeline/**/*.test.ts'],
					fileParallelism: false,
					sequence: { groupOrder: 2 },
					testTimeout: 120_000,
					hookTimeout: 60_000,
				},
			},
		],
	},
});
