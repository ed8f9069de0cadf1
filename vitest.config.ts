// `unit`: pure logic and the node side, on virtual clocks. `browser`: the built library in real browsers,
// one test at a time, since they measure sound in real time.
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
					benchmark: { include: ['test/bench/**/*.bench.ts'] },
					pool: 'forks',
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
		],
	},
});
