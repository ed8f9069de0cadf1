// What has to be known of the browser by name, since nothing else tells it.

/** True in Firefox, of whatever release. */
export function isFirefox(): boolean {
	return navigator.userAgent.includes('Firefox/');
}
