import { PcmPlayer } from './index.min.js';

const player = new PcmPlayer('/audio', {
	format: { sampleRate: 16000 },
	workerUrl: '/worker.js', // the package's files, beside index.min.js
	workletUrl: '/worklet.js',
});
document.querySelector('button').onclick = () => player.play();

window.player = player; // to look at in the console
