// A receiver that is the test. Of the library it imports types only: it stands for one of its modules.
import type { ReceiverCommand, ReceiverEvent } from '../../../src/core/receiver-messages.js';

export class FakeReceiver {
	readonly thread = 'worker';
	readonly commands: ReceiverCommand[] = [];
	readonly tell: (event: ReceiverEvent) => void;
	isClosed = false;

	constructor(tell: (event: ReceiverEvent) => void) {
		this.tell = tell;
	}

	post(command: ReceiverCommand): void {
		this.commands.push(command);
	}

	close(): void {
		this.isClosed = true;
	}

	count(type: ReceiverCommand['type']): number {
		return this.commands.filter((command) => command.type === type).length;
	}
}

/** Of the test that runs. */
export const receivers: FakeReceiver[] = [];

/** In place of src/receiver-handle.ts. */
export const receiverModule = {
	ReceiverHandle: {
		start: (_: unknown, listener: (event: ReceiverEvent) => void) => {
			receivers.push(new FakeReceiver(listener));
			return Promise.resolve(receivers.at(-1));
		},
	},
};
