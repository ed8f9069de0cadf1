// When the reported media position leaves the graph, by the context's time.
import { describe, expect, it } from 'vitest';
import { PlayoutRig } from '../../support/playout-rig.js';

describe('the time of the reported position', () => {
	it('is that of the sample frame after the render call', () => {
		const rig = new PlayoutRig({ targetDelay: 0.01 });
		const output = [new Float32Array(128)];
		rig.engine.render(output, 4096);
		expect(rig.value('renderedAt')).toBe((4096 + 128) / 48_000);
		// The context may have stood still for others, or run on without us.
		rig.engine.render(output, 48_000);
		expect(rig.value('renderedAt')).toBe((48_000 + 128) / 48_000);
	});

	it('moves with the position', () => {
		const rig = new PlayoutRig({ mode: 'complete', targetDelay: 0.05 });
		const signal = Float32Array.from({ length: 24_000 }, (_, i) => Math.sin(i / 20));
		rig.writer.mark('splice', 1_000_000);
		rig.write(signal);
		const output = [new Float32Array(128)];
		const ages: number[] = [];
		for (let call = 0; call < 100; call++) {
			rig.engine.render(output, 9600 + 128 * call);
			if (rig.value('emitted') > 0) {
				ages.push(rig.value('renderedAt') - rig.value('mediaPosition') / 48_000);
			}
		}
		expect(ages.length).toBeGreaterThan(50);
		expect(Math.max(...ages) - Math.min(...ages)).toBeLessThan(0.0001);
	});
});
