// How well gaps are concealed, and what it costs: `npm run bench:concealment`. Prints tables and writes
// test/output/bench-concealment.json. Fails when the concealer is not the best everywhere. Marks of
// the click detector are told, not judged: it takes pulses of a voice and plucked notes for clicks as well.
import { mkdirSync, writeFileSync } from 'node:fs';
import { findClicks } from '../../support/click-detector.js';
import { random } from '../../support/random.js';
import { beginCosts } from './cost.js';
import { DistanceMeter } from './distance.js';
import { hasVoices, materials, type Material } from './material.js';
import { METHODS, type MethodName } from './methods.js';

const SAMPLE_RATES = [16_000, 48_000];
/** Seconds. */
const GAPS = [0.01, 0.02, 0.04, 0.06, 0.1];
/** Gaps of each length in each material. */
const PLACES = 12;
/** A gap is where there is sound: this part of the material's mean power in the 50 ms before it. */
const LEAST_POWER = 0.05;
/** Seconds to either side that clicks are searched in: the end of the signal then lies in the middle of a
 * frame of the detector's. */
const CLICK_REACH = 0.1;
const OUTPUT = 'test/output/bench-concealment.json';

interface Row {
	readonly kind: string;
	readonly name: string;
	readonly sampleRate: number;
	/** Seconds. */
	readonly gap: number;
	readonly method: MethodName;
	/** dB, means over all places. */
	readonly logSpectral: number;
	readonly cepstral: number;
	/** Clicks where the signal ends, that the original does not have. */
	readonly clicks: number;
}

export function main(): void {
	const rows = SAMPLE_RATES.flatMap((rate) => materials(rate).flatMap(rowsOf));
	const summary = summarise(rows);
	console.log(`Speech: ${hasVoices() ? 'espeak-ng' : 'synthetic'}. Distances in dB.`);
	console.table(summary);
	const costs = beginCosts();
	console.table(costs);
	mkdirSync('test/output', { recursive: true });
	writeFileSync(OUTPUT, JSON.stringify({ summary, rows, costs }, null, '\t'));
	const failures = summary.filter((line) => line['worse'] !== '');
	process.exitCode = failures.length > 0 ? 1 : 0;
}

function rowsOf(material: Material): Row[] {
	const meter = new DistanceMeter(material.signal, material.sampleRate);
	return GAPS.flatMap((gap) => {
		const places = placesOf(material, gap);
		return (Object.keys(METHODS) as MethodName[]).map((method) => {
			const sums = { logSpectral: 0, cepstral: 0, clicks: 0 };
			for (const from of places) {
				const to = from + Math.round(gap * material.sampleRate);
				const repaired = material.signal.slice();
				METHODS[method](repaired, from, to, material.sampleRate);
				const distance = meter.measure(material.signal, repaired, from, to);
				sums.logSpectral += distance.logSpectral;
				sums.cepstral += distance.cepstral;
				sums.clicks += newClicks(material, repaired, from);
			}
			return {
				kind: material.kind,
				name: material.name,
				sampleRate: material.sampleRate,
				gap,
				method,
				logSpectral: sums.logSpectral / places.length,
				cepstral: sums.cepstral / places.length,
				clicks: sums.clicks,
			};
		});
	});
}

function placesOf({ signal, sampleRate }: Material, gap: number): number[] {
	const uniform = random(1);
	const before = Math.round(0.05 * sampleRate);
	const margin = Math.round(0.1 * sampleRate);
	const room = signal.length - 2 * margin - Math.round(gap * sampleRate);
	const mean = power(signal);
	const places: number[] = [];
	while (places.length < PLACES) {
		const from = margin + Math.floor(uniform() * room);
		if (power(signal.subarray(from - before, from)) > LEAST_POWER * mean) {
			places.push(from);
		}
	}
	return places;
}

function power(signal: Float32Array): number {
	return signal.reduce((sum, value) => sum + value * value, 0) / signal.length;
}

/** Clicks from `from` to 2 ms after it, beyond those the detector finds there in the original: it takes some
 * pulses of a voice and hits of a drum for clicks. */
function newClicks(material: Material, repaired: Float32Array, from: number): number {
	const reach = Math.round(CLICK_REACH * material.sampleRate);
	const near = Math.round(0.002 * material.sampleRate);
	const clicksOf = (signal: Float32Array) =>
		findClicks(signal.subarray(from - reach, from + reach), material.sampleRate).filter(
			(index) => index >= reach && index - reach <= near,
		).length;
	return Math.max(0, clicksOf(repaired) - clicksOf(material.signal));
}

function summarise(rows: readonly Row[]): Record<string, string | number>[] {
	const groups = groupBy(rows, (row) => `${row.kind} ${row.sampleRate} ${row.gap * 1000} ms`);
	return [...groups].map(([group, members]) => {
		const mean = (method: MethodName, measure: 'logSpectral' | 'cepstral') => {
			const own = members.filter((row) => row.method === method);
			return own.reduce((sum, row) => sum + row[measure], 0) / own.length;
		};
		const line: Record<string, string | number> = { group };
		const worse: string[] = [];
		for (const measure of ['logSpectral', 'cepstral'] as const) {
			const ours = mean('concealer', measure);
			for (const method of Object.keys(METHODS) as MethodName[]) {
				line[`${measure} ${method}`] = Number(mean(method, measure).toFixed(2));
				if (method !== 'concealer' && mean(method, measure) <= ours) {
					worse.push(`${measure} than ${method}`);
				}
			}
		}
		line['worse'] = worse.join(', ');
		line['clicks'] = members
			.filter((row) => row.method === 'concealer')
			.reduce((sum, row) => sum + row.clicks, 0);
		return line;
	});
}

function groupBy(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
	const groups = new Map<string, Row[]>();
	for (const row of rows) {
		groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
	}
	return groups;
}
