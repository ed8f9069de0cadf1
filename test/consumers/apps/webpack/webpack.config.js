import { resolve } from 'node:path';

export default {
	mode: 'production',
	entry: { main: './main.js', 'own-files': './own-files.js' },
	output: { path: resolve('public') },
};
