// What a gateway has to say about its work. The library says it to a journal that it is given and keeps silent
// without one; passwords and tokens never get that far.
import type { Clock } from './clock.js';
import { MessageRate } from './fanout/message-rate.js';
import { secretFree } from './source/secret-free.js';

/** Facts beside an entry's text, for machines. */
export type JournalFields = Readonly<Record<string, string | number | boolean | null>>;

/** Takes entries, as `pino` and others do once their arguments are turned round. */
export interface Journal {
	/** Each listener that comes and goes. */
	debug(text: string, fields?: JournalFields): void;
	/** What the operator did, and what works again. */
	info(text: string, fields?: JournalFields): void;
	/** What may need a hand, and heals by itself perhaps. */
	warn(text: string, fields?: JournalFields): void;
	/** What does not work. */
	error(text: string, fields?: JournalFields): void;
}

export const silentJournal: Journal = {
	debug: () => {},
	info: () => {},
	warn: () => {},
	error: () => {},
};

/** Fields whose value nobody may read, whatever a caller puts there. */
const SECRET_NAME = /pass|pwd|token|secret|authorization|cookie|key/i;

const HIDDEN = '***';

/** A journal that passes everything on to `journal` but secrets: those in URLs, in query fields, and whole fields that
 * are called like one. */
export function secretFreeJournal(journal: Journal): Journal {
	return {
		debug: (text, fields) => journal.debug(secretFree(text), fields && withoutSecrets(fields)),
		info: (text, fields) => journal.info(secretFree(text), fields && withoutSecrets(fields)),
		warn: (text, fields) => journal.warn(secretFree(text), fields && withoutSecrets(fields)),
		error: (text, fields) => journal.error(secretFree(text), fields && withoutSecrets(fields)),
	};
}

function withoutSecrets(fields: JournalFields): JournalFields {
	const shown = Object.entries(fields).map(([name, value]) => {
		if (SECRET_NAME.test(name)) {
			return [name, HIDDEN] as const;
		}
		return [name, typeof value === 'string' ? secretFree(value) : value] as const;
	});
	return Object.fromEntries(shown);
}

/** Warnings a second; an attack makes thousands, which metrics count better. */
const MAX_WARNINGS = 20;

/** A journal that passes everything on to `journal` but most of a flood of warnings. */
export function calmJournal(journal: Journal, clock: Clock): Journal {
	const rate = new MessageRate(MAX_WARNINGS, clock);
	let left = 0;
	return {
		...journal,
		warn: (text, fields) => {
			if (!rate.allows()) {
				left++;
				return;
			}
			if (left > 0) {
				journal.warn('There were too many warnings to tell all.', { left });
				left = 0;
			}
			journal.warn(text, fields);
		},
	};
}
