/** Path of a browser that runs. @throws Error when CHROME_PATH names one that does not */
export function findBrowser(): string | undefined;
