// What has to be known of the browser by name, since nothing else tells it.

/** True in Firefox, of whatever release. */
export function isFirefox(): boolean {
	return navigator.userAgent.includes('Firefox/');
}

/** True in Chrome, Edge and others of Chromium; not in what bears their names on iOS. */
export function isChromium(): boolean {
	return navigator.userAgent.includes('Chrome/');
}
