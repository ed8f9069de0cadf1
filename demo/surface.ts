// A canvas as sharp as the display, in the page's colours.

/** What is drawn on, in CSS pixels. */
export interface Surface {
	readonly context: CanvasRenderingContext2D;
	readonly width: number;
	readonly height: number;
	/** The value of a custom property, such as `--ink`. */
	readonly colour: (name: string) => string;
}

/** The cleared surface of `canvas`; null while it is not laid out. */
export function surfaceOf(canvas: HTMLCanvasElement): Surface | null {
	const { clientWidth: width, clientHeight: height } = canvas;
	const context = canvas.getContext('2d');
	if (context === null || width === 0 || height === 0) {
		return null;
	}
	const scale = devicePixelRatio;
	const [pixelWidth, pixelHeight] = [Math.round(width * scale), Math.round(height * scale)];
	if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
		canvas.width = pixelWidth;
		canvas.height = pixelHeight;
	}
	context.setTransform(scale, 0, 0, scale, 0, 0);
	context.clearRect(0, 0, width, height);
	const style = getComputedStyle(canvas);
	return { context, width, height, colour: (name) => style.getPropertyValue(name).trim() };
}
