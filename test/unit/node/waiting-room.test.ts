import { describe, expect, it } from 'vitest';
import { WaitingRoom } from '../../../src/node/gateway/waiting-room.js';

describe('WaitingRoom', () => {
	const room = (max: number) => {
		const gone: string[] = [];
		const waiting = new WaitingRoom(max);
		const enter = (address: string, name: string) => waiting.enter(address, () => gone.push(name));
		return { waiting, gone, enter };
	};

	it('sends the oldest of the address that has most away, so that others keep their place', () => {
		const { waiting, gone, enter } = room(4);
		enter('b', 'b1');
		['a1', 'a2', 'a3', 'a4', 'a5'].forEach((name) => enter('a', name));
		expect(gone).toEqual(['a1', 'a2']);
		enter('c', 'c1');
		expect(gone).toEqual(['a1', 'a2', 'a3']);
		expect(waiting.size).toBe(4);
	});

	it('sends the oldest of all away where each address has one', () => {
		const { gone, enter } = room(2);
		['a', 'b', 'c', 'd'].forEach((address) => enter(address, address));
		expect(gone).toEqual(['a', 'b']);
	});

	it('counts every leaving once', () => {
		const { waiting, gone, enter } = room(2);
		const leave = enter('a', 'a1');
		enter('a', 'a2');
		leave();
		leave();
		expect(waiting.size).toBe(1);
		enter('b', 'b1');
		expect(gone).toEqual([]);
	});
});
