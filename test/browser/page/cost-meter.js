// Loaded into an AudioWorklet before the processor to be measured: what registers from now on has its render
// calls timed, by the clock that a Worker keeps in shared memory.
const register = globalThis.registerProcessor;

/** Fields of a call: begin, end, and what of the report changed: a bit for each of the slots. */
const FIELDS = 3;
let clock = null;
let slots = [];
let calls = null;
let count = 0;

globalThis.registerProcessor = (name, Processor) => {
	register(
		name,
		class extends Processor {
			constructor(options) {
				super(options);
				this.report = new Float64Array(options.processorOptions.report);
				this.before = new Float64Array(slots.length);
			}

			process(inputs, outputs, parameters) {
				for (let i = 0; i < slots.length; i++) {
					this.before[i] = this.report[slots[i]];
				}
				const begin = Atomics.load(clock, 0);
				const isAlive = super.process(inputs, outputs, parameters);
				const end = Atomics.load(clock, 0);
				let changed = 0;
				for (let i = 0; i < slots.length; i++) {
					changed |= this.report[slots[i]] === this.before[i] ? 0 : 1 << i;
				}
				if (FIELDS * count < calls.length) {
					calls[FIELDS * count] = begin;
					calls[FIELDS * count + 1] = end;
					calls[FIELDS * count + 2] = changed;
					count++;
				}
				return isAlive;
			}
		},
	);
};

register(
	'cost-meter',
	class extends AudioWorkletProcessor {
		constructor({ processorOptions }) {
			super();
			clock = new Int32Array(processorOptions.clock);
			slots = processorOptions.slots;
			calls = new Int32Array(FIELDS * processorOptions.maxCalls);
			this.port.onmessage = () => this.port.postMessage(calls.slice(0, FIELDS * count));
		}

		process() {
			return true;
		}
	},
);
