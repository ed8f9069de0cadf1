import type { StreamFormat } from '../core/stream-format.js';
export interface Suspicion {
	readonly looksLike: Pick<StreamFormat, 'sampleFormat' | 'byteOrder'>;
}
export class FormatSuspicion {
	constructor(_declared: StreamFormat) {}
	feed(_bytes: Uint8Array): Suspicion | null {
		return null;
	}
}
