/** The numbers of the first version in a text: "Valkey server v=8.1.4 sha=…" → [8, 1, 4]. */
export function versionIn(text) {
  const found = /\d+(?:\.\d+)+/.exec(text)?.[0];
  return found?.split('.').map(Number);
}

/** Compares [2, 10, 9] with "2.10.23"; what is not said counts as zero. */
export function isAtLeast(version, minimum) {
  const wanted = minimum.split('.').map(Number);
  for (const [index, number] of wanted.entries()) {
    const have = version[index] ?? 0;
    if (have !== number) return have > number;
  }
  return true;
}
