// What the page writes ends in mid-sample: whether the rest is still to come.
import { expect, it } from 'vitest';
import type { ReceiverCommand } from '../../../src/core/receiver-messages.js';
import { FORMAT, positionOf } from './fake-server.js';
import { ReceiverRig } from './receiver-rig.js';

const STRIDE = 8;

/** Sample frames, each its own number. */
function numbered(from: number, count: number): Uint8Array<ArrayBuffer> {
	return new Uint8Array(
		Float32Array.from({ length: 2 * count }, (_, i) => (from + (i >> 1)) / positionOf(1)).buffer,
	);
}

/** What is played of 10 sample frames and 3 bytes, the command, and `rest`. */
function played(between: readonly ReceiverCommand[], rest: Uint8Array<ArrayBuffer>): number[] {
	const rig = new ReceiverRig();
	rig.start({ urls: [], protocol: 'raw', format: FORMAT });
	rig.receiver.obey({ type: 'write', bytes: numbered(0, 11).slice(0, 10 * STRIDE + 3), id: 0 });
	for (const command of between) {
		rig.receiver.obey(command);
	}
	rig.receiver.obey({ type: 'write', bytes: rest, id: 0 });
	rig.run(1);
	return rig.played;
}

const whole = Array.from({ length: 20 }, (_, i) => i);

it('joins what is written in pieces, an end asked for between', () => {
	const rest = numbered(10, 10).slice(3);
	expect(played([], rest)).toEqual(whole);
	expect(played([{ type: 'end', id: 1 }], rest)).toEqual(whole);
});

it('begins with a whole sample after a cut', () => {
	expect(played([{ type: 'cut' }], numbered(10, 10))).toEqual(whole);
});
