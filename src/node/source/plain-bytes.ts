// Node hands out Buffers; this package's callers get Uint8Arrays, whose `slice` and `toString` are the
// standard ones.

/** The same memory, as a Uint8Array proper. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
	return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
