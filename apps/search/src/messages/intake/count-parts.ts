/**
 * An upper bound for the parts of a message, before any of them is built: building hundreds of thousands of tiny ones is what makes
 * a hostile message expensive. Separators repeat, so lines that begin with `--` and occur once do not count, and neither do rulers
 * of dashes unless a separator is declared that looks like one.
 */
export function countParts(raw: Uint8Array, most: number): number {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (separatorLines(bytes, most) <= most) return 0;
  const text = bytes.toString('latin1');
  if (!/multipart\//i.test(text)) return 0;
  const rulersCount = /boundary[*\d]*\s*=\s*"?-+"?\s*[;\r\n]/i.test(text);
  const lines = new Map<string, number>();
  for (let at = text.indexOf('\n--'); at >= 0; at = text.indexOf('\n--', at + 3)) {
    const end = text.indexOf('\n', at + 3);
    const line = text.slice(at + 1, Math.min(end < 0 ? text.length : end, at + 200)).trimEnd();
    if (rulersCount || /[^-]/.test(line)) lines.set(line, (lines.get(line) ?? 0) + 1);
  }
  let count = 0;
  for (const occurrences of lines.values()) if (occurrences > 1) count += occurrences;
  return count;
}

function separatorLines(bytes: Buffer, most: number): number {
  let count = 0;
  for (let at = bytes.indexOf('\n--'); at >= 0 && count <= most; at = bytes.indexOf('\n--', at + 3)) count += 1;
  return count;
}
