// `steadypcm/node`, as a server without any DOM uses it.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import {
	createGateway,
	type Fanout,
	type FanoutStats,
	ffmpegSource,
	MusicSource,
	PacedSender,
	pcmServer,
	type SourceStation,
	type StationState,
	StreamSource,
	tokenOf,
	ToneSource,
	VERSION,
	type Gateway,
	type Listener,
	type PcmServer,
	type PcmSource,
	type SenderStats,
	type StreamFormat,
} from 'steadypcm/node';
import { expectType } from './expect.js';

expectType<string>()(VERSION as string);

const tone = new ToneSource({ sampleRate: 16_000 }, { frequency: [440, 660], levelDb: -6 });
const sources: PcmSource[] = [
	tone,
	new MusicSource({ sampleRate: 48_000 }),
	new StreamSource(Readable.from([]), { sampleRate: 8000, sampleFormat: 'mulaw', channels: 1 }),
	ffmpegSource('rtsp://camera/stream'),
];
expectType<StreamFormat>()(tone.format);
// @ts-expect-error a source has to know its rate
new ToneSource({});
// @ts-expect-error 12 bits are no sample format
new ToneSource({ sampleRate: 16_000, sampleFormat: 's12' });

const sender = new PacedSender(sources[0]!, { frameMs: 20 });
const http = createServer();
const server = pcmServer(http, {
	path: '/audio',
	allow: (request) => tokenOf(request) === 'sesame',
	onConnection: (socket, request) => {
		expectType<string | undefined>()(request.url);
		expectType<Listener>()(sender.attach(socket));
		socket.on('message', () => socket.close(1000));
	},
	onHttp: () => sender,
});
expectType<PcmServer>()(server);
expectType<SenderStats>()(sender.stats);
sender.start();
sender.close();
// @ts-expect-error nobody would get the sockets
pcmServer(http, { path: '/audio' });

expectType<Promise<Gateway>>()({} as ReturnType<typeof createGateway>);
declare const gateway: Gateway;
expectType<number>()(gateway.port);
declare const station: SourceStation;
expectType<StationState>()(station.state);
declare const fanout: Fanout;
expectType<FanoutStats>()(fanout.stats);
