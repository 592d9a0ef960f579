/**
 * Returns an upper bound of the number of MIME parts without parsing the message: a hostile message with hundreds of
 * thousands of parts would be slow to parse. Counts the lines that begin with `--` and occur more than once. A line
 * that consists only of dashes counts only if a declared boundary consists of dashes. Returns 0 if at most `max` lines
 * begin with `--`.
 */
export function countParts(raw: Uint8Array, max: number): number {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (countSeparatorLines(bytes, max) <= max) return 0;
  const text = bytes.toString('latin1');
  if (!/multipart\//i.test(text)) return 0;
  const isDashBoundary = /boundary[*\d]*\s*=\s*"?-+"?\s*[;\r\n]/i.test(text);
  const countByLine = new Map<string, number>();
  for (let at = text.indexOf('\n--'); at >= 0; at = text.indexOf('\n--', at + 3)) {
    const end = text.indexOf('\n', at + 3);
    const line = text.slice(at + 1, Math.min(end < 0 ? text.length : end, at + 200)).trimEnd();
    if (isDashBoundary || /[^-]/.test(line)) countByLine.set(line, (countByLine.get(line) ?? 0) + 1);
  }
  let count = 0;
  for (const occurrences of countByLine.values()) if (occurrences > 1) count += occurrences;
  return count;
}

/** Counts the lines that begin with `--`. Stops when the count is above `max`. */
function countSeparatorLines(bytes: Buffer, max: number): number {
  let count = 0;
  for (let at = bytes.indexOf('\n--'); at >= 0 && count <= max; at = bytes.indexOf('\n--', at + 3)) count += 1;
  return count;
}
