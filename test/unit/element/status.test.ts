import { describe, expect, it } from 'vitest';
import { Status } from '../../../src/element/status.js';
import type { PlayerEvent } from '../../../src/element/forwarding.js';
import { PcmError, type PcmErrorCode } from '../../../src/errors.js';
import { PcmErrorEvent, type PcmPlayerState } from '../../../src/events.js';

function failure(code: PcmErrorCode): PcmErrorEvent {
	return new PcmErrorEvent(new PcmError(code, 'Expected something else.'));
}

function change(state: PcmPlayerState): PlayerEvent {
	return new CustomEvent('statechange', { detail: { state, previous: 'idle' as const } });
}

function close(retryIn: number | null): PlayerEvent {
	return new CustomEvent('close', { detail: { code: 1006, reason: '', wasClean: false, retryIn } });
}

const OPEN = new CustomEvent('open', { detail: { url: 'ws://host/', protocol: '' } });

function afterwards(...events: PlayerEvent[]): Status {
	const status = new Status();
	for (const event of events) {
		status.note(event);
	}
	return status;
}

describe('Status', () => {
	it('is the state as long as nothing is wrong', () => {
		expect(afterwards(OPEN, change('playing')).word('playing')).toBe('playing');
	});

	it('asks for a gesture until it plays, whatever the connection does', () => {
		const blocked = afterwards(failure('autoplay-blocked'), OPEN, change('buffering'));
		expect([blocked.word('buffering'), blocked.isBlocked, blocked.isFault]).toEqual([
			'autoplay-blocked',
			true,
			false,
		]);
		blocked.note(change('playing'));
		expect([blocked.word('playing'), blocked.isBlocked]).toEqual(['playing', false]);
	});

	it('tells of a lost connection that is tried again', () => {
		const status = afterwards(OPEN, close(0.25));
		expect(status.word('connecting')).toBe('retrying');
		// What is left is still heard.
		expect(status.word('playing')).toBe('playing');
		status.note(OPEN);
		expect(status.word('connecting')).toBe('connecting');
		expect(afterwards(OPEN, close(null)).word('connecting')).toBe('connecting');
	});

	it('tells what is wrong until it is tried again or connected again', () => {
		const status = afterwards(failure('refused'));
		expect([status.word('failed'), status.isFault]).toEqual(['refused', true]);
		status.forget();
		expect([status.word('connecting'), status.isFault]).toEqual(['connecting', false]);
		expect(afterwards(failure('connect-failed'), OPEN).word('buffering')).toBe('buffering');
		expect(afterwards(failure('format-suspect'), change('playing')).word('playing')).toBe(
			'format-suspect',
		);
	});

	it('keeps to itself what was dropped unheard', () => {
		expect(afterwards(failure('malformed')).word('playing')).toBe('playing');
	});
});
