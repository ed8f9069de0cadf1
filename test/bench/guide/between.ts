/** The page with what stands between `<!-- mark -->` and the next `<!-- end -->` replaced.
 * @throws RangeError when the page has no such place */
export function between(page: string, mark: string, text: string): string {
	const begin = `<!-- ${mark} -->`;
	const from = page.indexOf(begin) + begin.length;
	const to = page.indexOf('<!-- end -->', from);
	if (from < begin.length || to < 0) {
		throw new RangeError(`Expected the page to have ${begin} and <!-- end -->, got none.`);
	}
	return `${page.slice(0, from)}\n\n${text}\n\n${page.slice(to)}`;
}
