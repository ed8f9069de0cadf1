// A streaming fetch as a Download. What comes is handed on before more is read: a reader that is slow slows the
// sender, as with any TCP connection.
import type { Download } from './environment.js';

export class FetchDownload implements Download {
	onopen: Download['onopen'] = null;
	onbytes: Download['onbytes'] = null;
	onclose: Download['onclose'] = null;
	readonly #abort = new AbortController();

	constructor(
		fetch: typeof globalThis.fetch,
		url: string,
		headers: Readonly<Record<string, string>>,
	) {
		this.#run(fetch, url, headers).then(
			() => this.onclose?.(null),
			(cause: unknown) => this.onclose?.(String(cause)),
		);
	}

	close(): void {
		this.onopen = this.onbytes = this.onclose = null;
		this.#abort.abort();
	}

	async #run(
		fetch: typeof globalThis.fetch,
		url: string,
		headers: Readonly<Record<string, string>>,
	): Promise<void> {
		const { signal } = this.#abort;
		const response = await fetch(url, { headers, signal, cache: 'no-store' });
		const { status } = response;
		this.onopen?.({ status, header: (name) => response.headers.get(name) });
		const reader = response.body?.getReader();
		for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
			this.onbytes?.(read.value);
		}
	}
}
