// `npm start`: runs the demo's server, which is TypeScript, through Vite.
import { runnerImport } from 'vite';

const { module } = await runnerImport('./demo/server/start.ts', {
	configFile: false,
	logLevel: 'warn',
});
await module.start(process.argv.slice(2));
