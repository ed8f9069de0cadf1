import { PcmPlayer } from 'steadypcm';

const format = { sampleRate: 16000 };
const players = [440, 660, 880].map(
	(frequency) => new PcmPlayer(`/audio?frequency=${frequency}`, { format }),
);
document.querySelector('button').onclick = () =>
	Promise.all(players.map((player) => player.play()));

window.players = players; // to look at in the console
