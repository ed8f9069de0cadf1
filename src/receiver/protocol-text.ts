/** Types of the framed protocol's own text messages; all others belong to the app. */
const PROTOCOL_TYPES: ReadonlySet<unknown> = new Set(['hello', 'ack', 'resume', 'time']);

/** True for a text message of the framed protocol itself: JSON with one of its types. */
export function isProtocolText(text: string): boolean {
	if (!text.startsWith('{')) {
		return false;
	}
	try {
		const message = JSON.parse(text) as { readonly type?: unknown };
		return PROTOCOL_TYPES.has(message.type);
	} catch {
		return false;
	}
}
