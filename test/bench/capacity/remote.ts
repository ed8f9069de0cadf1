// A process of its own, on a processor core of its own where that can be had: it is asked by name, and answers.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** What a process does when it is asked, by name. */
export type Orders = Readonly<Record<string, (argument: never) => unknown>>;

interface Question {
	readonly id: number;
	readonly name: string;
	readonly argument: unknown;
}

interface Answer {
	readonly id: number;
	readonly value?: unknown;
	/** Given when it failed. */
	readonly error?: string;
}

interface Waiting {
	readonly resolve: (value: never) => void;
	readonly reject: (error: Error) => void;
}

/** Whether processes can be kept on a core each: `taskset` and two cores. */
export const canPin =
	availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** The asking end. */
export class Remote<Served extends Orders> {
	readonly #process: ChildProcess;
	readonly #waiting = new Map<number, Waiting>();
	#questions = 0;

	/** @param script that calls `obey` @param core that it keeps to, where it can */
	constructor(script: string, core: number) {
		const node = [process.execPath, '--expose-gc', script];
		const [command, ...words] = canPin ? ['taskset', '-c', String(core), ...node] : node;
		this.#process = spawn(command!, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
		this.#process.on('message', ({ id, value, error }: Answer) => {
			const waiting = this.#waiting.get(id);
			this.#waiting.delete(id);
			if (error === undefined) {
				waiting?.resolve(value as never);
			} else {
				waiting?.reject(new Error(error));
			}
		});
		this.#process.on('exit', (code) => {
			const error = new Error(
				`Expected an answer from ${script}, got exit code ${code ?? 'none'}.`,
			);
			this.#waiting.forEach(({ reject }) => reject(error));
		});
	}

	ask<Name extends keyof Served & string>(
		name: Name,
		...[argument]: Parameters<Served[Name]>
	): Promise<Awaited<ReturnType<Served[Name]>>> {
		const id = this.#questions++;
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject });
			this.#process.send({ id, name, argument } satisfies Question);
		});
	}

	close(): void {
		this.#process.removeAllListeners('exit');
		this.#process.kill();
	}
}

/** The answering end: this process does as it is asked. */
export function obey(orders: Orders): void {
	process.on('message', ({ id, name, argument }: Question) => {
		const answer = (part: Omit<Answer, 'id'>): unknown => process.send!({ id, ...part });
		new Promise((resolve) => resolve(orders[name]!(argument as never))).then(
			(value) => answer({ value }),
			(error: unknown) => answer({ error: String(error) }),
		);
	});
	process.on('disconnect', () => process.exit());
}
