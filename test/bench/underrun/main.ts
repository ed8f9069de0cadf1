// `npm run bench:underrun`: the benchmark with the shipped playout engine.
import { bench } from './bench.js';
import { simulate } from './simulator.js';

export async function main(args: readonly string[]): Promise<void> {
	process.exitCode = await bench(args, simulate);
}
