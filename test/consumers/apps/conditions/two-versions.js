import { PcmPlayer } from 'steadypcm';
import { PcmPlayer as OtherPcmPlayer } from 'steadypcm-other';

const format = { sampleRate: 16000 };

document.querySelector('button').onclick = () => {
	const context = new AudioContext();
	const players = [
		new PcmPlayer('/audio?frequency=440', { format, context }),
		new OtherPcmPlayer('/audio?frequency=660', { format, context }),
	];
	window.players = players; // to look at in the console
	return Promise.all(players.map((player) => player.play()));
};
