// Moments in which what was given up may work again: the network is back, or the page is looked at again. A
// hidden page's timers may have stood still, and its sound may have been taken away.

/** Calls `wake` when the page goes online, becomes visible, or comes back from the back/forward cache, until
 * the returned function is called. */
export function onPageWakeup(wake: () => void): () => void {
	const becameVisible = (): void => {
		if (document.visibilityState === 'visible') {
			wake();
		}
	};
	const cameBack = ({ persisted }: PageTransitionEvent): void => {
		if (persisted) {
			wake();
		}
	};
	window.addEventListener('online', wake);
	window.addEventListener('pageshow', cameBack);
	document.addEventListener('visibilitychange', becameVisible);
	return () => {
		window.removeEventListener('online', wake);
		window.removeEventListener('pageshow', cameBack);
		document.removeEventListener('visibilitychange', becameVisible);
	};
}
