const assert = require('node:assert/strict');
const { PcmPlayer } = require('steadypcm');

assert.equal(
	new PcmPlayer('https://example.org/audio', { format: { sampleRate: 16000 } }).state,
	'idle',
);
