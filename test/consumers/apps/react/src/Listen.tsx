import { useState } from 'react';
import type { PcmPlayerState } from 'steadypcm';
import type { PcmPlayerElement } from 'steadypcm/element';
import 'steadypcm/element';

export function Listen({ src, sampleRate }: { src: string; sampleRate: number }) {
	const [state, setState] = useState<PcmPlayerState>('idle');

	return (
		<>
			<pcm-player
				controls
				label="Live"
				src={src}
				format={{ sampleRate }}
				onstatechange={({ detail }) => setState(detail.state)}
				onplaying={({ target }) => {
					// To look at in the console.
					Object.assign(window, { player: (target as PcmPlayerElement).player });
				}}
			/>
			<p>React knows: {state}</p>
		</>
	);
}
