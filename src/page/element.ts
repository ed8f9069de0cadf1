// The page's elements, by id and kind.

/** @throws Error when the page has none of that kind: page.html and its script do not belong together */
export function element<T extends HTMLElement>(id: string, kind: new () => T): T {
	const found = document.getElementById(id);
	if (!(found instanceof kind)) {
		throw new Error(`Expected a ${kind.name} called ${id} on the page.`);
	}
	return found;
}
