// A way to a port of this machine that breaks as networks do: its connections are reset, carry nothing for a while, or
// die without a word and stay open.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One connection: both its ends. */
interface Passage {
	readonly ends: readonly [Socket, Socket];
	isDead: boolean;
}

export class TcpProxy {
	readonly #server: Server;
	readonly #passages = new Set<Passage>();
	#isHeld = false;

	private constructor(target: number) {
		this.#server = createServer((near) => {
			const far = connect(target, '127.0.0.1');
			const passage: Passage = { ends: [near, far], isDead: false };
			this.#passages.add(passage);
			near.on('close', () => this.#passages.delete(passage));
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

	/** Carries nothing from now on, of later connections neither, and takes nothing: who sends meets a full buffer. */
	hold(): void {
		this.#isHeld = true;
		for (const { ends } of this.#passages) {
			ends.forEach((end) => end.pause());
		}
	}

	/** Carries on, with all that waits. */
	release(): void {
		this.#isHeld = false;
		for (const { ends } of this.#passages) {
			ends.forEach((end) => end.resume());
		}
	}

	/** Resets the connections that there are, at both ends. */
	reset(): void {
		for (const { ends } of this.#passages) {
			ends.forEach((end) => end.resetAndDestroy());
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
		if (this.#isHeld) {
			from.pause();
		}
		from.on('error', () => undefined);
		from.on('close', (hasFailed) => {
			if (passage.isDead) {
				return;
			}
			if (hasFailed) {
				to.resetAndDestroy();
			} else {
				to.destroy();
			}
		});
	}
}
