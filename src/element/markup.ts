// The element as JSX and templates write it; types only.
import type { FormatOptions, PcmPlayerEventMap, PcmPlayerOptions } from '../index.js';
import type { ReflectedAttributes } from './attributes.js';
import type { PlayerWords } from './words.js';

/** Attributes by their names in HTML, properties that have none, and a listener for each event. */
export type PcmPlayerAttributes = ReflectedAttributes & {
	muted?: boolean | undefined;
	/** 0 to 1. */
	volume?: number | undefined;
	format?: FormatOptions | undefined;
	options?: PcmPlayerOptions | undefined;
	words?: Partial<PlayerWords> | undefined;
} & {
	[K in keyof PcmPlayerEventMap as `on${K}`]?: ((event: PcmPlayerEventMap[K]) => void) | undefined;
};
