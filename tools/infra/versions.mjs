/** Returns the first version in a text: "Valkey server v=8.1.4 sha=…" → [8, 1, 4]. */
export function versionIn(text) {
  const version = /\d+(?:\.\d+)+/.exec(text)?.[0];
  return version?.split('.').map(Number);
}

/** Compares a version like [2, 10, 9] with a minimum like "2.10.23". Missing numbers of the version count as zero. */
export function isAtLeast(version, minimum) {
  const minimumNumbers = minimum.split('.').map(Number);
  for (const [index, minimumNumber] of minimumNumbers.entries()) {
    const number = version[index] ?? 0;
    if (number !== minimumNumber) return number > minimumNumber;
  }
  return true;
}
