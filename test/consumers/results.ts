// What was seen of each app and page, as the tables of docs/bundlers.md.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { APPS, type App, type Site, type Visit } from './apps.js';
import { CONDITIONS, type ConditionName } from './conditions.js';
import type { PageVisit } from './page-visit.js';
import type { Built } from './workplace.js';

const ROOT = new URL('../..', import.meta.url);
const REPORT = new URL('test/output/consumers.md', ROOT);
const GUIDE = new URL('docs/bundlers.md', ROOT);

/** Between these lines the guide holds the tables. */
const MARKS = ['<!-- measured by npm run test:consumers -->', '<!-- end -->'] as const;

/** Columns of the bundlers' table. */
const COLUMNS: readonly ConditionName[] = ['plain', 'isolated', 'strict-csp', 'trusted-types'];

export class Results {
	/** By folder; null: failed. */
	readonly #builds = new Map<string, Built | null>();
	/** null: failed. */
	readonly #visits = new Map<Visit, PageVisit | null>();

	/** An app has failed until `builds` says otherwise. */
	began(app: App): void {
		this.#builds.set(app.folder, null);
	}

	builds(app: App, built: Built): void {
		this.#builds.set(app.folder, built);
	}

	/** A page has failed until `plays` says otherwise. */
	visits(visit: Visit): void {
		this.#visits.set(visit, null);
	}

	plays(visit: Visit, seen: PageVisit): void {
		this.#visits.set(visit, seen);
	}

	get isGreen(): boolean {
		return ![...this.#builds.values(), ...this.#visits.values()].includes(null);
	}

	/** The report; and in the guide, when every app and page was tried and none failed, outside CI. */
	async write(): Promise<void> {
		await mkdir(new URL('.', REPORT), { recursive: true });
		await writeFile(REPORT, await markdown([this.#tools(true), this.#pages()]));
		const visits = APPS.flatMap(({ sites }) => sites.flatMap((site) => site.visits));
		const isWhole = this.#builds.size === APPS.length && this.#visits.size === visits.length;
		if (isWhole && this.isGreen && process.env['CI'] === undefined) {
			const guide = await readFile(GUIDE, 'utf8');
			const [before] = guide.split(MARKS[0]);
			const [, after] = guide.split(MARKS[1]);
			const tables = [MARKS[0], this.#tools(false), this.#pages(), MARKS[1]];
			await writeFile(GUIDE, await markdown([before!, ...tables, after!]));
		}
	}

	/** A row for each tool. @param isTimed with what differs from machine to machine */
	#tools(isTimed: boolean): string {
		const titles = COLUMNS.map((column) => CONDITIONS[column].title);
		const head = ['', 'version', ...(isTimed ? ['build, s'] : []), 'scripts, kB gzip', ...titles];
		const rows = sitesWhere((site) => site.isOnePage !== true).map(([app, site]) => {
			const built = this.#builds.get(app.folder);
			return [
				site.title,
				built?.version ?? '',
				...(isTimed ? [built?.buildSeconds.toFixed(1) ?? '–'] : []),
				site.isBundled === false ? '–' : this.#size(site),
				...COLUMNS.map((column) => this.#cell(site, column)),
			];
		});
		return table([head, ...rows]);
	}

	/** A row for each page that is there for its condition, and for each app without pages. */
	#pages(): string {
		const rows = sitesWhere((site) => site.isOnePage === true).flatMap(([, site]) =>
			site.visits.map((visit) => [
				[visit.title, CONDITIONS[visit.condition].title].filter(Boolean).join(', '),
				mark(this.#visits.get(visit)),
			]),
		);
		const apps = APPS.filter(({ title }) => title !== undefined).map(({ title, folder }) => [
			title!,
			mark(this.#builds.get(folder)),
		]);
		return table([['', 'works'], ...rows, ...apps]);
	}

	#size(site: Site): string {
		const bytes = this.#visits.get(site.visits[0]!)?.scriptBytes;
		return bytes === undefined ? '–' : (bytes / 1000).toFixed(1);
	}

	#cell(site: Site, condition: ConditionName): string {
		const visit = site.visits.find((one) => one.condition === condition);
		return visit === undefined ? '–' : mark(this.#visits.get(visit));
	}
}

function sitesWhere(isWanted: (site: Site) => boolean): (readonly [App, Site])[] {
	return APPS.flatMap((app) => app.sites.filter(isWanted).map((site) => [app, site] as const));
}

function mark(seen: object | null | undefined): string {
	return seen === undefined ? 'not tried' : seen === null ? '✗' : '✓';
}

function table([head, ...rows]: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
	return [line(head!), line(head!.map(() => '---')), ...rows.map(line)].join('\n');
}

async function markdown(parts: readonly string[]): Promise<string> {
	const style = await resolveConfig(GUIDE);
	return format(parts.join('\n\n'), { ...style, parser: 'markdown' });
}
