import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ContextWatch } from '../../../src/context-watch.js';
import { borrowContext, returnContext } from '../../../src/shared-context.js';
import { FakeContext, FakePage } from './fake-page.js';

describe('ContextWatch', () => {
	let page: FakePage;
	let told: string[];
	let wantsSound: boolean;

	beforeEach(() => {
		page = new FakePage();
		told = [];
		wantsSound = true;
	});
	afterEach(() => {
		vi.unstubAllGlobals();
	});

	function watch(
		context: FakeContext,
		options: { context?: FakeContext; sinkId?: string } = {},
	): ContextWatch {
		const given = { context: options.context ?? null, sinkId: options.sinkId ?? null };
		return new ContextWatch(context as unknown as AudioContext, given as never, {
			wantsSound: () => wantsSound,
			silenced: () => told.push('silenced'),
			revived: () => told.push('revived'),
			lost: ({ code }) => told.push(code),
		});
	}

	function running(): FakeContext {
		const context = new FakeContext();
		context.state = 'running';
		return context;
	}

	it.each(['interrupted', 'suspended'] as const)('has a context that is %s run again', (state) => {
		const context = running();
		watch(context);
		context.enter(state);
		expect(told).toEqual(['silenced', 'revived']);
		expect(context.state).toBe('running');
		expect(page.document.listeners).toBe(1);
	});

	it('tries again when the page is looked at, and with each gesture, until it runs', () => {
		const context = running();
		watch(context);
		context.mayRun = false;
		context.enter('interrupted');
		expect(context.resumes).toBe(1);
		page.show('hidden');
		page.show('visible');
		page.press();
		expect(context.resumes).toBe(3);
		context.mayRun = true;
		page.press();
		expect(told).toEqual(['silenced', 'revived']);
		page.press();
		page.show('visible');
		expect(context.resumes).toBe(4);
	});

	it('goes on trying when an interruption ends in suspension', () => {
		const given = running();
		watch(given, { context: given });
		given.mayRun = false;
		given.enter('interrupted');
		given.mayRun = true;
		given.enter('suspended');
		expect(told.at(-1)).toBe('revived');
	});

	it('leaves a context that the page gave and suspended as it is, and sees it come back', () => {
		const given = running();
		watch(given, { context: given });
		given.enter('suspended');
		page.press();
		page.show('visible');
		expect(given.resumes).toBe(0);
		given.enter('running');
		expect(told).toEqual(['silenced', 'revived']);
	});

	it('does nothing while no sound is wanted', () => {
		const context = running();
		watch(context);
		wantsSound = false;
		context.enter('suspended');
		context.enter('running');
		expect(told).toEqual([]);
		expect(context.resumes).toBe(0);
	});

	it('gives up a context that is closed', () => {
		const context = running();
		watch(context);
		void context.close();
		expect(told).toEqual(['output-lost']);
		expect(page.listeners).toBe(0);
	});

	it('gives up a context whose device failed, which nobody gets any more', async () => {
		const failed = borrowContext(null) as unknown as FakeContext;
		failed.state = 'running';
		watch(failed);
		failed.fail();
		expect(told).toEqual(['output-lost']);
		const fresh = borrowContext(null);
		expect(fresh).not.toBe(failed);
		await returnContext(fresh);
		await returnContext(failed as unknown as AudioContext);
	});

	it('takes the default device when the one asked for is gone', async () => {
		const context = running();
		context.sinkId = 'headphones';
		watch(context, { sinkId: 'headphones' });
		context.fail();
		await Promise.resolve();
		expect(context.sinkId).toBe('');
		expect(told).toEqual(['silenced', 'revived']);
		// The default one fails too: there is no other.
		context.fail();
		expect(told.at(-1)).toBe('output-lost');
	});

	it('is lost when there is no default device', async () => {
		const context = running();
		context.sinkId = 'headphones';
		context.mayRun = false;
		context.hasDefaultSink = false;
		watch(context, { sinkId: 'headphones' });
		context.fail();
		await vi.waitFor(() => {
			expect(told).toEqual(['silenced', 'output-lost']);
		});
	});

	it('leaves nothing behind', () => {
		const context = running();
		const watching = watch(context);
		context.mayRun = false;
		context.enter('interrupted');
		watching.stop();
		expect(page.listeners).toBe(0);
		context.enter('closed');
		expect(told).toEqual(['silenced']);
	});
});
