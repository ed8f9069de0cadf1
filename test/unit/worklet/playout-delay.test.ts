import { it } from 'vitest';
import { PlayoutRig, type RigOptions } from '../../support/playout-rig.js';
import { findClicks } from '../../support/click-detector.js';
import { speech, music } from '../../support/signals.js';

const SCALE = 2 ** -34;
interface S { options?: RigOptions; seconds: number; late?: (sent: number) => number; sentAt?: (k: number) => number; audioFirst?: boolean; content?: 'speech'|'music'; frame?: number }
function run({ options = {}, seconds, late = () => 0, sentAt, audioFirst = false, content = 'speech', frame = 0.02 }: S) {
	const rate = options.mediaRate ?? 48000;
	const rig = new PlayoutRig({ channels: 2, targetDelay: null, ...options });
	const n = Math.round(seconds * rate);
	const index = Float32Array.from({ length: n }, (_, i) => i * SCALE);
	const span = { sampleRate: rate, seconds: Math.min(seconds, 12) } as never;
	const base = (content === 'speech' ? speech : music)(span, 0.5, 3);
	const audio = Float32Array.from({ length: n }, (_, i) => base[i % base.length]!);
	const planes = audioFirst ? [audio, index] : [index, audio];
	const len = Math.round(frame * rate);
	const Q = 128 / 48000;
	let calls = 0, last = 0;
	const rows: number[][] = [];
	const step = () => {
		rig.render(Q); calls++;
		rows.push([calls * Q, rig.value('playoutDelay'), rig.value('targetDelay'), rig.value('concealed'), rig.value('state'), rig.value('bufferLevel'), rig.value('mediaPosition')]);
	};
	for (let k = 0; k * len + len <= n; k++) {
		const s = sentAt ? sentAt(k) : k * frame;
		last = Math.max(last, s + late(s));
		while (calls * Q < last) step();
		rig.writer.write(planes.map((p) => p.subarray(k * len, k * len + len)), 0, len);
	}
	rig.writer.mark('end', n, -1);
	for (let i = 0; i < 300; i++) step();
	return { rig, rows, heard: rig.heard, n, rate };
}
const sum = (r: PlayoutRig) => ['concealed','concealmentEvents','silentConcealed','inserted','removed','discarded','emitted','starts','rendered','delaySum','targetSum'].map((k) => `${k}=${r.value(k as never)}`).join(' ');
function acc(o: ReturnType<typeof run>) {
	const v = (k: string) => o.rig.value(k as never);
	const ratio = 48000 / o.rate;
	return `written ${o.n} vs emitted/ratio+removed+disc-ins ${(v('emitted') / ratio + v('removed') + v('discarded') - v('inserted')).toFixed(1)} end ${v('streamEndId')}`;
}
function delays(o: ReturnType<typeof run>, from: number, to: number, shift: (p: number) => number = (p) => p / o.rate) {
	const d: number[] = []; let worst = 0;
	for (const [t, delay, , , state] of o.rows) {
		if (t! < from || t! > to || state !== 2) continue;
		const i = Math.round((t! - 128 / 48000) * 48000);
		const p = o.heard[i]! / SCALE, p2 = o.heard[i + 1]! / SCALE;
		if (Math.abs((p2 - p) * 48000 / o.rate - 1) > 0.1) continue;
		const e = i / 48000 - shift(p);
		d.push(e); worst = Math.max(worst, Math.abs(e - delay!));
	}
	d.sort((a, b) => a - b);
	return { n: d.length, median: d[d.length >> 1]!, mean: d.reduce((a, b) => a + b, 0) / d.length, max: d.at(-1)!, worstVsReport: worst };
}

it('pause detail', () => {
	for (const T of [null, 0.1, 0.03]) {
		const sentAt = (k: number) => k * 0.02 + Math.floor(k / 500) * 5;
		const o = run({ seconds: 30, options: { targetDelay: T, content: 'speech' }, sentAt });
		let last = 0, ins=0; const ev: string[] = [];
		for (const r of o.rows) { if (r[3] !== last) { if (ev.length === 0 || r[0]! - parseFloat(ev.at(-1)!.split(' ').at(-1)!) > 0.004) ev.push(`${r[0]!.toFixed(3)} ..`+ ' ' + r[0]!.toFixed(3)); else ev[ev.length-1] = ev.at(-1)!.replace(/ [0-9.]+$/, ' ' + r[0]!.toFixed(3)); } last = r[3]!; }
		console.log('T', T, ev.join(' | '), sum(o.rig), acc(o));
		console.log(o.rows.filter((r) => r[0]! > 14.99 && r[0]! < 15.24).map((r) => `${(r[0]!).toFixed(4)} D${(r[1]!*1000).toFixed(1)} T${(r[2]!*1000).toFixed(1)} C${r[3]} L${(r[5]!*1000).toFixed(1)} pos${r[6]}`).join('\n'));
	}
}, 60000);
it('doubt: stall vs pause with drift', () => {});
