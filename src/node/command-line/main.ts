#!/usr/bin/env node
// The process of `steadypcm`: ends when its work has, with the exit code of the command.
import { run } from './run.js';
import { processTerminal } from './terminal.js';

/** ms that whatever is still open gets to close by itself. */
const GRACE_MS = 3000;

// Who reads the output may stop (`| head`); that ends no stream.
process.stdout.on('error', () => {});

process.exitCode = await run(process.argv.slice(2), processTerminal);
process.stdin.destroy();
setTimeout(() => process.exit(), GRACE_MS).unref();
