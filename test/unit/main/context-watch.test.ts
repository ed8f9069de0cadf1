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
		vi.useRealTimers();
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

	/** One whose headphones are gone, on the default device. */
	async function fallenBack(): Promise<FakeContext> {
		const context = running();
		context.sinkId = 'headphones';
		watch(context, { sinkId: 'headphones' });
		context.fail();
		await Promise.resolve();
		return context;
	}

	it('has a context that is suspended run again', () => {
		const context = running();
		watch(context);
		context.enter('suspended');
		expect(told).toEqual(['silenced', 'revived']);
		expect(context.state).toBe('running');
		expect(page.document.listeners).toBe(1);
	});

	it('leaves the end of an interruption to the system, which may take the sound to another device', () => {
		const context = running();
		watch(context);
		context.enter('interrupted');
		expect(told).toEqual(['silenced']);
		context.enter('running');
		expect(told).toEqual(['silenced', 'revived']);
		expect(context.resumes).toBe(0);
		expect(page.document.listeners).toBe(1);
	});

	it.each([
		['does not answer', null],
		['is refused', new DOMException('Failed to start the audio device', 'InvalidStateError')],
	])(
		'tries, when resume() %s, as the page is looked at, and with each gesture, until it runs',
		async (_, refusal) => {
			const context = running();
			watch(context);
			context.mayRun = false;
			context.refusal = refusal;
			context.enter('interrupted');
			page.show('hidden');
			expect(context.resumes).toBe(0);
			page.show('visible');
			page.press();
			expect(context.resumes).toBe(2);
			await Promise.resolve();
			context.mayRun = true;
			context.refusal = null;
			page.press();
			expect(told).toEqual(['silenced', 'revived']);
			page.press();
			page.show('visible');
			expect(context.resumes).toBe(3);
		},
	);

	it('hears of an interruption that comes again', () => {
		const context = running();
		watch(context);
		for (const state of ['interrupted', 'running', 'interrupted', 'running'] as const) {
			context.enter(state);
		}
		expect(told).toEqual(['silenced', 'revived', 'silenced', 'revived']);
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
		const context = await fallenBack();
		expect(context.sinkId).toBe('');
		expect(told).toEqual(['silenced', 'revived']);
		// The default one fails too: there is no other.
		vi.useFakeTimers();
		context.fail();
		vi.advanceTimersByTime(900);
		expect(told).not.toContain('output-lost');
		vi.advanceTimersByTime(100);
		expect(told.at(-1)).toBe('output-lost');
		expect(vi.getTimerCount()).toBe(0);
	});

	it('goes on with the default device when the one that was left fails once more', async () => {
		const context = await fallenBack();
		vi.useFakeTimers();
		context.fail();
		context.fail();
		vi.advanceTimersByTime(500);
		context.currentTime += 0.1;
		vi.advanceTimersByTime(5000);
		expect(told.at(-1)).toBe('revived');
		expect(told).not.toContain('output-lost');
		expect(vi.getTimerCount()).toBe(0);
	});

	it('is lost when there is no default device', async () => {
		const context = running();
		context.sinkId = 'headphones';
		context.mayRun = false;
		context.hasSink = false;
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
