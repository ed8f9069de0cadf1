import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import {
	MARK_CAPACITY,
	READ_INDEX,
	RingMemory,
	ringByteLength,
	ringLayout,
	WRITE_INDEX,
} from '../../../src/core/ring-layout.js';
import { RingReader } from '../../../src/core/ring-reader.js';
import { RingWriter } from '../../../src/core/ring-writer.js';

function ring(
	seconds = 0.01,
	buffer?: ArrayBufferLike,
): {
	memory: RingMemory;
	writer: RingWriter;
	reader: RingReader;
} {
	const layout = ringLayout(2, 48_000, seconds);
	const memory = new RingMemory(buffer ?? new ArrayBuffer(ringByteLength(layout)), layout);
	return { memory, writer: new RingWriter(memory), reader: new RingReader(memory) };
}

const ramp = (from: number, length: number): Float32Array[] =>
	[1, -1].map((sign) => Float32Array.from({ length }, (_, i) => sign * (from + i)));

describe.each(['plain memory', 'shared memory'])('the ring over %s', (kind) => {
	const make = (): ReturnType<typeof ring> => {
		const layout = ringLayout(2, 48_000, 0.01);
		const bytes = ringByteLength(layout);
		return ring(
			0.01,
			kind === 'plain memory' ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes),
		);
	};

	it('holds the next power of two of what it was asked for', () => {
		expect(make().reader.layout.capacity).toBe(512);
		expect(make().writer.writable).toBe(512);
	});

	it('gives back what was written, past its end and past 2^32', () => {
		const { memory, writer, reader } = make();
		memory.control[WRITE_INDEX] = memory.control[READ_INDEX] = -300;
		let written = 0;
		for (let turn = 0; turn < 20; turn++) {
			expect(writer.write(ramp(written, 300), 0, 300)).toBe(300);
			const out = new Float32Array(300);
			for (const [channel, sign] of [1, -1].entries()) {
				reader.copy(channel, reader.readIndex, out, 0, 300);
				expect(out.every((x, i) => x === sign * (written + i))).toBe(true);
			}
			reader.release((reader.readIndex + 300) >>> 0);
			written += 300;
		}
	});

	it('takes what fits and refuses the rest', () => {
		const { writer } = make();
		expect(writer.write(ramp(0, 500), 0, 500)).toBe(500);
		expect(writer.write(ramp(0, 500), 0, 500)).toBe(12);
		expect(writer.write(ramp(0, 500), 0, 500)).toBe(0);
	});

	it('keeps marks in order with the samples they stand before', () => {
		const { writer, reader } = make();
		writer.write(ramp(0, 10), 0, 10);
		expect(writer.mark('splice', 1e12)).toBe(true);
		writer.write(ramp(0, 5), 0, 5);
		expect(writer.mark('flush', 20, 4)).toBe(true);
		expect(reader.marksWaiting).toBe(2);
		expect([reader.markPosition(0), reader.markKind(0), reader.markPts(0)]).toEqual([
			10,
			'splice',
			1e12,
		]);
		expect([reader.markPosition(1), reader.markKind(1), reader.markId(1)]).toEqual([
			15,
			'flush',
			4,
		]);
		reader.releaseMark();
		expect(reader.marksWaiting).toBe(1);
		expect(reader.markKind(0)).toBe('flush');
	});

	it('refuses marks beyond its capacity', () => {
		const { writer, reader } = make();
		for (let i = 0; i < MARK_CAPACITY; i++) {
			expect(writer.mark('splice', i)).toBe(true);
		}
		expect(writer.mark('splice', 0)).toBe(false);
		reader.releaseMark();
		expect(writer.mark('splice', 0)).toBe(true);
	});
});

describe('RingMemory', () => {
	it('refuses memory of another size than its layout needs', () => {
		expect(() => new RingMemory(new ArrayBuffer(16), ringLayout(1, 8000, 1))).toThrow(RangeError);
	});
});

describe('the ring between two threads', () => {
	it('loses, repeats and tears nothing over 1000 rounds', async () => {
		const layout = ringLayout(2, 48_000, 0.01);
		const buffer = new SharedArrayBuffer(ringByteLength(layout));
		const { reader } = ring(0.01, buffer);
		const total = layout.capacity * 1000;
		// The writing half, in another thread: the same protocol, spoken by the same code after stripping types
		// would need a loader; this is the protocol in its barest form.
		const worker = new Worker(WRITER, { eval: true, workerData: { buffer, layout, total } });
		const out = new Float32Array(layout.capacity);
		let wrong = 0;
		for (let read = 0; read < total;) {
			const at = reader.readIndex;
			const count = (reader.writeIndex - at) >>> 0;
			reader.copy(1, at, out, 0, count);
			for (let i = 0; i < count; i++) {
				wrong += out[i] === (read + i) % 1_000_003 ? 0 : 1;
			}
			reader.release((at + count) >>> 0);
			read += count;
			if (count === 0) {
				await new Promise(setImmediate);
			}
		}
		await worker.terminate();
		expect(wrong).toBe(0);
	});
});

const WRITER = `
const { workerData: { buffer, layout, total } } = require('node:worker_threads');
const control = new Int32Array(buffer, 0, 4);
const planes = [0, 1].map((channel) => new Float32Array(
	buffer, buffer.byteLength - (2 - channel) * layout.capacity * 4, layout.capacity));
let seed = 1;
for (let written = 0; written < total; ) {
	seed = (seed * 48271) % 2147483647;
	const free = layout.capacity - ((control[0] - Atomics.load(control, 1)) >>> 0);
	const count = Math.min(free, total - written, 1 + (seed % 300));
	for (let i = 0; i < count; i++) {
		for (const plane of planes) plane[(control[0] + i) & (layout.capacity - 1)] = (written + i) % 1000003;
	}
	Atomics.store(control, 0, control[0] + count);
	written += count;
}
`;
