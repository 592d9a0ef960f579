import type { AccessPart } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';

type OrganizationId = `org_${string}`;

/**
 * The revision of each part that a result is based on. A missing part means that the result does not depend on the
 * part.
 */
export type AccessRevision = Partial<Record<AccessPart, number>>;

/**
 * Encodes a revision as an opaque token. A write returns the token. A later check sends the token, and its decision is
 * based on data that is at least as new (ACC-3). The token is valid for one organization only.
 */
export function writeRevision(
  organizationId: OrganizationId,
  { people = 0, grants = 0, products = 0 }: AccessRevision,
): string {
  return Buffer.from(`${organizationId}.${people}.${grants}.${products}`).toString('base64url');
}

/**
 * Decodes a token. The result is empty for a token of another organization. Throws ACCESS_REVISION_INVALID for a
 * malformed token.
 */
export function readRevision(organizationId: OrganizationId, token: string): AccessRevision {
  const match = /^(org_[0-9a-z]{26})\.(\d{1,15})\.(\d{1,15})\.(\d{1,15})$/.exec(
    Buffer.from(token, 'base64url').toString(),
  );
  if (!match) throw new DomainError('ACCESS_REVISION_INVALID');
  return match[1] === organizationId
    ? { people: Number(match[2]), grants: Number(match[3]), products: Number(match[4]) }
    : {};
}

/** The newer revision of each part. */
export const newerRevision = (left: AccessRevision, right: AccessRevision): AccessRevision => ({
  people: Math.max(left.people ?? 0, right.people ?? 0),
  grants: Math.max(left.grants ?? 0, right.grants ?? 0),
  products: Math.max(left.products ?? 0, right.products ?? 0),
});
