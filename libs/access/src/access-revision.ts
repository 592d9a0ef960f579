import type { AccessPart } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';

type OrganizationId = `org_${string}`;

/** How much of each part of an organization's facts something is based on. A part that is missing does not matter. */
export type AccessRevision = Partial<Record<AccessPart, number>>;

/**
 * A revision as one opaque word: what a write answers with, a later check can carry, so that it is decided from nothing older (ACC-3). It
 * belongs to an organization; for another one it says nothing.
 */
export function writeRevision(
  organizationId: OrganizationId,
  { people = 0, grants = 0, products = 0 }: AccessRevision,
): string {
  return Buffer.from(`${organizationId}.${people}.${grants}.${products}`).toString('base64url');
}

/** What a word says about the organization; ACCESS_REVISION_INVALID when it is none of ours. */
export function readRevision(organizationId: OrganizationId, word: string): AccessRevision {
  const read = /^(org_[0-9a-z]{26})\.(\d{1,15})\.(\d{1,15})\.(\d{1,15})$/.exec(
    Buffer.from(word, 'base64url').toString(),
  );
  if (!read) throw new DomainError('ACCESS_REVISION_INVALID');
  return read[1] === organizationId
    ? { people: Number(read[2]), grants: Number(read[3]), products: Number(read[4]) }
    : {};
}

/** The newer of both, part by part. */
export const newest = (one: AccessRevision, other: AccessRevision): AccessRevision => ({
  people: Math.max(one.people ?? 0, other.people ?? 0),
  grants: Math.max(one.grants ?? 0, other.grants ?? 0),
  products: Math.max(one.products ?? 0, other.products ?? 0),
});
