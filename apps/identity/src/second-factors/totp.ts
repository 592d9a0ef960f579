import { createHmac, timingSafeEqual } from 'node:crypto';

/** The parameters of RFC 6238 that every authenticator supports: SHA-1, 30 seconds, six digits. */
const STEP_MS = 30_000;
const DIGITS = 6;
/** Codes of this many steps before and after the current step are accepted: phone clocks may be ahead or behind. */
const MAX_DRIFT_STEPS = 1;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const stepAt = (now: Date): number => Math.floor(now.getTime() / STEP_MS);

/** Computes the code of a time step as RFC 4226 defines. */
export function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const truncated = mac.readUInt32BE(mac.at(-1)! & 0xf) & 0x7fff_ffff;
  return String(truncated % 10 ** DIGITS).padStart(DIGITS, '0');
}

/**
 * Finds the time step of a code near the current step. Returns undefined for a wrong code, and for the code of a step
 * that is not later than `lastUsedStep`.
 */
export function stepOf(secret: Buffer, code: string, now: Date, lastUsedStep: number | null): number | undefined {
  const typed = Buffer.from(code);
  const current = stepAt(now);
  for (let step = current - MAX_DRIFT_STEPS; step <= current + MAX_DRIFT_STEPS; step += 1) {
    const expected = Buffer.from(codeAt(secret, step));
    const isRight = typed.length === expected.length && timingSafeEqual(typed, expected);
    if (isRight && (lastUsedStep === null || step > lastUsedStep)) return step;
  }
  return undefined;
}

/** Removes spaces and returns the six digits. Returns undefined for any other text. */
export function digitsOf(code: string): string | undefined {
  const digits = code.replaceAll(/\s/g, '');
  return /^\d{6}$/.test(digits) ? digits : undefined;
}

/** Encodes a secret as RFC 4648 defines, without padding. A person types this text into an authenticator. */
export function base32(secret: Buffer): string {
  let text = '';
  // `bitCount` is the number of bits that are not written yet.
  let [bits, bitCount] = [0, 0];
  for (const byte of secret) {
    // At most four bits remain from the byte before.
    bits = ((bits << 8) | byte) & 0xfff;
    bitCount += 8;
    while (bitCount >= 5) text += BASE32[(bits >> (bitCount -= 5)) & 31]!;
  }
  return bitCount > 0 ? text + BASE32[(bits << (5 - bitCount)) & 31]! : text;
}

/** Returns the content of the QR code that an authenticator scans. */
export function otpauthUri(secret: Buffer, issuer: string, email: string): string {
  const name = encodeURIComponent(issuer);
  const period = STEP_MS / 1_000;
  const parameters = `secret=${base32(secret)}&issuer=${name}&algorithm=SHA1&digits=${DIGITS}&period=${period}`;
  return `otpauth://totp/${name}:${encodeURIComponent(email)}?${parameters}`;
}
