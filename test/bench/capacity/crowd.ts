// The listeners' process.
import { Audience, type AudienceOptions, type Jitter } from './audience.js';
import { obey } from './remote.js';

const audiences = new Map<string, Audience>();

function called(name: string): Audience {
	const audience = audiences.get(name);
	if (audience === undefined) {
		throw new RangeError(`Expected an audience that has come, got "${name}".`);
	}
	return audience;
}

const orders = {
	come: async ({ name, ...options }: AudienceOptions & { name: string }): Promise<void> => {
		audiences.set(name, await Audience.open(options));
	},
	/** Frames that came, of each listener. */
	frames: (name: string): readonly number[] => called(name).frames,
	jitter: ({ name, seconds }: { name: string; seconds: number }): Promise<Jitter> =>
		called(name).jitter(seconds),
	stopReading: (name: string): void => called(name).stopReading(),
	leave: (name: string): void => called(name).end(),
};

export type CrowdOrders = typeof orders;

obey(orders);
