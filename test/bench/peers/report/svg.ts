// What all pictures share: the ground, the colours, the numbers along an axis.
import { escaped } from '../../../support/svg.js';
import type { PlayerName } from '../results.js';

/** On a white card of its own, so that the page around may be light or dark. */
export const COLORS = {
	ground: '#ffffff',
	edge: '#d0d7de',
	ink: '#24292f',
	grid: '#e4e8ec',
	faint: '#57606a',
};

/** After Okabe and Ito, to be told apart by the colour-blind; the one blue is steadypcm's. */
export const PLAYER_COLORS: Readonly<Record<PlayerName, string>> = {
	steadypcm: '#0072b2',
	'pcm-player': '#d55e00',
	'yume-chan': '#009e73',
	wavtools: '#cc79a7',
	'pcm-ringbuf-player': '#e69f00',
	textbook: '#5f5f5f',
};

/** @param title what the picture shows, as text. @param size px. */
export function card(
	title: string,
	size: { readonly width: number; readonly height: number },
	content: readonly string[],
): string {
	const { width, height } = size;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="${COLORS.ink}">`,
		`<title>${escaped(title)}</title>`,
		`<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${COLORS.ground}" stroke="${COLORS.edge}"/>`,
		`<text x="20" y="27" font-size="15" font-weight="600">${escaped(title)}</text>`,
		...content,
		'</svg>\n',
	].join('\n');
}

/** 1, 2 and 5 times powers of ten within, both ends included. */
export function logarithmicTicks(from: number, to: number): number[] {
	const powers = Array.from({ length: 10 }, (_, i) => 10 ** (i - 1));
	return powers
		.flatMap((power) => [power, 2 * power, 5 * power])
		.filter((tick) => tick >= from * 0.999 && tick <= to * 1.001);
}

/** Moves places apart that are closer than `gap`, as little as need be, and keeps their order.
 * @returns where each goes, not below `lowest`. */
export function spacedOut(places: readonly number[], gap: number, lowest: number): number[] {
	const order = [...places.keys()].sort((a, b) => places[a]! - places[b]!);
	const found = [...places];
	order.forEach((index, i) => {
		const before = i > 0 ? found[order[i - 1]!]! + gap : -Infinity;
		found[index] = Math.max(found[index]!, before);
	});
	// Back up from the bottom edge.
	order.reverse().forEach((index, i) => {
		const limit = i > 0 ? found[order[i - 1]!]! - gap : lowest;
		found[index] = Math.min(found[index]!, limit);
	});
	return found;
}
