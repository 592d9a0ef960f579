import * as z from 'zod';

/** The entity kinds that have ids, by prefix. */
export const idPrefixes = {
  acc: 'account',
  adr: 'billing address',
  aud: 'audit record',
  bkf: 'bank file',
  bkg: 'booking',
  chg: 'charge',
  crn: 'credit note',
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
  let text = `${prefix}_`;
  // 26 characters have 130 bits, two more than a UUID. So the text starts with two zero bits, and the first character
  // encodes only three bits of the UUID.
  let [bits, bitCount] = [0, 2];
  for (let index = 0; index < uuid.length; index += 1) {
    const digit = hexValue(uuid.charCodeAt(index));
    if (digit < 0) continue;
    // The mask keeps the bits that are not encoded yet.
    bits = ((bits << 4) | digit) & 0xff;
    bitCount += 4;
    if (bitCount >= 5) text += alphabet[(bits >> (bitCount -= 5)) & 31]!;
  }
  return text as Id<P>;
}

/** Decodes the UUID of an id, in the format of PostgreSQL. The id must have passed its schema. */
export function toUuid(id: Id): string {
  let hex = '';
  // The two leading zero bits of the text are not part of the UUID.
  let [bits, bitCount] = [0, -2];
  for (let index = id.indexOf('_') + 1; index < id.length; index += 1) {
    bits = ((bits << 5) | alphabetValue[id.charCodeAt(index)]!) & 0x1ff;
    for (bitCount += 5; bitCount >= 4;) hex += hexDigits[(bits >> (bitCount -= 4)) & 15]!;
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const hexDigits = '0123456789abcdef';
/**
 * The value of a hexadecimal digit by its character code: 97 is `a`, 65 is `A`, 48 is `0`. The value of a hyphen is
 * negative.
 */
const hexValue = (code: number): number => (code >= 97 ? code - 87 : code >= 65 ? code - 55 : code - 48);
const alphabetValue: Readonly<Record<number, number>> = Object.fromEntries(
  Array.from(alphabet, (character, value) => [character.charCodeAt(0), value]),
);

const RANDOM_BYTES = 10;
/** A file of payments needs many ids, and a call of the random generator takes as long as the rest of `newId`. */
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
  const bytes = new Uint8Array(16);
  // Bytes 0 to 5 are the milliseconds. The upper half of byte 6 is the version, and the upper bits of byte 8 are the
  // variant.
  new DataView(bytes.buffer).setBigUint64(0, BigInt(now.getTime()) << 16n);
  bytes.set(random, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return toId(prefix, hex);
}
