/** A thread's entry, bundled into one classic script (build/inline-script.ts). */
declare module '*?script' {
	const source: string;
	export default source;
}
