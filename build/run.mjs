// `node build/run.mjs <module.ts> [arguments]`: runs a TypeScript module's `main(arguments)` through Vite.
import { resolve } from 'node:path';
import { runnerImport } from 'vite';

const [path = '', ...args] = process.argv.slice(2);
const { module } = await runnerImport(resolve(path), { configFile: false, logLevel: 'warn' });
await module.main(args);
