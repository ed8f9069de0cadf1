import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../..', import.meta.url).pathname;

/** Rules that the text breaks, in the place of an existing file. */
async function broken(file: string, text: string): Promise<(string | null)[]> {
	const eslint = new ESLint({ cwd: ROOT });
	const [result] = await eslint.lintText(text, { filePath: `${ROOT}${file}` });
	return result!.messages.map(({ ruleId }) => ruleId);
}

describe('the architecture', { timeout: 60_000 }, () => {
	it.each([
		['src/core/version.ts', '../receiver/framing.js'],
		['src/core/version.ts', 'ws'],
		['src/receiver/framing.ts', '../player.js'],
		['src/receiver/framing.ts', '../../worklet/fader.js'],
		['worklet/fader.ts', '../src/receiver/framing.js'],
		['worklet/fader.ts', '../src/player.js'],
		['src/link.ts', './receiver/framing.js'],
		['src/link.ts', './node/index.js'],
		['src/link.ts', '../worklet/fader.js'],
		['src/node/clock.ts', '../player.js'],
		['src/node/source/source.ts', '../../player.js'],
		['src/node/source/source.ts', '../pump/pump.js'],
		['src/node/fanout/fanout.ts', '../station/station.js'],
		['src/node/gateway/gateway.ts', 'pino'],
		['src/node/command-line/run.ts', '../fanout/fanout.js'],
		['src/page/main.ts', '../player.js'],
		['src/page/main.ts', '../element/controls.js'],
		['src/element/controls.ts', '../player.js'],
		['demo/main.ts', '../src/player.js'],
	])('does not let %s import %s', async (file, specifier) => {
		expect(await broken(file, `import '${specifier}';\n`)).toContain('no-restricted-imports');
	});

	it.each([
		['an object', 'return { a: 1 };'],
		['an array', 'return [1];'],
		['an instance', 'return new Float32Array(1);'],
		['a closure', 'return () => 1;'],
		['an exception', 'throw this;'],
		['a template', 'return `${1}`;'],
	])('does not let the audio thread make %s while it renders', async (_, body) => {
		const text = `export class Fader {\n\trender(): unknown {\n\t\t${body}\n\t}\n}\n`;
		expect(await broken('worklet/fader.ts', text)).toContain('no-restricted-syntax');
	});
});
