import { createHash } from 'node:crypto';

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/**
 * Returns the key that identifies a message in repeated imports. The key is a hash that ignores the kind of line ends
 * and empty lines at the end, because mail programs change both.
 */
export function dedupKey(raw: Uint8Array): string {
  let end = raw.length;
  while (end > 0 && (raw[end - 1] === LINE_FEED || raw[end - 1] === CARRIAGE_RETURN)) end -= 1;
  // Many short pieces would be slow to hash, so the bytes are hashed at once.
  const bytes = new Uint8Array(end);
  let length = 0;
  for (let position = 0; position < end; position += 1) {
    const byte = raw[position]!;
    if (byte !== CARRIAGE_RETURN || raw[position + 1] !== LINE_FEED) bytes[length++] = byte;
  }
  return `sha256:${createHash('sha256').update(bytes.subarray(0, length)).digest('base64url')}`;
}
