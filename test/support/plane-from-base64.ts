// How a page hands its recordings to node: float32, as base64.

export function planeFromBase64(text: string): Float32Array {
	const bytes = Buffer.from(text, 'base64');
	return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4).slice();
}
