import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { toId, toUuid } from '@cordee/contracts/id';

const SECRET_BYTES = 24;
const ID_BYTES = 16;

/** Where a transfer is: in the rows of the organization that offered it. */
export interface TransferKey {
  organizationId: `org_${string}`;
  transferId: `trf_${string}`;
}

export interface TransferLink extends TransferKey {
  /** What makes a link unguessable; offers to somebody known have none, they are held by who signs in. */
  secret: Buffer;
}

export const newSecret = (): Buffer => randomBytes(SECRET_BYTES);
export const hashSecret = (secret: Buffer): Buffer => createHash('sha256').update(secret).digest();
export const isSecret = (secret: Buffer, hash: Uint8Array): boolean => timingSafeEqual(hashSecret(secret), hash);

/** The token of a transfer: which one, and the secret of a link. */
export function makeTransferToken(
  { organizationId, transferId }: TransferKey,
  secret: Buffer = Buffer.alloc(0),
): string {
  const ids = [organizationId, transferId].map((id) => Buffer.from(toUuid(id).replaceAll('-', ''), 'hex'));
  return Buffer.concat([...ids, secret]).toString('base64url');
}

/** What is in a token; undefined when it cannot be one of ours. */
export function readTransferToken(token: string): TransferLink | undefined {
  const bytes = Buffer.from(token, 'base64url');
  const secret = bytes.subarray(2 * ID_BYTES);
  if (bytes.length < 2 * ID_BYTES || (secret.length > 0 && secret.length !== SECRET_BYTES)) return undefined;
  const hex = (position: number): string => bytes.toString('hex', position * ID_BYTES, (position + 1) * ID_BYTES);
  return { organizationId: toId('org', hex(0)), transferId: toId('trf', hex(1)), secret };
}
