import { createHash } from 'node:crypto';

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/**
 * Returns the key that identifies a message in repeated imports. The key is a hash that ignores the kind of line ends
 * and empty lines at the end, because mail programs change both.
 */
export function dedupKey(raw: Uint8Array): string {
  const hash = createHash('sha256');
  let end = raw.length;
  while (end > 0 && (raw[end - 1] === LINE_FEED || raw[end - 1] === CARRIAGE_RETURN)) end -= 1;
  let start = 0;
  for (
    let position = raw.indexOf(CARRIAGE_RETURN);
    position >= 0 && position < end;
    position = raw.indexOf(CARRIAGE_RETURN, position + 1)
  ) {
    if (raw[position + 1] !== LINE_FEED) continue;
    // Leaves the carriage return of this line end out of the hash.
    hash.update(raw.subarray(start, position));
    start = position + 1;
  }
  return `sha256:${hash.update(raw.subarray(start, end)).digest('base64url')}`;
}
