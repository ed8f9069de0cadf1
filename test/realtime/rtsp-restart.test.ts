// The gateway as it is deployed: a process that pulls a real RTSP stream and plays it to Chromium for minutes, in the
// middle of which the source dies and comes back. Needs ffmpeg and rtsp-server-perl.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrowserRig } from '../support/browser-rig.js';
import { Listening } from '../support/listening.js';
import { haveRtsp, RtspSource } from '../support/rtsp-source.js';
import { epochMs } from '../support/trace-server.js';

const ROOT = new URL('../..', import.meta.url).pathname;

/** Of play, half of them before the source dies. */
const MINUTES = Number(process.env['STEADYPCM_RTSP_MINUTES'] ?? 10);

/** Seconds of a recording at a time. */
const PIECE_SECONDS = 15;

/** The source's processes are gone for so long, then are started again: milliseconds. */
const GONE_MS = 4000;

/** From when the source can be pulled again to sound, milliseconds. Of it 8000 are the gateway's: it tries again after
 * 0.5 s and then twice as long each time, so that the fifth try is due that long after the fourth. The rest is for
 * ffmpeg to start, to ask the RTSP server and to find out what comes. */
const MOST_BACK_MS = 12_000;

/** A tone tells every click; as AAC it swings a little around its level. */
const TONE = { frequency: 440, amplitude: 0.3 };
const RATE = 48_000;
const PORT = 15_644;

/** A piece in which the machine held up this process or the sound device for longer says nothing of silences: it held up
 * the gateway and ffmpeg as well. It does of clicks. */
const HELD_UP_MS = 100;

/** `npx steadypcm serve` with one stream, named `live`. */
class GatewayProcess {
	/** When the source began to play, each time: milliseconds since 1970. */
	readonly playsAt: number[] = [];
	readonly #process: ChildProcess;
	#url = '';

	private constructor(process: ChildProcess) {
		this.#process = process;
	}

	static async start(input: string): Promise<GatewayProcess> {
		const words = ['serve', `live=${input}`, '--port', '0', '--origin', '*'];
		const child = spawn(
			process.execPath,
			[`${ROOT}dist/cli.js`, ...words, '--input-args', '-rtsp_transport udp'],
			{ stdio: ['ignore', 'pipe', 'inherit'] },
		);
		const gateway = new GatewayProcess(child);
		const lines = createInterface(child.stdout);
		lines.on('line', (line) => gateway.#note(JSON.parse(line) as Record<string, string>));
		while (gateway.#url === '') {
			await once(lines, 'line');
		}
		return gateway;
	}

	get streamUrl(): string {
		return `${this.#url.replace(/^http/, 'ws')}live`;
	}

	/** Of /metrics: figures by name, those of the stream alone; a state that it is in is a name as well. */
	async figures(): Promise<Readonly<Record<string, number>>> {
		const text = await (await fetch(`${this.#url}metrics`)).text();
		const found = text.matchAll(/^steadypcm_(\w+)\{stream="live"(?:,state="(\w+)")?\} (\d+)$/gm);
		return Object.fromEntries(
			Array.from(found, ([, name = '', state = name, value]) => [state, Number(value)] as const),
		);
	}

	async close(): Promise<void> {
		const gone = once(this.#process, 'exit');
		this.#process.kill('SIGTERM');
		await gone;
	}

	#note({ msg = '', url = '', time = '' }: Record<string, string>): void {
		this.#url ||= msg === 'Listening.' ? url : '';
		if (msg === 'The source plays.') {
			this.playsAt.push(Date.parse(time));
		}
	}
}

/** Part of the time that may be silent besides: what the source holds back for longer than it ever did is not foreseen
 * by anyone, but rare. */
const MOST_SILENT = 0.001;

/** From one moment to another, milliseconds since 1970. */
interface Span {
	readonly from: number;
	readonly to: number;
}

describe.skipIf(!haveRtsp() && process.env['CI'] === undefined)('an RTSP source that dies', () => {
	const source = new RtspSource({
		port: PORT,
		sound: `${TONE.amplitude}*sin(2*PI*${TONE.frequency}*t)|0.3*sin(2*PI*660*t)`,
		sampleRate: RATE,
	});
	let rig: BrowserRig;
	let gateway: GatewayProcess;

	beforeAll(async () => {
		rig = await BrowserRig.open();
		await source.start();
		rig.atEnd(() => source.kill());
		gateway = await GatewayProcess.start(source.url);
		rig.atEnd(() => gateway.close());
	});
	afterAll(() => rig.close());

	/** Listens for so many seconds. @returns when the machine held something up */
	async function hearFor(listening: Listening, seconds: number): Promise<Span[]> {
		const heldUp: Span[] = [];
		for (let left = seconds; left > 0; left -= PIECE_SECONDS) {
			const from = epochMs();
			const loop = monitorEventLoopDelay({ resolution: 5 });
			loop.enable();
			await wait(1000 * Math.min(left, PIECE_SECONDS));
			loop.disable();
			await listening.hear();
			if (Math.max(loop.max / 1e6, listening.takeWorstLate()) > HELD_UP_MS) {
				heldUp.push({ from, to: epochMs() });
			}
		}
		return heldUp;
	}

	it(
		`is heard for ${MINUTES} minutes without a click, and by itself again after its return`,
		async () => {
			const test = await rig.play(gateway.streamUrl, {}, { channels: 1 });
			const listening = await Listening.begin(test, TONE);
			const heldUp = await hearFor(listening, 30 * MINUTES);
			expect(await gateway.figures()).toMatchObject({
				playing: 1,
				listeners: 1,
				source_restarts_total: 0,
			});
			expect(listening.state).toBe('playing');

			await source.kill();
			const outage = { from: epochMs(), to: Infinity };
			await wait(GONE_MS);
			await listening.hear();
			expect(listening.state).toBe('buffering');
			const { waiting, opening, listeners } = await gateway.figures();
			expect([waiting! + opening!, listeners]).toEqual([1, 1]);
			await source.start();
			const backAt = epochMs();
			outage.to = backAt + MOST_BACK_MS;
			heldUp.push(...(await hearFor(listening, 30 * MINUTES)));

			const inOutage = listening.silences.filter((silence) => overlap(silence, outage));
			const silentMs = Math.max(...inOutage.map(({ to }) => to - backAt));
			const elsewhere = listening.silences.filter(
				(silence) => !inOutage.includes(silence) && !heldUp.some((span) => overlap(silence, span)),
			);
			const elsewhereMs = elsewhere.reduce((ms, { from, to }) => ms + to - from, 0);
			const { clicks, controls } = listening;
			const figures = await gateway.figures();
			console.log(
				`${clicks.length} clicks in ${(listening.soundMs / 1000).toFixed(0)} s of sound, ${controls.found} of ` +
					`${controls.planted} planted ones found; sound ${silentMs.toFixed(0)} ms after the source's ` +
					`return (bound ${MOST_BACK_MS}), of which the gateway took ` +
					`${(gateway.playsAt.at(-1)! - backAt).toFixed(0)}; ${figures['source_restarts_total']} ` +
					`restarts, ${figures['source_failures_total']} failures; ${elsewhereMs.toFixed(0)} ms of silence elsewhere; ` +
					`the machine held up ${heldUp.length} of ${(60 * MINUTES) / PIECE_SECONDS} pieces`,
			);
			expect(clicks).toEqual([]);
			expect(controls.planted).toBeGreaterThan(2 * MINUTES);
			expect(controls.found).toBe(controls.planted);
			expect(silentMs).toBeLessThanOrEqual(MOST_BACK_MS);
			expect(elsewhereMs).toBeLessThanOrEqual(60_000 * MINUTES * MOST_SILENT);
			expect(listening.soundMs).toBeGreaterThan(60_000 * MINUTES - MOST_BACK_MS);

			expect(figures).toMatchObject({ playing: 1, listeners: 1, frames_dropped_total: 0 });
			expect(figures['source_restarts_total']).toBeGreaterThanOrEqual(1);
			// Each try that met nothing was a failure. That the source died may look like its end.
			expect(figures['source_failures_total']).toBeGreaterThanOrEqual(
				figures['source_restarts_total']! - 1,
			);
			expect(listening.state).toBe('playing');
			expect(listening.stat('reconnects')).toBe(0);
			expect(listening.stat('framesLost')).toBe(0);
			expect(listening.stat('malformedMessages')).toBe(0);
			const events = listening.takeEvents();
			const waits = events.filter(({ type, at }) => type === 'waiting' && isWithin(at, outage));
			expect(waits).toHaveLength(1);
			expect(events.filter(({ type }) => type === 'close' || type === 'error')).toEqual([]);
			expect(test.problems).toEqual([]);
		},
		(60 * MINUTES + 120) * 1000,
	);
});

function isWithin(at: number, { from, to }: Span): boolean {
	return at >= from && at < to;
}

function overlap(one: Span, other: Span): boolean {
	return one.from < other.to && one.to > other.from;
}
