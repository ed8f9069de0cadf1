import { PcmPlayer } from 'steadypcm';

const player = new PcmPlayer('/audio', { format: { sampleRate: 16000 } });
document.querySelector('button').onclick = () => player.play();

window.player = player; // to look at in the console
