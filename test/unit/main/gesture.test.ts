import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startContext } from '../../../src/gesture.js';
import { CountingTarget, FakeContext, FakePage } from './fake-page.js';

describe('startContext', () => {
	let page: FakePage;
	let context: FakeContext;

	beforeEach(() => {
		vi.useFakeTimers();
		page = new FakePage();
		context = new FakeContext();
	});
	afterEach(() => {
		expect(page.listeners, 'listeners left behind').toBe(0);
		expect(vi.getTimerCount(), 'timers left behind').toBe(0);
		vi.useRealTimers();
		vi.unstubAllGlobals();
	});

	const start = (): Promise<void> => startContext(context as unknown as AudioContext);
	const allowGesture = (): void => {
		vi.stubGlobal('navigator', { userActivation: { hasBeenActive: true } });
	};

	it('asks nothing of a context that runs', async () => {
		context.state = 'running';
		await start();
		expect(context.resumes).toBe(0);
	});

	it.each([
		['1 s without a gesture', false, 1000],
		['5 s after one, for a device that is slow to open', true, 5000],
	])('gives up after %s when resume() does not answer', async (_, hadGesture, patience) => {
		if (hadGesture) {
			allowGesture();
		}
		context.mayRun = false;
		let code: unknown = null;
		start().catch((error: unknown) => (code = (error as { code: string }).code));
		await vi.advanceTimersByTimeAsync(patience - 1);
		expect(code).toBeNull();
		await vi.advanceTimersByTimeAsync(1);
		expect(code).toBe('autoplay-blocked');
	});

	it('tries with each gesture meanwhile', async () => {
		context.mayRun = false;
		const started = start();
		page.press();
		context.mayRun = true;
		page.press();
		await started;
		expect(context.resumes).toBe(3);
	});

	it('is done when the context runs, whether resume() answers or not', async () => {
		context.mayRun = false;
		const started = start();
		context.enter('running');
		await started;
	});

	it('tells what the browser refused with', async () => {
		context.refusal = new DOMException('no device', 'InvalidStateError');
		await expect(start()).rejects.toBe(context.refusal);
	});

	it('waits for a gesture where the system has the sound, and refuses for it', async () => {
		context.state = 'interrupted';
		context.refusal = new DOMException('Failed to start the audio device', 'InvalidStateError');
		await expect(start()).rejects.toMatchObject({ code: 'autoplay-blocked' });
	});

	it('is not put off by a gesture that does not count', async () => {
		context.mayRun = false;
		const started = start();
		context.refusal = new DOMException('not yet', 'NotAllowedError');
		page.press();
		await vi.advanceTimersByTimeAsync(0);
		context.refusal = null;
		context.mayRun = true;
		page.press();
		await started;
	});

	it('leaves no listener on a context that others have too', async () => {
		const counting = new CountingTarget();
		const shared = Object.assign(counting, {
			state: 'suspended',
			resume: () => Promise.resolve(),
		});
		await startContext(shared as unknown as AudioContext);
		expect(counting.listeners).toBe(0);
	});
});
