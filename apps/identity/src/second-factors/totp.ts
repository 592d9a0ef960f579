import { createHmac, timingSafeEqual } from 'node:crypto';

/** What every authenticator understands: RFC 6238 with SHA-1, 30 seconds and six digits. */
const STEP_MS = 30_000;
const DIGITS = 6;
/** Clocks of phones may be this many steps ahead or behind. */
const DRIFT = 1;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const stepAt = (now: Date): number => Math.floor(now.getTime() / STEP_MS);

/** The code of a time step (RFC 4226). */
export function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const truncated = mac.readUInt32BE(mac.at(-1)! & 0xf) & 0x7fff_ffff;
  return String(truncated % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** The time step that a code is of; undefined when it is of none that is near, or of none after `last`, the newest that was used. */
export function stepOf(secret: Buffer, code: string, now: Date, last: number | null): number | undefined {
  const given = Buffer.from(code);
  const present = stepAt(now);
  for (let step = present - DRIFT; step <= present + DRIFT; step += 1) {
    const expected = Buffer.from(codeAt(secret, step));
    if (given.length === expected.length && timingSafeEqual(given, expected) && (last === null || step > last))
      return step;
  }
  return undefined;
}

/** Six digits as people type them, with or without a space; undefined for anything else. */
export function digitsOf(code: string): string | undefined {
  const digits = code.replaceAll(/\s/g, '');
  return /^\d{6}$/.test(digits) ? digits : undefined;
}

/** The secret as authenticators take it when it is typed in (RFC 4648, without padding). */
export function base32(secret: Buffer): string {
  let text = '';
  let [bits, count] = [0, 0];
  for (const byte of secret) {
    bits = ((bits << 8) | byte) & 0xfff;
    count += 8;
    while (count >= 5) text += BASE32[(bits >> (count -= 5)) & 31]!;
  }
  return count > 0 ? text + BASE32[(bits << (5 - count)) & 31]! : text;
}

/** What the QR code holds that an authenticator reads. */
export function otpauthUri(secret: Buffer, issuer: string, email: string): string {
  const name = encodeURIComponent(issuer);
  return `otpauth://totp/${name}:${encodeURIComponent(email)}?secret=${base32(secret)}&issuer=${name}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / 1_000}`;
}
