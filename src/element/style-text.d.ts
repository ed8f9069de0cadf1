/** A style sheet's text, minified. */
declare module '*.css?inline' {
	const text: string;
	export default text;
}
