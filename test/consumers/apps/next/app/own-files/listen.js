'use client';

import { useEffect, useRef } from 'react';
import { PcmPlayer } from 'steadypcm';

const options = {
	format: { sampleRate: 16000 },
	workerUrl: new URL('steadypcm/worker.js', import.meta.url).href,
	workletUrl: new URL('steadypcm/worklet.js', import.meta.url).href,
};

export function Listen() {
	const player = useRef(null);

	useEffect(
		() => () => {
			player.current?.close();
			player.current = null;
		},
		[],
	);

	function listen() {
		player.current ??= new PcmPlayer('/audio', options);
		window.player = player.current; // to look at in the console
		return player.current.play();
	}

	return <button onClick={listen}>Listen</button>;
}
