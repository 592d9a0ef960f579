import * as z from 'zod';

/** The entity kinds that have ids, by prefix. */
export const idPrefixes = {
  acc: 'account',
  adr: 'billing address',
  aud: 'audit record',
  bfi: 'bank file import',
  bkf: 'bank file',
  bkg: 'booking',
  bmr: 'bank movement rule',
  chg: 'charge',
  crn: 'credit note',
  dex: 'export of documents',
  evt: 'event',
  fil: 'file',
  grt: 'grant',
  inv: 'invoice',
  ivt: 'invitation',
  job: 'job',
  mem: 'member',
  msg: 'message',
  mth: 'payment method',
  ord: 'order',
  org: 'organization',
  pay: 'payment',
  per: 'period',
  pfm: 'pro forma',
  prd: 'product',
  pwr: 'password reset',
  rem: 'reminder',
  res: 'resource',
  ses: 'session',
  sgn: 'sign-up',
  sit: 'site',
  sup: 'support access',
  team: 'team',
  tok: 'API token',
  trf: 'transfer',
} as const;

export type IdPrefix = keyof typeof idPrefixes;
/** `org_01jx…`: prefix and the 26 Crockford base32 characters of a UUIDv7; sorts by creation time. */
export type Id<P extends IdPrefix = IdPrefix> = `${P}_${string}`;

const exampleUuid = '01938b5c-7a00-7c3e-9f00-5d1d2f6a4b10';
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A UUID as 26 characters of Crockford's base32. The first character encodes only three bits. */
const encodedUuid = z.string().regex(/^[0-7][0-9a-hjkmnp-tv-z]{25}$/);

/**
 * The schema is a single pattern for speed: a list can have tens of thousands of ids, and the validation of a string
 * with a refinement takes twice as long.
 */
export function idSchema<P extends IdPrefix>(prefix: P) {
  const schema = z
    .templateLiteral([`${prefix}_`, encodedUuid], { error: `must be an id that starts with ${prefix}_` })
    .meta({ description: `Id of the ${idPrefixes[prefix]}`, examples: [toId(prefix, exampleUuid)] });
  // The input type is any string: the schema validates it at run time.
  return schema as unknown as z.ZodType<Id<P>, string>;
}

/** Encodes a UUID as an id. The code converts bits without `BigInt`, which is ten times slower: lists have many ids. */
export function toId<P extends IdPrefix>(prefix: P, uuid: string): Id<P> {
  const positions = uuid.length === HYPHENATED_LENGTH ? hyphenatedPositions : plainPositions;
  /** The bits of the hexadecimal digits from `start`; each digit has four bits. */
  const digits = (start: number, count: number): number => {
    let bits = 0;
    for (let index = start; index < start + count; index += 1)
      bits = (bits << 4) | hexValue(uuid.charCodeAt(positions[index]!));
    return bits;
  };
  // 26 characters have 130 bits, two more than a UUID. So the text starts with two zero bits, and the first two
  // characters encode two digits. Five digits have 20 bits, which are two pairs of characters.
  let text = `${prefix}_${characterPairs[digits(0, 2)]!}`;
  for (let index = 2; index < DIGITS; index += 5) {
    const bits = digits(index, 5);
    text += characterPairs[bits >> 10]! + characterPairs[bits & 0x3ff]!;
  }
  return text as Id<P>;
}

/** Decodes the UUID of an id, in the format of PostgreSQL. The id must have passed its schema. */
export function toUuid(id: Id): string {
  const start = id.length - ENCODED_LENGTH;
  // The first two characters have ten bits. The upper two bits are zero and not part of the UUID.
  let hex = hexOfByte[bitsOf(id, start, 2)]!;
  // Four characters have 20 bits, which are five hexadecimal digits.
  for (let index = start + 2; index < id.length; index += 4) {
    const bits = bitsOf(id, index, 4);
    hex += hexOf12Bits[bits >> 8]! + hexOfByte[bits & 0xff]!;
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The bits of the characters from `start`; each character of base32 has five bits. */
function bitsOf(id: string, start: number, count: number): number {
  let bits = 0;
  for (let index = start; index < start + count; index += 1) bits = (bits << 5) | alphabetValue[id.charCodeAt(index)]!;
  return bits;
}

/** The number of hexadecimal digits of a UUID. */
const DIGITS = 32;
/** The positions of the digits in a UUID without hyphens, and in a UUID with hyphens (8-4-4-4-12). */
const plainPositions = Array.from({ length: DIGITS }, (_, index) => index);
const hyphenatedPositions = plainPositions.map((index) => index + [8, 12, 16, 20].filter((end) => index >= end).length);
const HYPHENATED_LENGTH = 36;
/** The number of characters of an encoded UUID. */
const ENCODED_LENGTH = 26;
const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const hexOf12Bits = Array.from({ length: 4_096 }, (_, bits) => bits.toString(16).padStart(3, '0'));
/** The value of a hexadecimal digit by its character code: 97 is `a`, 65 is `A`, 48 is `0`. */
const hexValue = (code: number): number => (code >= 97 ? code - 87 : code >= 65 ? code - 55 : code - 48);
const alphabetValue = new Uint8Array(128);
for (let value = 0; value < alphabet.length; value += 1) alphabetValue[alphabet.charCodeAt(value)] = value;

const RANDOM_BYTES = 10;
/** Importing a bank file creates many ids, and a call of the random generator takes as long as the rest of `newId`. */
const POOLED_IDS = 400;
let pool = new Uint8Array(0);
let poolOffset = 0;

function randomBytes(): Uint8Array {
  if (poolOffset === pool.length) {
    pool = globalThis.crypto.getRandomValues(new Uint8Array(POOLED_IDS * RANDOM_BYTES));
    poolOffset = 0;
  }
  poolOffset += RANDOM_BYTES;
  return pool.subarray(poolOffset - RANDOM_BYTES, poolOffset);
}

/** Creates an id (UUIDv7, RFC 9562) with the timestamp `now`. Ids of the same millisecond sort randomly. */
export function newId<P extends IdPrefix>(prefix: P, now: Date, random: Uint8Array = randomBytes()): Id<P> {
  // The upper half of the first byte is the version, and the upper bits of the third byte are the variant.
  const byteAt = (index: number): number => {
    const byte = random[index]!;
    return index === 0 ? 0x70 | (byte & 0x0f) : index === 2 ? 0x80 | (byte & 0x3f) : byte;
  };
  let text = `${prefix}_${encodeTime(now.getTime())}`;
  // Five bytes have 40 bits, which are four pairs of characters.
  for (let index = 0; index < RANDOM_BYTES; index += 5) {
    const [first, second, third, fourth] = [byteAt(index), byteAt(index + 1), byteAt(index + 2), byteAt(index + 3)];
    text +=
      characterPairs[(first << 2) | (second >> 6)]! +
      characterPairs[((second & 0x3f) << 4) | (third >> 4)]! +
      characterPairs[((third & 0x0f) << 6) | (fourth >> 2)]! +
      characterPairs[((fourth & 0x03) << 8) | byteAt(index + 4)]!;
  }
  return text as Id<P>;
}

const characterPairs = Array.from({ length: 1_024 }, (_, bits) => alphabet[bits >> 5]! + alphabet[bits & 31]!);
const TIME_CHARACTERS = 10;
/** A transaction creates all its ids with the same timestamp. */
let encodedTime = { milliseconds: 0, text: '0'.repeat(TIME_CHARACTERS) };

/** Encodes the 48 bits of a timestamp and two zero bits before them as ten characters. */
function encodeTime(milliseconds: number): string {
  if (encodedTime.milliseconds !== milliseconds) {
    let [text, rest] = ['', milliseconds];
    for (; text.length < TIME_CHARACTERS; rest = Math.floor(rest / 32)) text = alphabet[rest % 32]! + text;
    encodedTime = { milliseconds, text };
  }
  return encodedTime.text;
}
