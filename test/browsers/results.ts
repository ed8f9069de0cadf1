// What was found in each engine, as the table of docs/browsers.md.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { ENGINES, expectedOf, type Check, type Engine } from './check.js';

const ROOT = new URL('../..', import.meta.url);
const REPORT = new URL('test/output/browsers.md', ROOT);
const GUIDE = new URL('docs/browsers.md', ROOT);

/** Between these lines the guide holds the table. */
const MARKS = ['<!-- measured by npm run test:browsers -->', '<!-- end -->'] as const;

const FAILED = '✗';
const NOT_TRIED = 'not tried';

export class Results {
	readonly #checks: readonly Check[];
	readonly #versions = new Map<Engine, string>();
	readonly #findings = new Map<Engine, Map<Check, string>>();

	constructor(checks: readonly Check[]) {
		this.#checks = checks;
	}

	version(engine: Engine, version: string): void {
		this.#versions.set(engine, version);
		this.#findings.set(engine, new Map());
	}

	/** A check has failed until it found something. */
	began(engine: Engine, check: Check): void {
		this.#findings.get(engine)!.set(check, FAILED);
	}

	found(engine: Engine, check: Check, finding: string): void {
		this.#findings.get(engine)!.set(check, finding);
	}

	/** The report; and in the guide, when every check was tried in every engine and none came out otherwise than it
	 * should, outside CI. */
	async write(): Promise<void> {
		await mkdir(new URL('.', REPORT), { recursive: true });
		await writeFile(REPORT, await markdown([this.#table()]));
		const isWhole = ENGINES.every((engine) =>
			this.#checks.every((check) => this.#finding(engine, check) === expectedOf(check, engine)),
		);
		if (isWhole && process.env['CI'] === undefined) {
			const guide = await readFile(GUIDE, 'utf8');
			const [before] = guide.split(MARKS[0]);
			const [, after] = guide.split(MARKS[1]);
			await writeFile(GUIDE, await markdown([before!, MARKS[0], this.#table(), MARKS[1], after!]));
		}
	}

	#finding(engine: Engine, check: Check): string {
		return this.#findings.get(engine)?.get(check) ?? NOT_TRIED;
	}

	#table(): string {
		const titles = ENGINES.map((engine) => `${engine} ${this.#versions.get(engine) ?? ''}`);
		const rows = this.#checks.map((check) => [
			check.title,
			...ENGINES.map((engine) => this.#finding(engine, check)),
			check.answer ?? '',
		]);
		const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
		const head = ['', ...titles, 'where they differ'];
		return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
	}
}

async function markdown(parts: readonly string[]): Promise<string> {
	const style = await resolveConfig(GUIDE);
	return format(parts.join('\n\n'), { ...style, parser: 'markdown' });
}
