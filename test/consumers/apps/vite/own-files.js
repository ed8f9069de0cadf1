import { PcmPlayer } from 'steadypcm';
import workerUrl from 'steadypcm/worker.js?url&no-inline';
import workletUrl from 'steadypcm/worklet.js?url&no-inline';

const player = new PcmPlayer('/audio', { format: { sampleRate: 16000 }, workerUrl, workletUrl });
document.querySelector('button').onclick = () => player.play();

window.player = player; // to look at in the console
