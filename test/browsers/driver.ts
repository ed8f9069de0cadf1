// What a check needs of a browser, whatever drives it.

/** Host names that lead to this machine and are not `localhost`: pages of theirs over http are insecure contexts. */
export const LAN_HOST = 'lan.test';

export interface BrowserDriver {
	/** As the browser tells it. */
	readonly version: string;
	/** A new page: nobody has touched it. */
	open(url: string): Promise<DrivenPage>;
	close(): Promise<void>;
}

export interface DrivenPage {
	/** What the body of an async function returns on the page, as JSON carries it.
	 * @throws Error with what was thrown there */
	ask<T>(body: string): Promise<T>;
	/** A user's click on the page's button. */
	click(): Promise<void>;
	/** Out of sight, as behind another window. @returns false: this browser cannot be made to hide it here */
	hide(): Promise<boolean>;
	close(): Promise<void>;
}

/** A program that gives `body`'s answer as JSON text, or rejects. */
export function answering(body: string): string {
	return `(async () => { ${body} })().then((value) => JSON.stringify(value ?? null))`;
}
