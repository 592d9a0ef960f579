/** A line for whoever waits; figures go to the standard output. */
export const progress = (text) => console.error(`  … ${text}`);
