/** How many are kept. */
const CAPACITY = 20;

/** The latest events that tell what became of a player: what its app was sent, and the stats that come four times a
 * second, would push all others out. */
export class RecentEvents {
	/** Oldest first. */
	readonly list: Event[] = [];

	add(event: Event): void {
		if (event.type !== 'stats' && event.type !== 'message') {
			this.list.push(event);
			this.list.splice(0, this.list.length - CAPACITY);
		}
	}
}
