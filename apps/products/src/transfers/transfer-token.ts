import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { toId, toUuid } from '@cordee/contracts/id';

const SECRET_BYTES = 24;
const ID_BYTES = 16;

/** Key of a transfer. `organizationId` is the offering organization, whose tenant context can read the row. */
export interface TransferKey {
  organizationId: `org_${string}`;
  transferId: `trf_${string}`;
}

/** The content of the token of an offer. The link of the offer contains the token. */
export interface TokenContent extends TransferKey {
  /** Makes a link unguessable. Empty for an offer to an address or an organization: these offers check the caller. */
  secret: Buffer;
}

export const newSecret = (): Buffer => randomBytes(SECRET_BYTES);
export const hashSecret = (secret: Buffer): Buffer => createHash('sha256').update(secret).digest();
export const secretMatches = (secret: Buffer, hash: Uint8Array): boolean => timingSafeEqual(hashSecret(secret), hash);

export function makeTransferToken(
  { organizationId, transferId }: TransferKey,
  secret: Buffer = Buffer.alloc(0),
): string {
  const ids = [organizationId, transferId].map((id) => Buffer.from(toUuid(id).replaceAll('-', ''), 'hex'));
  return Buffer.concat([...ids, secret]).toString('base64url');
}

/** Returns undefined when the text is not a transfer token. */
export function readTransferToken(token: string): TokenContent | undefined {
  const bytes = Buffer.from(token, 'base64url');
  const secret = bytes.subarray(2 * ID_BYTES);
  if (bytes.length < 2 * ID_BYTES || (secret.length > 0 && secret.length !== SECRET_BYTES)) return undefined;
  const hex = (index: number): string => bytes.toString('hex', index * ID_BYTES, (index + 1) * ID_BYTES);
  return { organizationId: toId('org', hex(0)), transferId: toId('trf', hex(1)), secret };
}
