// Whether the commands of the documentation exist, and know the flags they are given.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../support/code-blocks.js';

interface PackageFile {
	readonly name: string;
	readonly scripts: Readonly<Record<string, string>>;
}

const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as PackageFile;

/** Of the system: what follows them is the reader's affair. */
const SYSTEM = new Set(['apt-get', 'cmake', 'curl', 'cd', 'cp', 'ffmpeg', 'pip', 'python3']);

/** Commands of npm's own. */
const NPM = new Set(['install', 'ci', 'create']);

/** The commands of a block, each as its words: comments and continued lines put aside. */
export function commandsOf(text: string): string[][] {
	return text
		.replace(/\\\n\s*/g, ' ')
		.split('\n')
		.map((line) => line.replace(/(^|\s)#.*$/, ''))
		.flatMap((line) => line.split(/\s(?:&&|\|\||\||;|>>|>)\s/))
		.map((command) => command.match(/"[^"]*"|'[^']*'|\S+/g) ?? [])
		.map((words) => words.filter((word, i) => i > 0 || !/^[A-Z_]+=/.test(word)))
		.filter((words) => words.length > 0);
}

/** @returns what is wrong with a command; null: nothing */
export function wrong(words: readonly string[]): string | null {
	const [program = '', first = '', ...rest] = words;
	if (program === 'npx' && first === PACKAGE.name) {
		return wrongFlags(rest);
	}
	if (program === 'npm') {
		return wrongNpm(first, rest);
	}
	if (program.includes('/')) {
		const file = program.replace(/\/build\/.*$/, '');
		return existsSync(join(ROOT, file)) ? null : `${file} does not exist`;
	}
	const isFile = /\.(txt|log|json)$/.test(program);
	return SYSTEM.has(program) || isFile ? null : `${program} is unknown`;
}

function wrongNpm(command: string, words: readonly string[]): string | null {
	const script = command === 'run' ? words[0]! : command;
	const isScript = command === 'run' || command === 'start' || command === 'test';
	if (isScript) {
		return script in PACKAGE.scripts ? null : `npm has no script ${script}`;
	}
	return NPM.has(command) ? null : `npm ${command} is unknown`;
}

/** Of `npx steadypcm`. */
function wrongFlags([command = '', ...words]: readonly string[]): string | null {
	const help = helpOf(command);
	const unknown = words.filter((word) => word.startsWith('--') && word !== '--help');
	const missing = unknown.find((flag) => !new RegExp(`${flag}\\b`).test(help));
	return missing === undefined ? null : `steadypcm ${command} has no ${missing}`;
}

const helps = new Map<string, string>();

/** @throws Error when there is no such command */
function helpOf(command: string): string {
	let help = helps.get(command);
	if (help === undefined) {
		const program = join(ROOT, 'dist/cli.js');
		help = execFileSync('node', [program, command, '--help'], { encoding: 'utf8' });
		helps.set(command, help);
	}
	return help;
}
