// The demo page, as `npm start` serves it. demo/server/start.ts adds the sound.
import { defineConfig } from 'vite';
import { inlineScript } from './build/inline-script.ts';

export default defineConfig({
	root: 'demo',
	publicDir: false,
	clearScreen: false,
	plugins: [inlineScript({ minify: false })],
	// The page imports the library from next door.
	server: { fs: { allow: [import.meta.dirname] } },
});
