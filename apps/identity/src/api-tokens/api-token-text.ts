import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ApiTokenText } from '@cordee/contracts/identity/api-token';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const PREFIX_CHARACTERS = 10;
/** 160 random bits cannot be guessed, so a plain hash is enough for storage. */
const SECRET_CHARACTERS = 32;
const CHECK_CHARACTERS = 6;

/** The parts of an API token, `cordee_<prefix>_<secret><checksum>`. */
export interface ApiTokenText {
  /** Public: lists show it, and it is the lookup key. */
  prefix: string;
  hash: Buffer;
}

/** The text is shown once and not stored. */
export function newApiToken(): ApiTokenText & { text: string } {
  const prefix = `cordee_${characters(randomBytes(PREFIX_CHARACTERS))}`;
  const body = `${prefix}_${characters(randomBytes(SECRET_CHARACTERS))}`;
  const text = body + checksum(body);
  return { text, prefix, hash: hashOf(text) };
}

/** Undefined when the text is malformed or its checksum is wrong. */
export function readApiToken(text: string): ApiTokenText | undefined {
  if (!ApiTokenText.safeParse(text).success) return undefined;
  const body = text.slice(0, -CHECK_CHARACTERS);
  return checksum(body) === text.slice(-CHECK_CHARACTERS)
    ? { prefix: text.slice(0, text.lastIndexOf('_')), hash: hashOf(text) }
    : undefined;
}

export const isSameHash = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
const checksum = (body: string): string =>
  characters(createHash('sha256').update('checksum of ').update(body).digest().subarray(0, CHECK_CHARACTERS));
/** Uses five bits of each byte. */
const characters = (bytes: Uint8Array): string => Array.from(bytes, (byte) => ALPHABET[byte & 31]).join('');
