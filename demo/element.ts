// Elements of the page by their id, and new ones, with their types checked.

/** @throws Error when the page has no such element. */
export function element<T extends Element>(id: string, type: abstract new () => T): T {
	const found = document.getElementById(id);
	if (!(found instanceof type)) {
		throw new Error(`Expected a ${type.name} with the id ${id}, got ${found?.tagName ?? 'none'}.`);
	}
	return found;
}

/** A new element with attributes and content. */
export function make<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	attributes: Readonly<Record<string, string>> = {},
	...content: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
	const made = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		made.setAttribute(name, value);
	}
	made.append(...content);
	return made;
}

/** Writes only what changed: the page is asked often and changes seldom. */
export function setText(node: Element, text: string): void {
	if (node.textContent !== text) {
		node.textContent = text;
	}
}
