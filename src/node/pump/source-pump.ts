// The pump that a source needs: pulled by our clock, or pushed by its own.
import type { Clock } from '../clock.js';
import { LivePump } from './live-pump.js';
import { PacedPump } from './paced-pump.js';
import type { Pump, PumpSink } from './pump.js';
import type { PcmSource } from '../source/source.js';

/** @param frameMs length of a frame, of a live source's the longest, ms. */
export function sourcePump(source: PcmSource, frameMs: number, clock: Clock, sink: PumpSink): Pump {
	return source.kind === 'paced'
		? new PacedPump(source, frameMs, clock, sink)
		: new LivePump(source, frameMs, clock, sink);
}
