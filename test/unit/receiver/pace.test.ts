// Streams whose pace is not the declared one, through the whole receiver.
import { describe, expect, it } from 'vitest';
import type { ReceiverSetup } from '../../../src/core/receiver-messages.js';
import { ReceiverRig } from './receiver-rig.js';

const RATE = 16_000;
const RAW: Partial<ReceiverSetup> = {
	protocol: 'raw',
	subprotocols: [],
	format: { sampleRate: RATE, sampleFormat: 's32', channels: 2, byteOrder: 'little' },
};

/** Every message of 20 ms as declared, seconds apart. */
function hear(give: (rig: ReceiverRig, bytes: Uint8Array) => void, apart: number, setup = {}) {
	const rig = new ReceiverRig();
	rig.start({ ...RAW, ...setup });
	rig.wires.at(-1)?.accept('');
	for (let at = 0; at < 15; at += apart) {
		give(rig, new Uint8Array((RATE / 50) * 8));
		rig.run(apart);
	}
	return rig.told('fault');
}

const overTheNetwork = (rig: ReceiverRig, bytes: Uint8Array): void => rig.wire.give(bytes);

describe("a raw stream's pace", () => {
	it('that cannot be the declared one is told once', () => {
		expect(hear(overTheNetwork, 0.04)).toEqual([
			{
				type: 'fault',
				code: 'format-suspect',
				message: expect.stringMatching(
					/^Expected 16000 sample frames a second as declared, got 8000: sampleRate or channels/,
				) as string,
			},
		]);
	});

	it('that is the declared one is not', () => {
		expect(hear(overTheNetwork, 0.02)).toEqual([]);
	});

	it('is free where all is played, and where the page writes', () => {
		expect(hear(overTheNetwork, 0.04, { mode: 'complete' })).toEqual([]);
		const write = (rig: ReceiverRig, bytes: Uint8Array): void =>
			rig.receiver.obey({ type: 'write', bytes: bytes as Uint8Array<ArrayBuffer>, id: 0 });
		expect(hear(write, 0.04, { urls: [] })).toEqual([]);
	});
});
