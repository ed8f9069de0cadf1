// Players on a page that the test moves, with the test in place of their receivers and audio threads. A test file that
// uses it has to say:
//
//	vi.mock('../../../src/receiver-handle.js', async () => (await import('./fake-receiver.js')).receiverModule);
import { vi } from 'vitest';
import { PcmPlayer } from '../../../src/index.js';
import type { PcmPlayerOptions } from '../../../src/index.js';
import { receivers, type FakeReceiver } from './fake-receiver.js';
import { FakePage, type FakeContext, type FakeWorkletNode } from './fake-page.js';

export const opening = { type: 'open', url: 'wss://a/', subprotocol: '' } as const;

export interface RiggedPlayer {
	readonly player: PcmPlayer;
	/** States entered, and in brackets `waiting` and codes of errors. */
	readonly told: string[];
}

export interface SoundingPlayer extends RiggedPlayer {
	readonly context: FakeContext;
	readonly node: FakeWorkletNode;
	readonly receiver: FakeReceiver;
}

export class PlayerRig {
	readonly page: FakePage;
	readonly receivers = receivers;
	readonly #players: PcmPlayer[] = [];

	/** From now on time is the test's. */
	constructor() {
		vi.useFakeTimers();
		receivers.length = 0;
		this.page = new FakePage();
	}

	async close(): Promise<void> {
		await Promise.all([...this.#players.map((player) => player.close()), this.pass(100)]);
		vi.useRealTimers();
		vi.unstubAllGlobals();
	}

	pass(milliseconds: number): Promise<unknown> {
		return vi.advanceTimersByTimeAsync(milliseconds);
	}

	make(options: PcmPlayerOptions = {}, url: string | null = 'wss://a/'): RiggedPlayer {
		const player = new PcmPlayer(url, { format: { sampleRate: 48_000 }, ...options });
		this.#players.push(player);
		const told: string[] = [];
		player.addEventListener('statechange', ({ detail }) => told.push(detail.state));
		player.addEventListener('waiting', () => told.push('(waiting)'));
		player.addEventListener('error', ({ error }) => told.push(`(${error.code})`));
		return { player, told };
	}

	/** One that sounds. */
	async playing(options: PcmPlayerOptions = {}): Promise<SoundingPlayer> {
		const { player, told } = this.make(options);
		const started = player.play();
		await this.pass(0);
		const receiver = receivers.at(-1)!;
		const node = this.page.nodes.at(-1)!;
		receiver.tell(opening);
		node.enter('playing');
		await this.pass(50);
		await started;
		told.length = 0;
		const context =
			(options.context as unknown as FakeContext | undefined) ?? this.page.contexts.at(-1)!;
		return { player, told, context, node, receiver };
	}
}
