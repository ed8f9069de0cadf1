// The two processes of a case: a server on one core, its listeners on another.
import { build } from 'vite';
import type { AudienceOptions } from './audience.js';
import type { CrowdOrders } from './crowd.js';
import { Remote } from './remote.js';
import type { ServerOrders } from './server.js';

const FOLDER = 'test/output/capacity';

/** Each as one module, as the library is shipped. */
export async function bundle(): Promise<void> {
	for (const name of ['server', 'crowd']) {
		await build({
			configFile: false,
			logLevel: 'warn',
			publicDir: false,
			build: {
				ssr: `test/bench/capacity/${name}.ts`,
				outDir: FOLDER,
				emptyOutDir: false,
				minify: false,
				target: 'node20',
				rolldownOptions: { output: { entryFileNames: `${name}.mjs` } },
			},
		});
	}
}

/** A server and listeners, fresh for each case. */
export class Processes {
	readonly server = new Remote<ServerOrders>(`${FOLDER}/server.mjs`, 0);
	readonly crowd = new Remote<CrowdOrders>(`${FOLDER}/crowd.mjs`, 1);

	/** More listeners come to `path`; resolves when they are connected. */
	async come(name: string, audience: Omit<AudienceOptions, 'port'>): Promise<void> {
		const port = await this.server.ask('port');
		await this.crowd.ask('come', { name, port, ...audience });
	}

	close(): void {
		this.server.close();
		this.crowd.close();
	}
}
