import type { AccessPart } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';

type OrganizationId = `org_${string}`;

/** The revisions of the parts that a result is based on. A missing part does not matter. */
export type AccessRevision = Partial<Record<AccessPart, number>>;

/**
 * Encodes a revision as an opaque token. A write returns it, and a later check sends it to be decided from no older
 * data (ACC-3). The token is valid for one organization and means nothing for another.
 */
export function writeRevision(
  organizationId: OrganizationId,
  { people = 0, grants = 0, products = 0 }: AccessRevision,
): string {
  return Buffer.from(`${organizationId}.${people}.${grants}.${products}`).toString('base64url');
}

/**
 * Decodes a token; the result is empty for another organization. Throws ACCESS_REVISION_INVALID for a malformed token.
 */
export function readRevision(organizationId: OrganizationId, token: string): AccessRevision {
  const read = /^(org_[0-9a-z]{26})\.(\d{1,15})\.(\d{1,15})\.(\d{1,15})$/.exec(
    Buffer.from(token, 'base64url').toString(),
  );
  if (!read) throw new DomainError('ACCESS_REVISION_INVALID');
  return read[1] === organizationId
    ? { people: Number(read[2]), grants: Number(read[3]), products: Number(read[4]) }
    : {};
}

/** The newer revision of each part. */
export const newest = (one: AccessRevision, other: AccessRevision): AccessRevision => ({
  people: Math.max(one.people ?? 0, other.people ?? 0),
  grants: Math.max(one.grants ?? 0, other.grants ?? 0),
  products: Math.max(one.products ?? 0, other.products ?? 0),
});
