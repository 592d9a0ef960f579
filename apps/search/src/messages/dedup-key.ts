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
  for (let at = raw.indexOf(CARRIAGE_RETURN); at >= 0 && at < end; at = raw.indexOf(CARRIAGE_RETURN, at + 1)) {
    if (raw[at + 1] !== LINE_FEED) continue;
    hash.update(raw.subarray(start, at));
    start = at + 1;
  }
  return `sha256:${hash.update(raw.subarray(start, end)).digest('base64url')}`;
}
