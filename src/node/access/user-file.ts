// The users of a file that may change while it is in use. It is looked at when somebody logs in: no signal has to be
// sent, and what a shell does with SIGHUP stays as it is.
import { readFile, stat } from 'node:fs/promises';
import { silentJournal, type Journal } from '../journal.js';
import { UserList, type Users } from './user-list.js';

/** A users file, read again when it has changed. */
export class UserFile implements Users {
	readonly #path: string;
	readonly #journal: Journal;
	#users: UserList;
	#version: string;

	private constructor(path: string, journal: Journal, version: string, users: UserList) {
		this.#path = path;
		this.#journal = journal;
		this.#version = version;
		this.#users = users;
	}

	/** Reads the file at `path`. Rejects with the file system's error or a `UserListError`; later such errors are told to
	 * the journal, and the users stay who they were. */
	static async open(path: string, journal: Journal = silentJournal): Promise<UserFile> {
		const version = await versionOf(path);
		return new UserFile(path, journal, version, new UserList(await readFile(path, 'utf8')));
	}

	has(name: string): boolean {
		return this.#users.has(name);
	}

	async verify(name: string, password: string): Promise<boolean> {
		await this.#refresh();
		return this.#users.verify(name, password);
	}

	/** A version is taken before it is read: one that changes meanwhile is read again. What is broken is told once. */
	async #refresh(): Promise<void> {
		const version = await versionOf(this.#path).catch(() => 'missing');
		if (version === this.#version) {
			return;
		}
		this.#version = version;
		try {
			const users = new UserList(await readFile(this.#path, 'utf8'));
			if (this.#version !== version) {
				// Somebody has read a newer one meanwhile.
				return;
			}
			this.#users = users;
			this.#journal.info('The users file has changed and was read.', { users: this.#users.size });
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			this.#journal.error(
				'The users file has changed and cannot be read: the users stay as they were.',
				{
					error: message,
				},
			);
		}
	}
}

/** What changes whenever the file does, be it replaced or written to. */
async function versionOf(path: string): Promise<string> {
	const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
	return [ino, size, mtimeNs, ctimeNs].join(' ');
}
