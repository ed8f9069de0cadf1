import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Module from '../../../src/script-url.js';

/** Stands for TrustedScriptURL. */
class TrustedUrl {
	readonly url: string;

	constructor(url: string) {
		this.url = url;
	}
}

class FakeTrustedTypes {
	readonly created: string[] = [];
	readonly defaultPolicy: object | null;
	readonly #allowed: string;

	constructor(allowed: string, defaultPolicy: object | null = null) {
		this.#allowed = allowed;
		this.defaultPolicy = defaultPolicy;
	}

	createPolicy(name: string, rules: { createScriptURL(url: string): string }): object {
		this.created.push(name);
		if (name !== this.#allowed) {
			throw new TypeError(`Policy "${name}" disallowed.`);
		}
		return { createScriptURL: (url: string) => new TrustedUrl(rules.createScriptURL(url)) };
	}
}

describe('scriptUrl', () => {
	let scriptUrl: typeof Module.scriptUrl;

	beforeEach(async () => {
		vi.stubGlobal('location', { href: 'https://page.example/app/' });
		// The policy is made once for each page.
		vi.resetModules();
		({ scriptUrl } = await import('../../../src/script-url.js'));
	});
	afterEach(() => {
		vi.unstubAllGlobals();
	});

	it('is absolute, and one Blob for each inlined script', () => {
		expect(scriptUrl('worker.js', '')).toBe('https://page.example/app/worker.js');
		const blobUrl = scriptUrl(null, 'let a;');
		expect(blobUrl).toMatch(/^blob:/);
		expect(scriptUrl(null, 'let a;')).toBe(blobUrl);
		expect(scriptUrl(null, 'let b;')).not.toBe(blobUrl);
	});

	it('is trusted by one policy of its own', () => {
		const types = new FakeTrustedTypes('steadypcm');
		vi.stubGlobal('trustedTypes', types);
		const absolute = 'https://page.example/worker.js';
		expect(scriptUrl('/worker.js', '')).toEqual(new TrustedUrl(absolute));
		expect(scriptUrl(null, 'let a;')).toBeInstanceOf(TrustedUrl);
		expect(types.created).toEqual(['steadypcm']);
	});

	it('leaves it to the default policy of the page', () => {
		const types = new FakeTrustedTypes('steadypcm', {});
		vi.stubGlobal('trustedTypes', types);
		expect(scriptUrl('/worker.js', '')).toBe('https://page.example/worker.js');
		expect(types.created).toEqual([]);
	});

	it('is a plain string where its policy is not allowed, and asks only once', () => {
		const types = new FakeTrustedTypes('another');
		vi.stubGlobal('trustedTypes', types);
		expect(scriptUrl('/worker.js', '')).toBe('https://page.example/worker.js');
		scriptUrl('/worklet.js', '');
		expect(types.created).toEqual(['steadypcm']);
	});
});
