import { PcmPlayer } from 'steadypcm';

const player = new PcmPlayer('/audio', {
	format: { sampleRate: 16000 },
	workerUrl: new URL('steadypcm/worker.js', import.meta.url).href,
	workletUrl: new URL('steadypcm/worklet.js', import.meta.url).href,
});
document.querySelector('button').onclick = () => player.play();

window.player = player; // to look at in the console
