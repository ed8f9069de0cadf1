/** What is needed of a MessagePort, in words that every realm has. */
export interface ThreadPort {
	onmessage: ((event: { readonly data: unknown }) => unknown) | null;
	postMessage(message: unknown, transfer?: readonly unknown[]): void;
}
