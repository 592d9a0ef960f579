/** Prints a progress line to stderr; figures go to stdout. */
export const progress = (text) => console.error(`  … ${text}`);
