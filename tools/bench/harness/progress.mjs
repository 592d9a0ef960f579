/** Prints a progress line to stderr, because stdout has only the figures. */
export const progress = (text) => console.error(`  … ${text}`);
