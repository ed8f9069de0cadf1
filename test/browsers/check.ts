// One row of the table: what is tried in every engine, and what is known to come of it.
import type { Stand } from './stand.js';

export const ENGINES = ['Chromium', 'Firefox', 'WebKitGTK'] as const;

export type Engine = (typeof ENGINES)[number];

/** What a check finds where everything is as it should be. */
export const AS_PROMISED = '✓';

export interface Check {
	/** A row's title. */
	readonly title: string;
	/** @returns AS_PROMISED, or what is otherwise in this engine, in words: what may differ, and nothing that varies
	 * from run to run
	 * @throws Error when something is wrong in any engine */
	run(stand: Stand): Promise<string>;
	/** What is otherwise, and known. */
	readonly differences?: Readonly<Partial<Record<Engine, string>>>;
	/** Why, and what the player or the app does about it. */
	readonly answer?: string;
}

export function expectedOf({ differences }: Check, engine: Engine): string {
	return differences?.[engine] ?? AS_PROMISED;
}
