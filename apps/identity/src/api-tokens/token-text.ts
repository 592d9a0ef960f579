import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ApiTokenText } from '@cordee/contracts/identity/api-token';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const PREFIX_CHARACTERS = 10;
/**
 * Each character has five random bits. A secret of 160 bits cannot be guessed, so its hash needs no key and no salt.
 */
const SECRET_CHARACTERS = 32;
const CHECK_CHARACTERS = 6;

/**
 * The parts of an API token or a service token that identity stores. The text of a token is
 * `<prefix>_<secret><checksum>`; the hash covers the whole text.
 */
export interface TokenPrefixAndHash {
  /** `cordee_` and random characters. The prefix is not secret: lists show it, and it identifies the token. */
  prefix: string;
  hash: Buffer;
}

/** Makes a token. The caller shows the text once and does not store it. */
export function newTokenText(): TokenPrefixAndHash & { text: string } {
  const prefix = `cordee_${toCharacters(randomBytes(PREFIX_CHARACTERS))}`;
  const textWithoutChecksum = `${prefix}_${toCharacters(randomBytes(SECRET_CHARACTERS))}`;
  const text = textWithoutChecksum + checksum(textWithoutChecksum);
  return { text, prefix, hash: hashOf(text) };
}

/** Returns undefined when the text is malformed or its checksum is wrong. */
export function readTokenText(text: string): TokenPrefixAndHash | undefined {
  if (!ApiTokenText.safeParse(text).success) return undefined;
  const textWithoutChecksum = text.slice(0, -CHECK_CHARACTERS);
  return checksum(textWithoutChecksum) === text.slice(-CHECK_CHARACTERS)
    ? { prefix: text.slice(0, text.lastIndexOf('_')), hash: hashOf(text) }
    : undefined;
}

export const isSameHash = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
const checksum = (textWithoutChecksum: string): string =>
  toCharacters(
    createHash('sha256').update('checksum of ').update(textWithoutChecksum).digest().subarray(0, CHECK_CHARACTERS),
  );
/** Writes one character per byte, with five bits of the byte. */
const toCharacters = (bytes: Uint8Array): string => Array.from(bytes, (byte) => ALPHABET[byte & 31]).join('');
