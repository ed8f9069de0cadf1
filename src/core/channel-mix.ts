// Planar channels in another number out, by the Web Audio API's rules for speakers ("Up-mixing and
// Down-mixing of Channel Layouts", https://www.w3.org/TR/webaudio/#channel-up-mixing-and-down-mixing);
// layouts it does not name are copied channel by channel, the rest dropped or silent.

/** Gain of input channel `i` in output channel `o`: `rows[o][i]`. */
type MixRows = readonly (readonly number[])[];

const HALF_POWER = Math.SQRT1_2;

/** Keyed `from>to`. Channel order: L R, L R SL SR, L R C LFE SL SR. */
const SPEAKER_MIXES: Readonly<Record<string, MixRows>> = {
	'1>2': [[1], [1]],
	'1>4': [[1], [1], [0], [0]],
	'1>6': [[0], [0], [1], [0], [0], [0]],
	'2>4': [[1, 0], [0, 1], [0], [0]],
	'2>6': [[1, 0], [0, 1], [0], [0], [0], [0]],
	'4>6': [[1], [0, 1], [0], [0], [0, 0, 1], [0, 0, 0, 1]],
	'2>1': [[0.5, 0.5]],
	'4>1': [[0.25, 0.25, 0.25, 0.25]],
	'6>1': [[HALF_POWER, HALF_POWER, 1, 0, 0.5, 0.5]],
	'4>2': [
		[0.5, 0, 0.5],
		[0, 0.5, 0, 0.5],
	],
	'6>2': [
		[1, 0, HALF_POWER, 0, HALF_POWER],
		[0, 1, HALF_POWER, 0, 0, HALF_POWER],
	],
	'6>4': [
		[1, 0, HALF_POWER],
		[0, 1, HALF_POWER],
		[0, 0, 0, 0, 1],
		[0, 0, 0, 0, 0, 1],
	],
};

/** `planes` as `channels` planes of `sampleFrames`. Equal numbers: the same planes, not copied. Mono into
 * a layout without a name goes to the first two channels, so that it is heard on both sides. */
export function mixChannels(
	planes: readonly Float32Array<ArrayBuffer>[],
	channels: number,
	sampleFrames: number,
): readonly Float32Array<ArrayBuffer>[] {
	if (planes.length === channels) {
		return planes;
	}
	const rows = mixRows(planes.length, channels);
	return Array.from({ length: channels }, (_, channel) => {
		const mixed = new Float32Array(sampleFrames);
		(rows[channel] ?? []).forEach((gain, input) => {
			const plane = planes[input];
			if (gain !== 0 && plane !== undefined) {
				addScaled(mixed, plane, gain);
			}
		});
		return mixed;
	});
}

function mixRows(from: number, to: number): MixRows {
	const named = SPEAKER_MIXES[`${from}>${to}`];
	if (named !== undefined) {
		return named;
	}
	return Array.from({ length: to }, (_, channel) =>
		Array.from({ length: from }, (_unused, input) =>
			input === channel || (from === 1 && channel < 2) ? 1 : 0,
		),
	);
}

function addScaled(to: Float32Array, from: Float32Array, gain: number): void {
	for (let i = 0; i < to.length; i++) {
		to[i] = to[i]! + gain * from[i]!;
	}
}
