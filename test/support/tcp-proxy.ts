// A way to a port of this machine that can die without a word: its connections stay open and carry nothing.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One connection: both its ends. */
interface Passage {
	readonly ends: readonly [Socket, Socket];
	isDead: boolean;
}

export class TcpProxy {
	readonly #server: Server;
	readonly #passages = new Set<Passage>();

	private constructor(target: number) {
		this.#server = createServer((near) => {
			const far = connect(target, '127.0.0.1');
			const passage: Passage = { ends: [near, far], isDead: false };
			this.#passages.add(passage);
			this.#carry(passage, near, far);
			this.#carry(passage, far, near);
		});
	}

	static async open(target: number): Promise<TcpProxy> {
		const proxy = new TcpProxy(target);
		await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
		return proxy;
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	/** From now on the connections that there are swallow all that comes, from either side; later ones do not. */
	swallow(): void {
		for (const passage of this.#passages) {
			passage.isDead = true;
		}
	}

	async close(): Promise<void> {
		const closed = new Promise((resolve) => this.#server.close(resolve));
		for (const { ends } of this.#passages) {
			ends.forEach((end) => end.destroy());
		}
		await closed;
	}

	#carry(passage: Passage, from: Socket, to: Socket): void {
		from.setNoDelay(true);
		from.on('data', (bytes) => {
			if (!passage.isDead) {
				to.write(bytes);
			}
		});
		from.on('error', () => undefined);
		from.on('close', () => {
			if (!passage.isDead) {
				to.destroy();
			}
		});
	}
}
