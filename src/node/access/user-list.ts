// Who may listen: names and their password hashes, one `name:$scrypt$…` a line. Empty lines and lines that begin with
// # are comments.
import {
	decoyHash,
	DEFAULT_COST,
	isPassword,
	MAX_PASSWORD,
	parsePasswordHash,
	type PasswordHash,
} from './password.js';

/** Longest user name, characters. */
export const MAX_USER_NAME = 64;

/** A line of a users file that is none; the message names the line, and never what it holds. */
export class UserListError extends Error {
	override readonly name = 'UserListError';
}

/** Who is asked whether a password is right. */
export interface Users {
	/** Whether `name` is a user; tells nobody outside, a log may know. */
	has(name: string): boolean;
	/** Whether `password` is that of `name`. An unknown name takes as long as a wrong password. */
	verify(name: string, password: string): Promise<boolean>;
}

/** The users of one text. */
export class UserList implements Users {
	readonly #hashes: ReadonlyMap<string, PasswordHash>;
	readonly #decoy: PasswordHash;

	/** @param text of the whole file
	 * @throws UserListError for a line that is none, a name that comes twice, and a file without users */
	constructor(text: string) {
		const hashes = new Map<string, PasswordHash>();
		for (const [i, line] of text.split(/\r?\n/).entries()) {
			if (line.trim() !== '' && !line.startsWith('#')) {
				const { name, hash } = parseLine(line.trim(), i + 1);
				if (hashes.has(name)) {
					throw new UserListError(`Expected each user once, got "${name}" again on line ${i + 1}.`);
				}
				hashes.set(name, hash);
			}
		}
		const [first] = hashes.values();
		if (first === undefined) {
			throw new UserListError('Expected at least one user, got none.');
		}
		this.#hashes = hashes;
		this.#decoy = decoyHash(first);
	}

	/** Users in it. */
	get size(): number {
		return this.#hashes.size;
	}

	has(name: string): boolean {
		return this.#hashes.has(name);
	}

	async verify(name: string, password: string): Promise<boolean> {
		const hash = this.#hashes.get(name);
		const isRight = await isPassword(password.slice(0, MAX_PASSWORD), hash ?? this.#decoy);
		return isRight && hash !== undefined && password.length <= MAX_PASSWORD;
	}
}

/** Whether a users file can hold `name`. */
export function isUserName(name: string): boolean {
	return name.length <= MAX_USER_NAME && /^[^\s:#$][^:\r\n]*$/.test(name);
}

function parseLine(line: string, number: number): { name: string; hash: PasswordHash } {
	const colon = line.indexOf(':');
	const name = line.slice(0, colon);
	const hash = parsePasswordHash(line.slice(colon + 1));
	if (colon < 0 || !isUserName(name) || hash === null) {
		const { ln, r, p } = DEFAULT_COST;
		throw new UserListError(
			`Expected "name:$scrypt$ln=${ln},r=${r},p=${p}$…" on line ${number}, got something else. ` +
				'"steadypcm hash <name>" makes such a line.',
		);
	}
	return { name, hash };
}
