/** The package's version; a test holds it equal to package.json's. Names the worklet processor, so
 * that two versions on one page do not meet. */
export const VERSION = '0.1.0';
