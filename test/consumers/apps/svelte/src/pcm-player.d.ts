// Lets markup know the element.
import type { HTMLAttributes } from 'svelte/elements';
import type { PcmPlayerAttributes, PcmPlayerElement } from 'steadypcm/element';

declare module 'svelte/elements' {
	interface SvelteHTMLElements {
		'pcm-player': Omit<HTMLAttributes<PcmPlayerElement>, keyof PcmPlayerAttributes> &
			PcmPlayerAttributes;
	}
}
