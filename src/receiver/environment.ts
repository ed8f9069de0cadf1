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

/** An HTTP response that is read while it comes. */
export interface Download {
	onopen: ((response: ResponseHead) => void) | null;
	/** Whatever came since: the cuts mean nothing. */
	onbytes: ((bytes: Uint8Array) => void) | null;
	/** null: the response was complete; else why it is not. */
	onclose: ((error: string | null) => void) | null;
	/** Ends it; nothing is called from then on. */
	close(): void;
}

export interface ResponseHead {
	readonly status: number;
	/** null: there is none, or it may not be seen here (CORS). */
	readonly header: (name: string) => string | null;
}

/** What the thread's setTimeout gives. */
export type Timer = object | number;

export interface Environment {
	/** Milliseconds, monotonic. */
	now(): number;
	/** Milliseconds since the Unix epoch at now() 0. Steps of the system's clock do not show in `timeOrigin + now()`. */
	readonly timeOrigin: number;
	/** Milliseconds since the Unix epoch, by the system's clock: goes on while the system sleeps. */
	wallNow(): number;
	setTimer(fire: () => void, delayMs: number): Timer;
	clearTimer(timer: Timer): void;
	/** 0 to 1, 1 excluded. */
	random(): number;
	openSocket(url: string, subprotocols: readonly string[]): Socket;
	openDownload(url: string, headers: Readonly<Record<string, string>>): Download;
	/** True where SharedArrayBuffer exists and may cross to the audio thread. */
	readonly canShareMemory: boolean;
}
