// Every code block of the documentation: scripts compile against the package's types, servers run and are heard,
// commands and their flags exist. Scripts of pages run in test/pages/docs.test.ts.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blockProgram, isScript, type BlockProgram } from '../../support/block-program.js';
import {
	blocksOf,
	codeBlocks,
	isRun,
	place,
	ROOT,
	type CodeBlock,
} from '../../support/code-blocks.js';
import { complaints } from './compiled.js';
import { heardFrom, nodeProgram, pythonProgram } from './running-server.js';
import { commandsOf, wrong } from './shell-words.js';

/** Of frameworks, which are not installed here. */
const COMPONENTS = ['tsx', 'vue', 'svelte'];

/** '': drawings, headers and policies. */
const LANGUAGES = new Set(['', 'js', 'ts', 'html', 'sh', 'python', ...COMPONENTS]);

/** Messages that are waited for. */
const ENOUGH = 5;

const blocks = codeBlocks();
const scripts = blocks.filter((block) => isScript(block) && isRun(block));
const programs = scripts.map(blockProgram);

function titled<T extends { block: CodeBlock }>(items: readonly T[]): [string, T][] {
	return items.map((item) => [place(item.block), item]);
}

function ofLanguage(language: string): [string, CodeBlock][] {
	return blocks
		.filter((block) => block.language === language && isRun(block))
		.map((block) => [place(block), block]);
}

/** A Python that has the package `websockets`, which the example needs. */
function findPython(): string | undefined {
	return ['python3', '/usr/bin/python3'].find(
		(python) => spawnSync(python, ['-c', 'import websockets']).status === 0,
	);
}

describe('the documentation', () => {
	it('has blocks of languages that are tested only', () => {
		const unknown = blocks.filter(({ language }) => !LANGUAGES.has(language));
		expect(unknown.map(place)).toEqual([]);
		expect(scripts.length).toBeGreaterThan(20);
	});

	it('says of few blocks that they are not run, and why', () => {
		const left = blocks.filter(({ notRun }) => notRun !== null);
		expect(left.length).toBeLessThanOrEqual(2);
		expect(left.filter(({ notRun }) => (notRun ?? '').length < 20).map(place)).toEqual([]);
	});
});

/** What is built and played: the consumers. */
const APPS = 'test/consumers/apps/';

/** @returns the first word that the file does not have behind those before it; undefined: it has all */
function missingWord({ text, from }: CodeBlock): string | undefined {
	const file = readFileSync(join(ROOT, from!), 'utf8').split(/\s+/);
	let next = 0;
	return text
		.trim()
		.split(/\s+/)
		.find((word) => {
			next = file.indexOf(word, next) + 1;
			return next === 0;
		});
}

describe('code for a framework', () => {
	it('is of an app', () => {
		const own = blocks.filter(
			({ language, from }) => COMPONENTS.includes(language) && from === null,
		);
		expect(own.map(place)).toEqual([]);
	});

	const shown = blocks.filter(({ from }) => from !== null);
	it.each(shown.map((block) => [place(block), block] as const))(
		'is as it is played: %s',
		(_, block) => {
			expect(block.from).toContain(APPS);
			expect(missingWord(block)).toBeUndefined();
		},
	);

	it('that differs is noticed', () => {
		const [block] = shown;
		expect(missingWord({ ...block!, text: `${block!.text}more();\n` })).toBe('more();');
	});
});

describe.each([
	['page', 'js'],
	['page', 'ts'],
	['node', 'js'],
] as const)('a script for %s in %s', (realm, language) => {
	const own = programs.filter(
		(program) => program.realm === realm && program.language === language,
	);
	let found: Map<string, string[]> | null = null;

	it.each(titled(own))(
		'compiles: %s',
		(at) => {
			found ??= complaints(own);
			expect(found.get(at)).toEqual([]);
		},
		120_000,
	);
});

describe('a server', () => {
	const servers = programs.filter(({ realm }) => realm === 'node');
	const python = findPython();

	it.each(titled(servers))('of node is heard: %s', { timeout: 60_000 }, async (_, { text }) => {
		const token = /tokenOf\(\w+\) === '([^']+)'/.exec(text)?.[1];
		const { messages } = await heardFrom(text, nodeProgram, ENOUGH, token);
		expect(messages.some((message) => message.some((byte) => byte !== 0))).toBe(true);
	});

	it.skipIf(python === undefined).each(ofLanguage('python'))(
		'of Python is heard: %s',
		{ timeout: 60_000 },
		async (_, { text }) => {
			const { messages } = await heardFrom(text, pythonProgram(python!), ENOUGH);
			const bytes = Buffer.concat(messages);
			const left = Array.from({ length: bytes.length / 4 }, (_sample, n) =>
				bytes.readInt16LE(4 * n),
			);
			const tone = left.map((_sample, n) => 8000 * Math.sin((2 * Math.PI * 440 * n) / 16_000));
			const error = Math.max(...left.map((sample, n) => Math.abs(sample - tone[n]!)));
			expect(error).toBeLessThanOrEqual(1);
		},
	);
});

describe('a command', () => {
	it.each(ofLanguage('sh'))('exists with its flags: %s', (_, { text }) => {
		expect(commandsOf(text).map(wrong).filter(Boolean)).toEqual([]);
	});
});

describe('the tests of the documentation', () => {
	const page = (text: string, language: string): BlockProgram =>
		blockProgram(blocksOf('broken.md', `# \n\n\`\`\`${language}\n${text}\n\`\`\`\n`)[0]!);

	it('notice a script with a wrong option', () => {
		const found = complaints([page("new PcmPlayer('ws://host', { laten: {} });", 'ts')]);
		expect(found.get('broken.md:4')?.join()).toContain("'laten' does not exist");
	}, 60_000);

	it('notice a command without such a flag, and one that is unknown', () => {
		expect(wrong(['npx', 'steadypcm', 'serve', '--loud'])).toBe('steadypcm serve has no --loud');
		expect(wrong(['npm', 'run', 'nothing'])).toBe('npm has no script nothing');
		expect(wrong(['steadypcmd'])).toBe('steadypcmd is unknown');
	});

	it('notice a server that fails', async () => {
		const failing = "throw new Error('no tone today');";
		await expect(heardFrom(failing, nodeProgram, 1)).rejects.toThrow('no tone today');
	}, 60_000);

	it('put what a block takes from earlier ones before it', () => {
		const markdown =
			'```js\nconst voice = 1;\n```\n\n```js\nconst other = 2;\n```\n\n```js\nvoice + 1;\n```\n';
		expect(blockProgram(blocksOf('page.md', markdown)[2]!).text).toBe(
			'const voice = 1;\n\nvoice + 1;\nexport {};\n',
		);
	});
});
