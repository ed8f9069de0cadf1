// What the sound card gets.
import type { BenchResults, CardFigures } from '../results.js';
import { decimal, plural, spreadCell, table, type Column } from './markdown.js';
import { spreadOf } from './outcome.js';

export function cardSection({ card }: BenchResults): string {
	const title = '## What the sound card gets';
	if (!card) {
		return `${title}\n\nNot measured here: there was no sound card to record from.`;
	}
	const tries = card.tries > 1 ? ` It was taken ${card.tries} times before that was so.` : '';
	return [
		title,
		`The same stream once more, steadypcm alone, recorded behind the browser: what it really sends to the sound card.
The recording counts only if it passed this gate: ${card.gate.replace(/\.$/, '')}.${tries}`,
		exactness(card),
		latency(card),
		table(HEARD, [card]),
	].join('\n\n');
}

function exactness({ comparedSamples, differingSamples }: CardFigures): string {
	if (comparedSamples === 0) {
		return 'No samples could be compared.';
	}
	const compared = `${comparedSamples.toLocaleString('en-US')} samples at 48 kHz were compared with those sent`;
	return differingSamples === 0
		? `**Bit-exact**: ${compared}, and none differs.`
		: `**Not bit-exact**: ${compared}, and ${differingSamples.toLocaleString('en-US')} differ.`;
}

function latency({ impulseMs }: CardFigures): string {
	const spread = spreadOf(impulseMs);
	return spread
		? `From the server's send to the card: ${decimal(spread.median)} ms, the median of ${plural(impulseMs.length, 'impulse')} (${decimal(spread.least)} to
${decimal(spread.most)} ms).`
		: 'No impulse was found in the recording.';
}

function one(title: string, value: (card: CardFigures) => number): Column<CardFigures> {
	return { title, cell: (card) => spreadCell(spreadOf([value(card)])) };
}

const HEARD: readonly Column<CardFigures>[] = [
	one('Delay, ms', ({ heard }) => heard.delayMeanMs),
	one('p95, ms', ({ heard }) => heard.delayP95Ms),
	one('Silent, ms', ({ heard }) => heard.silentMs),
	one('Inserted, ms', ({ heard }) => heard.insertedMs),
	one('Skipped, ms', ({ heard }) => heard.skippedMs),
	one('Made up, ms', ({ heard }) => heard.concealedMs),
	one('Clicks', ({ heard }) => heard.clicks),
	one('SNR, dB', ({ heard }) => heard.snrDb),
	one('Listened, s', ({ heard }) => heard.heardMs / 1000),
];
