import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSourceWords } from '../../../src/node/command-line/source-word.js';

let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'steadypcm-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a source word', () => {
	it('has a name of its own, or is given one', async () => {
		const wave = join(folder, 'My talk.wav');
		await writeFile(wave, '');
		const words = [
			'door=rtsp://u:p@cam/live?x=1',
			'rtsp://u:p@cam/live',
			'tone',
			'tone',
			wave,
			'-',
		];
		const sources = parseSourceWords(words);
		expect(sources.map(({ name, kind, input }) => [name, kind, input])).toEqual([
			['door', 'url', 'rtsp://u:p@cam/live?x=1'],
			['live', 'url', 'rtsp://u:p@cam/live'],
			['tone', 'tone', 'tone'],
			['tone-2', 'tone', 'tone'],
			['My-talk', 'wave', wave],
			['stdin', 'stdin', '-'],
		]);
	});

	it.each([
		['alsa:hw:0', 'alsa', 'hw:0'],
		['pulse:', 'pulse', 'default'],
		['avfoundation::0', 'avfoundation', ':0'],
		['dshow:audio=Microphone (USB)', 'dshow', 'audio=Microphone (USB)'],
	])('%s is a device', (word, device, input) => {
		expect(parseSourceWords([word])).toEqual([{ name: device, kind: 'device', input, device }]);
	});
});
