// `steadypcm`, as a page in strict TypeScript uses it.
import {
	PcmError,
	PcmErrorEvent,
	PcmPlayer,
	VERSION,
	type CloseDetail,
	type FormatOptions,
	type LatencyOptions,
	type LatencyProfile,
	type OpenDetail,
	type PcmErrorCode,
	type PcmPlayerEventMap,
	type PcmPlayerOptions,
	type PcmPlayerReport,
	type PcmPlayerState,
	type PcmPlayerStats,
	type PlayedPosition,
	type SampleFormat,
	type StreamFormat,
	type Transport,
} from 'steadypcm';
import { expectType } from './expect.js';

expectType<string>()(VERSION as string);

// What to play.
const player = new PcmPlayer('wss://host/audio', { format: { sampleRate: 16_000 } });
new PcmPlayer(new URL('wss://host/audio'));
new PcmPlayer(['wss://one/audio', new URL('wss://two/audio')] as const, { redundancy: 2 });
new PcmPlayer(null, { format: { sampleRate: 24_000, sampleFormat: 's16', channels: 1 } });
// @ts-expect-error a URL, or null, has to be said
new PcmPlayer();
// @ts-expect-error undefined is no URL
new PcmPlayer(undefined);
// @ts-expect-error no number is
new PcmPlayer(8080);

// Options.
const everything: Required<Omit<PcmPlayerOptions, 'sinkId'>> = {
	format: { sampleRate: 48_000, sampleFormat: 'f32', channels: 6, byteOrder: 'big' },
	protocol: 'framed',
	latency: { profile: 'live', min: 0, max: 0.3 },
	mode: 'complete',
	content: 'speech',
	reconnect: { minDelay: 1 },
	connectTimeout: 5,
	idleTimeout: 5,
	redundancy: 2,
	token: () => Promise.resolve('token'),
	protocols: ['chat'],
	workletUrl: '/worklet.js',
	workerUrl: new URL('https://host/worker.js'),
	context: new AudioContext(),
	destination: null,
	signal: new AbortController().signal,
};
new PcmPlayer('wss://host/audio', everything);
new PcmPlayer('wss://host/audio', { reconnect: false, token: 'token', protocols: 'chat' });
new PcmPlayer('wss://host/audio', { sinkId: 'default', signal: AbortSignal.timeout(1000) });
// @ts-expect-error options have these names only
new PcmPlayer(null, { laten: {} });
// @ts-expect-error s64 is no sample format
new PcmPlayer(null, { format: { sampleFormat: 's64' } });
// @ts-expect-error no such profile
new PcmPlayer(null, { latency: { profile: 'fast' } });
// @ts-expect-error seconds are a number
new PcmPlayer(null, { connectTimeout: '5 s' });
// @ts-expect-error one connection or two
new PcmPlayer(null, { redundancy: 3 });
// @ts-expect-error a token is a string, and comes from a function when it must be fetched
new PcmPlayer(null, { token: Promise.resolve('token') });
expectType<LatencyProfile | undefined>()(({} as LatencyOptions).profile);
expectType<SampleFormat | undefined>()(({} as FormatOptions).sampleFormat);
declare const sampleFormat: SampleFormat;
expectType<'u8' | 's8' | 's16' | 's24' | 's32' | 'f32' | 'mulaw' | 'alaw'>()(sampleFormat);

// Members.
expectType<Promise<void>>()(player.play());
expectType<Promise<void>>()(player.close());
expectType<Promise<void>>()(player.drained());
expectType<Promise<PlayedPosition>>()(player.flush());
expectType<boolean>()(player.send('text'));
expectType<AudioNode | null>()(player.node);
expectType<PcmPlayerState>()(player.state);
expectType<number>()(player.currentTime);
expectType<number>()(player.latency);
expectType<PcmPlayerStats>()(player.stats);
expectType<PcmPlayerReport>()(player.report());
expectType<Promise<void>>()(player.setSinkId('default'));
player.pause();
player.volume = 0.5;
player.muted = true;
// @ts-expect-error what the player measures is read only
player.currentTime = 0;
// @ts-expect-error the state changes by itself
player.state = 'playing';
// @ts-expect-error texts only
player.send(new Uint8Array(1));

// Samples.
player.write(new ArrayBuffer(4));
player.write(new Int16Array(4));
player.write(new DataView(new ArrayBuffer(4)));
// @ts-expect-error no array of numbers
player.write([0, 0]);
expectType<WritableStream<ArrayBuffer | ArrayBufferView>>()(player.writable);
void fetch('/speech.pcm').then((answer) => answer.body?.pipeTo(player.writable));
void new ReadableStream<Int16Array>().pipeTo(player.writable);
// @ts-expect-error strings are no samples
void new ReadableStream<string>().pipeTo(player.writable);

// Events.
player.addEventListener('statechange', ({ detail }) => {
	expectType<PcmPlayerState>()(detail.previous);
});
player.addEventListener('error', (event) => {
	expectType<PcmErrorEvent>()(event);
	expectType<PcmErrorCode>()(event.error.code);
});
player.addEventListener('message', ({ data }) => expectType<string>()(data));
player.addEventListener('format', ({ detail }) => expectType<StreamFormat>()(detail));
player.addEventListener('stats', ({ detail }) => expectType<PcmPlayerStats>()(detail));
player.addEventListener('open', ({ detail }) => expectType<OpenDetail>()(detail));
player.addEventListener('close', ({ detail }) => expectType<CloseDetail>()(detail), { once: true });
player.addEventListener('waiting', (event) => expectType<Event>()(event));
const listener = ({ detail }: PcmPlayerEventMap['close']): number | null => detail.retryIn;
player.addEventListener('close', listener);
player.removeEventListener('close', listener);
// @ts-expect-error the detail of another event
player.addEventListener('stats', listener);

// Errors.
try {
	await player.play();
} catch (error) {
	if (error instanceof PcmError && error.code === 'autoplay-blocked') {
		expectType<string>()(error.message);
	}
}
// @ts-expect-error no such code
export const code: PcmErrorCode = 'network';

// Stats.
const { stats } = player;
expectType<Transport | null>()(stats.transport);
expectType<number>()(stats.playoutDelay);
expectType<number | null>()(stats.endToEndDelay);
// @ts-expect-error a snapshot is not written to
stats.bufferLevel = 0;
// @ts-expect-error no such thread
export const transport: Transport = 'iframe/message-port/audio-worklet';
