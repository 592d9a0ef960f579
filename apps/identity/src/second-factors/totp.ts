import { createHmac, timingSafeEqual } from 'node:crypto';

/** RFC 6238 with SHA-1, 30 seconds and six digits, which every authenticator supports. */
const STEP_MS = 30_000;
const DIGITS = 6;
/** In steps; tolerates phone clocks that are ahead or behind. */
const MAX_DRIFT = 1;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const stepAt = (now: Date): number => Math.floor(now.getTime() / STEP_MS);

/** RFC 4226. */
export function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const truncated = mac.readUInt32BE(mac.at(-1)! & 0xf) & 0x7fff_ffff;
  return String(truncated % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** The time step of a code, near the current one and after `last`, the newest used step; otherwise undefined. */
export function stepOf(secret: Buffer, code: string, now: Date, last: number | null): number | undefined {
  const typed = Buffer.from(code);
  const current = stepAt(now);
  for (let step = current - MAX_DRIFT; step <= current + MAX_DRIFT; step += 1) {
    const expected = Buffer.from(codeAt(secret, step));
    if (typed.length === expected.length && timingSafeEqual(typed, expected) && (last === null || step > last))
      return step;
  }
  return undefined;
}

/** Six digits without the spaces; undefined for other texts. */
export function digitsOf(code: string): string | undefined {
  const digits = code.replaceAll(/\s/g, '');
  return /^\d{6}$/.test(digits) ? digits : undefined;
}

/** RFC 4648 without padding: the form in which a secret is typed into an authenticator. */
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

/** The content of the QR code for authenticators. */
export function otpauthUri(secret: Buffer, issuer: string, email: string): string {
  const name = encodeURIComponent(issuer);
  const period = STEP_MS / 1_000;
  const parameters = `secret=${base32(secret)}&issuer=${name}&algorithm=SHA1&digits=${DIGITS}&period=${period}`;
  return `otpauth://totp/${name}:${encodeURIComponent(email)}?${parameters}`;
}
