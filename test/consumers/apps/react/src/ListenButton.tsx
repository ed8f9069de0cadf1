import { useEffect, useRef, useState } from 'react';
import { PcmPlayer, type PcmPlayerState } from 'steadypcm';

export function ListenButton({ src, sampleRate }: { src: string; sampleRate: number }) {
	const player = useRef<PcmPlayer>(null);
	const [state, setState] = useState<PcmPlayerState>('idle');

	useEffect(() => {
		const life = new AbortController();
		const { signal } = life;
		const made = new PcmPlayer(src, { format: { sampleRate }, signal });
		made.addEventListener('statechange', ({ detail }) => setState(detail.state), { signal });
		player.current = made;
		// To look at in the console.
		Object.assign(window, { player: made });
		return () => life.abort();
	}, [src, sampleRate]);

	return <button onClick={() => player.current?.play()}>Listen ({state})</button>;
}
