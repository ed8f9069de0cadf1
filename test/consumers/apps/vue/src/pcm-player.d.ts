// Lets templates know the element.
import type { PcmPlayerAttributes } from 'steadypcm/element';
import type { DefineComponent } from 'vue';

declare module 'vue' {
	interface GlobalComponents {
		'pcm-player': DefineComponent<PcmPlayerAttributes>;
	}
}
