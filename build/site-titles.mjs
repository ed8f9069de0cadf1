// A plugin of TypeDoc: pages of the site are called what their readers call them. A document by its first heading, a
// module by the name it is imported by, and the README's own heading is not shown beneath the site's.
import { Converter } from 'typedoc';

const FIRST_HEADING = /^# (.+)\n/;

/** @param {import('typedoc').Application} app */
export function load(app) {
	app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, page) => {
		const title = FIRST_HEADING.exec(page.content[0]?.text ?? '')?.[1];
		if (title !== undefined) {
			page.name = title.replaceAll('`', '');
		}
	});
	app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
		for (const module of project.children ?? []) {
			module.name = module.name === 'index' ? project.name : `${project.name}/${module.name}`;
		}
		const [first] = project.readme ?? [];
		if (first !== undefined) {
			first.text = first.text.replace(FIRST_HEADING, '');
		}
	});
}
