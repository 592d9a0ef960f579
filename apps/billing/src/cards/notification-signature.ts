import { createHmac, timingSafeEqual } from 'node:crypto';
import type { NotificationRequest } from './payment-provider.ts';

/** A notification whose time differs by more seconds is refused, so that nobody can replay the notification later. */
const TOLERANCE_S = 300;

/** Signs a notification as Standard Webhooks defines: HMAC-SHA256 of the id, the time and the body. */
export function signNotification(
  secret: string,
  { id, body }: { id: string; body: string },
  now: Date,
): NotificationRequest['headers'] {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signatureOf(secret, { id, timestamp, body }).toString('base64')}`,
  };
}

/** True when one of the signatures in the headers is valid and the time is within the tolerance. */
export function isValidNotification(secret: string, { body, headers }: NotificationRequest, now: Date): boolean {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  if (!id || !timestamp || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(Number(timestamp) - now.getTime() / 1000) > TOLERANCE_S) return false;
  const expected = signatureOf(secret, { id, timestamp, body });
  // During a rotation of the secret, the header contains several signatures, separated by spaces.
  return (headers['webhook-signature'] ?? '').split(' ').some((part) => {
    const signature = Buffer.from(part.startsWith('v1,') ? part.slice('v1,'.length) : '', 'base64');
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  });
}

const signatureOf = (secret: string, signed: { id: string; timestamp: string; body: string }): Buffer =>
  createHmac('sha256', secret).update(`${signed.id}.${signed.timestamp}.${signed.body}`).digest();
