// Lets JSX know the element.
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { PcmPlayerAttributes, PcmPlayerElement } from 'steadypcm/element';

declare module 'react' {
	namespace JSX {
		interface IntrinsicElements {
			'pcm-player': DetailedHTMLProps<HTMLAttributes<PcmPlayerElement>, PcmPlayerElement> &
				PcmPlayerAttributes;
		}
	}
}
