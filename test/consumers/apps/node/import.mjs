// What a server that renders pages does: loads the package and makes a player, which touches nothing of a page.
import assert from 'node:assert/strict';
import { PcmPlayer } from 'steadypcm';

const player = new PcmPlayer('wss://example.org/audio', { format: { sampleRate: 16000 } });
assert.equal(player.state, 'idle');
await player.close();
