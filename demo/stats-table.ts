// The table of every statistic, kept up to date while it is open.
import type { PcmPlayerStats } from '../src/index.js';
import { element, make, setText } from './element.js';
import { hint } from './hint.js';
import type { Session } from './session.js';
import { STAT_MEANINGS, type StatGroup, type StatMeaning } from './stat-meanings.js';

const GROUPS: readonly (readonly StatGroup[])[] = [['Now', 'Received'], ['Played']];

export function showStatsTable(session: Session): void {
	const panel = element('all', HTMLDetailsElement);
	const values = new Map<StatMeaning, HTMLElement>();
	for (const column of GROUPS) {
		const side = make('div');
		for (const group of column) {
			side.append(make('h3', {}, group), listOf(group, values));
		}
		element('stats', HTMLElement).append(side);
	}
	const show = (stats: PcmPlayerStats): void => {
		if (panel.open) {
			for (const [meaning, value] of values) {
				setText(value, meaning.show(stats));
			}
		}
	};
	panel.addEventListener('toggle', () => {
		show(session.player.stats);
	});
	session.onPlayer((player) => {
		show(player.stats);
		player.addEventListener('stats', ({ detail }) => {
			show(detail);
		});
	});
}

/** @param values gets the element of each value. */
function listOf(group: StatGroup, values: Map<StatMeaning, HTMLElement>): HTMLElement {
	const list = make('dl');
	for (const [field, meaning] of Object.entries(STAT_MEANINGS)) {
		if (meaning.group === group) {
			const value = make('dd', { 'data-stat': field });
			values.set(meaning, value);
			const name = make('dt', {}, meaning.label, make('code', {}, field));
			const help = make('dd', {}, ...hint(`stat-${field}`, meaning.label, meaning.meaning));
			list.append(make('div', { class: 'row' }, name, value, help));
		}
	}
	return list;
}
