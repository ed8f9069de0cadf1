// What the receiver needs of its thread, injected so that it runs on a virtual clock as well.

/** What is used of a WebSocket. */
export interface Socket {
	binaryType: string;
	readonly protocol: string;
	onopen: (() => void) | null;
	onmessage: ((event: { readonly data: unknown }) => void) | null;
	onclose:
		| ((event: {
				readonly code: number;
				readonly reason: string;
				readonly wasClean: boolean;
		  }) => void)
		| null;
	send(text: string): void;
	close(code?: number): void;
}

/** What the thread's setTimeout gives. */
export type Timer = object | number;

export interface Environment {
	/** Milliseconds, monotonic. */
	now(): number;
	setTimer(fire: () => void, delayMs: number): Timer;
	clearTimer(timer: Timer): void;
	/** 0 to 1, 1 excluded. */
	random(): number;
	openSocket(url: string, subprotocols: readonly string[]): Socket;
	/** True where SharedArrayBuffer exists and may cross to the audio thread. */
	readonly canShareMemory: boolean;
}
