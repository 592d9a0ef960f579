import { createHash } from 'node:crypto';
import { idSchema, toId, type Id } from '@cordee/contracts/id';

type CardObjectId = `pay_${string}` | `mth_${string}`;

/** The key of a card payment, a refund or a payment method. */
export interface CardKey<I extends CardObjectId = CardObjectId> {
  readonly organizationId: `org_${string}`;
  readonly id: I;
}

/**
 * Returns the reference of a row at the payment provider. The reference contains the organization, so that a
 * notification finds the row under row-level security.
 */
export const providerReferenceOf = ({ organizationId, id }: CardKey): string => `${organizationId}.${id}`;

/** Reads a reference of the provider; undefined for a reference that this installation has not created. */
export function readProviderReference(reference: string): CardKey | undefined {
  const [organizationId, id, ...rest] = reference.split('.');
  if (rest.length > 0 || !idSchema('org').safeParse(organizationId).success) return undefined;
  if (!idSchema('pay').safeParse(id).success && !idSchema('mth').safeParse(id).success) return undefined;
  return { organizationId: organizationId as `org_${string}`, id: id as CardObjectId };
}

/**
 * Derives an id from an idempotency key and the input of the call. A repeated call has the same id, and so the same
 * reference at the provider, even if the first call crashed before its commit.
 */
export function idFromIdempotencyKey<P extends 'pay' | 'mth'>(prefix: P, parts: readonly unknown[]): Id<P> {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  // Version 8 of RFC 9562: the bits are defined by the application.
  bytes[6] = 0x80 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return toId(prefix, bytes.toString('hex'));
}
