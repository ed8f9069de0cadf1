import { nodeResolve } from '@rollup/plugin-node-resolve';

export default ['main.js', 'own-files.js'].map((input) => ({
	input,
	output: { dir: 'public', format: 'es' },
	plugins: [nodeResolve({ browser: true })],
}));
