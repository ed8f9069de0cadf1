import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onPageWakeup } from '../../../src/page-wakeups.js';
import { FakePage } from './fake-page.js';

describe('onPageWakeup', () => {
	let page: FakePage;
	let woken: number;
	let forget: () => void;

	beforeEach(() => {
		page = new FakePage();
		woken = 0;
		forget = onPageWakeup(() => woken++);
	});
	afterEach(() => {
		vi.unstubAllGlobals();
	});

	it('wakes when the network is back, and when the page is looked at again', () => {
		page.goOnline();
		expect(woken).toBe(1);
		page.show('visible');
		expect(woken).toBe(2);
		page.comeBack(true);
		expect(woken).toBe(3);
	});

	it('does not wake when the page is hidden or first shown', () => {
		page.show('hidden');
		page.comeBack(false);
		expect(woken).toBe(0);
	});

	it('leaves nothing behind', () => {
		expect(page.listeners).toBe(3);
		forget();
		expect(page.listeners).toBe(0);
	});
});
