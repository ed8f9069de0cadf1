// The ready page: a fixed list of files, read once. A request's path is looked up in it and never becomes a path of the
// file system.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reply } from './reply.js';

/** Path of the URL, file of the folder, media type. */
const FILES = [
	['/', 'page.html', 'text/html; charset=utf-8'],
	['/page.css', 'page.css', 'text/css; charset=utf-8'],
	['/page.js', 'page.js', 'text/javascript; charset=utf-8'],
	['/icon.svg', 'icon.svg', 'image/svg+xml'],
	['/index.min.js', 'index.min.js', 'text/javascript; charset=utf-8'],
	['/worklet.js', 'worklet.js', 'text/javascript; charset=utf-8'],
	['/worker.js', 'worker.js', 'text/javascript; charset=utf-8'],
] as const;

/** Everything from this server alone, nothing inline. */
const POLICY =
	"default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

interface PageFile {
	readonly type: string;
	readonly content: Buffer;
	readonly etag: string;
}

/** The page's files, in memory. */
export class PageFiles {
	readonly #files: ReadonlyMap<string, PageFile>;

	private constructor(files: ReadonlyMap<string, PageFile>) {
		this.#files = files;
	}

	/** @param folder that holds page.html, page.css, page.js, icon.svg, index.min.js, worklet.js and worker.js; null: the
	 * package's own. Rejects with the file system's error when one is missing. */
	static async open(folder: string | null): Promise<PageFiles> {
		const from = folder ?? packageFolder();
		const files = FILES.map(async ([path, name, type]) => {
			const content = await readFile(join(from, name));
			const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
			return [path, { type, content, etag }] as const;
		});
		return new PageFiles(new Map(await Promise.all(files)));
	}

	has(path: string): boolean {
		return this.#files.has(path);
	}

	/** Answers a GET or HEAD for a path that `has`. */
	answer(path: string, request: IncomingMessage, response: ServerResponse): void {
		const { type, content, etag } = this.#files.get(path)!;
		const headers = { 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache', ETag: etag };
		if (request.headers['if-none-match'] === etag) {
			response.writeHead(304, headers).end();
		} else {
			reply(response, 200, type, content, headers);
		}
	}
}

/** Where the built package is: beside this code once built, else the repository's dist. */
function packageFolder(): string {
	const here = dirname(fileURLToPath(import.meta.url));
	return existsSync(join(here, 'page.html')) ? here : resolve(here, '../../../dist');
}
