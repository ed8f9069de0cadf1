/**
 * The server side of steadypcm, for Node: a `PacedSender` plays a `PcmSource` to the sockets that `pcmServer`
 * accepts.
 *
 *     source → pump → frame → listener → (impairment) → socket
 *
 * Paced sources (tone, music, WAVE, raw or compressed file) are pulled by the sender's clock; live ones (camera,
 * capture device, standard input) push by their own.
 *
 * @module
 */
export { systemClock, type Clock, type Timer } from './clock.js';
export { FfmpegError, FfmpegMissingError, WavError } from './errors.js';
export { ffmpegSource, type FfmpegOptions } from './ffmpeg-source.js';
export { Impairment, type ImpairmentOptions, type ImpairmentSettings } from './impairment.js';
export { type Listener, type ListenerCounts } from './listener.js';
export { type ListenerSocket, type SendOptions } from './listener-socket.js';
export { MusicSource, type MusicOptions } from './music-source.js';
export { PacedSender, type SenderStats } from './paced-sender.js';
export { PacedStreamSource } from './paced-stream-source.js';
export { sampleEncoder, type Plane, type SampleEncoder } from './sample-encoder.js';
export { type PacedSenderOptions } from './sender-options.js';
export { type SourceFormat } from './source-format.js';
export { type LiveSource, type PacedSource, type PcmSource } from './source.js';
export { StreamSource } from './stream-source.js';
export { ToneSource, toneSample, type ToneOptions } from './tone-source.js';
export { pcmServer, type HttpServer, type PcmServer, type PcmServerOptions } from './upgrade.js';
export { WavSource, type WavOptions } from './wav-source.js';
