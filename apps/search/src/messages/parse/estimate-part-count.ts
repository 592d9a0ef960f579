/**
 * Estimates the number of MIME parts without parsing the message: a hostile message with hundreds of thousands of parts
 * would be slow to parse. Counts the lines that begin with `--` and occur more than once. A line that consists only of
 * dashes counts only if a declared boundary consists of dashes. Returns 0 if the message cannot have more than `max`
 * parts, because at most `max` lines begin with `--` or nothing declares a multipart.
 */
export function estimatePartCount(raw: Uint8Array, max: number): number {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (countSeparatorLines(bytes, max) <= max) return 0;
  const text = bytes.toString('latin1');
  if (!/multipart\//i.test(text)) return 0;
  const hasDashBoundary = /boundary[*\d]*\s*=\s*"?-+"?\s*[;\r\n]/i.test(text);
  const countByLine = new Map<string, number>();
  let lineStart = text.indexOf('\n--') + 1;
  while (lineStart > 0) {
    const lineEnd = text.indexOf('\n', lineStart + 2);
    // A boundary has at most 70 characters (RFC 2046), so the beginning of the line is enough.
    const line = text.slice(lineStart, Math.min(lineEnd < 0 ? text.length : lineEnd, lineStart + 199)).trimEnd();
    if (hasDashBoundary || /[^-]/.test(line)) countByLine.set(line, (countByLine.get(line) ?? 0) + 1);
    lineStart = text.indexOf('\n--', lineStart + 2) + 1;
  }
  let count = 0;
  for (const occurrences of countByLine.values()) if (occurrences > 1) count += occurrences;
  return count;
}

/** Counts the lines that begin with `--`. Stops when the count is above `max`. */
function countSeparatorLines(bytes: Buffer, max: number): number {
  let count = 0;
  let previousLineEnd = bytes.indexOf('\n--');
  while (previousLineEnd >= 0 && count <= max) {
    count += 1;
    previousLineEnd = bytes.indexOf('\n--', previousLineEnd + 3);
  }
  return count;
}
