/**
 * steadypcm plays a live PCM stream in the browser: no noise, as little delay as the network allows.
 *
 * ```
 * socket bytes → frames → jitter buffer → ring ‖ ring → resample, crossfade, fade → output
 * └──────── receiver (a worker thread) ───────┘ ‖ └────── playout (audio thread) ──────┘
 * main thread: PcmPlayer, options, events, stats. No audio byte ever passes through it.
 * ```
 *
 * @module
 */
export { PcmPlayer } from './player.js';
export type { PlayedPosition } from './milestones.js';
export type {
	FormatOptions,
	LatencyOptions,
	LatencyProfile,
	PcmPlayerOptions,
	TokenOption,
} from './options.js';
export { PcmError, type PcmErrorCode } from './errors.js';
export {
	PcmErrorEvent,
	type CloseDetail,
	type OpenDetail,
	type PcmPlayerEventMap,
	type PcmPlayerState,
} from './events.js';
export type { PlayoutContent, PlayoutMode } from './core/playout-messages.js';
export type { Protocol, ReconnectPolicy } from './core/receiver-messages.js';
export type { PcmPlayerReport, ReportedEvent } from './report.js';
export type { PcmPlayerStats, Transport } from './stats.js';
export type { ByteOrder, SampleFormat, StreamFormat } from './core/stream-format.js';
export { VERSION } from './core/version.js';
