import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ApiTokenText } from '@cordee/contracts/identity/api-token';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const PREFIX_CHARACTERS = 10;
/** 160 bits: nobody guesses them, so a plain hash is enough to keep. */
const SECRET_CHARACTERS = 32;
const CHECK_CHARACTERS = 6;

/** An API token in one piece: `cordee_<prefix>_<secret><checksum>`. */
export interface ApiTokenText {
  /** Shown and looked up by. */
  prefix: string;
  hash: Buffer;
}

/** A new token; the text is shown once and not kept. */
export function newApiToken(): ApiTokenText & { text: string } {
  const prefix = `cordee_${characters(randomBytes(PREFIX_CHARACTERS))}`;
  const body = `${prefix}_${characters(randomBytes(SECRET_CHARACTERS))}`;
  const text = body + checksum(body);
  return { text, prefix, hash: hashOf(text) };
}

/** What a token is looked up by and compared with; undefined when it was not made here, or mistyped. */
export function readApiToken(text: string): ApiTokenText | undefined {
  if (!ApiTokenText.safeParse(text).success) return undefined;
  const body = text.slice(0, -CHECK_CHARACTERS);
  return checksum(body) === text.slice(-CHECK_CHARACTERS)
    ? { prefix: text.slice(0, text.lastIndexOf('_')), hash: hashOf(text) }
    : undefined;
}

export const isSameHash = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other);

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
const checksum = (body: string): string =>
  characters(createHash('sha256').update('checksum of ').update(body).digest().subarray(0, CHECK_CHARACTERS));
/** Five bits of each byte. */
const characters = (bytes: Uint8Array): string => Array.from(bytes, (byte) => ALPHABET[byte & 31]).join('');
