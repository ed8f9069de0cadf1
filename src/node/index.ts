/**
 * The server side of steadypcm, for Node: a `PacedSender` plays a `PcmSource` to the sockets that `pcmServer`
 * accepts; a `Relay` passes on another server's stream.
 *
 *     source → pump ─┐                        ┌→ listener → (impairment) → socket
 *                    ├→ fan-out → frame ──────┤
 *           upstream ┘     └─ history         └→ listener → HTTP response
 *
 * `createGateway` puts all that on the network: stations, each a source that is opened while somebody listens or
 * another server's stream, with access, limits, a player's page, health and metrics.
 *
 * Paced sources (tone, music, WAVE, raw or compressed file) are pulled by the sender's clock; live ones (camera,
 * capture device, standard input) push by their own.
 *
 * @module
 */
export { type AccessOptions } from './access/access.js';
export { systemClock, type Clock, type Timer } from './clock.js';
export { FfmpegError, FfmpegMissingError, WavError } from './source/errors.js';
export { Fanout, type FanoutStats } from './fanout/fanout.js';
export { type FanoutOptions } from './fanout/fanout-options.js';
export { ffmpegSource, type FfmpegOptions } from './source/ffmpeg-source.js';
export { createGateway, type Gateway } from './gateway/gateway.js';
export { isLocalHost, type GatewayOptions, type TlsOptions } from './gateway/gateway-options.js';
export { httpListener, type StreamIdentity } from './fanout/http-listener.js';
export {
	Impairment,
	type ImpairmentOptions,
	type ImpairmentSettings,
} from './fanout/impairment.js';
export { secretFreeJournal, type Journal, type JournalFields } from './journal.js';
export { type LimitOptions } from './gateway/limits.js';
export { type ListenerCounts } from './fanout/delivery.js';
export { type Listener } from './fanout/listener.js';
export {
	type ListenerSocket,
	type MessageHandle,
	type SendOptions,
} from './fanout/listener-socket.js';
export { MusicSource, type MusicOptions } from './source/music-source.js';
export { PacedSender, type SenderStats } from './fanout/paced-sender.js';
export { PacedStreamSource } from './source/paced-stream-source.js';
export { hashPassword, type PasswordCost } from './access/password.js';
export { tokenOf } from './fanout/presented-token.js';
export { Relay, type RelayOptions, type RelayStats } from './relay/relay.js';
export { RelayStation, type RelayStationOptions } from './station/relay-station.js';
export { sampleEncoder, type Plane, type SampleEncoder } from './source/sample-encoder.js';
export { type PacedSenderOptions } from './fanout/sender-options.js';
export { type SourceFormat } from './source/source-format.js';
export { type LiveSource, type PacedSource, type PcmSource } from './source/source.js';
export { SourceStation } from './station/source-station.js';
export { type SourceStationOptions } from './station/source-station-options.js';
export { type Station, type StationState } from './station/station.js';
export { StreamSource } from './source/stream-source.js';
export { ToneSource, toneSample, type ToneOptions } from './source/tone-source.js';
export {
	pcmServer,
	type HttpServer,
	type HttpStream,
	type PcmServer,
	type PcmServerOptions,
} from './fanout/upgrade.js';
export { Upstream, type UpstreamSink, type UpstreamStats } from './relay/upstream.js';
export { upstreamLogin } from './relay/upstream-login.js';
export {
	type UpstreamOptions,
	type UpstreamState,
	type UpstreamToken,
} from './relay/upstream-options.js';
export { UserFile } from './access/user-file.js';
export { isUserName, UserList, UserListError, type Users } from './access/user-list.js';
export { type Credentials, type Verify } from './access/verify-hook.js';
export { WavSource, type WavOptions } from './source/wav-source.js';
export { type Frame } from '../core/frame.js';
export { type StreamFormat } from '../core/stream-format.js';
export { VERSION } from '../core/version.js';
