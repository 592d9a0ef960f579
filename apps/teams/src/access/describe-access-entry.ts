import { owns } from '@cordee/access/access-snapshot';
import type { Question } from '@cordee/access/decide-access';
import type { AccessEntry } from '@cordee/access/effective-access';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import { manages } from '@cordee/access/people';
import { isContentRight } from '@cordee/access/special-rights';
import { isRightInScope, type Scopes } from '@cordee/access/scopes';
import type { Output } from '@cordee/contracts/contract';
import type { listPersonAccess } from '@cordee/contracts/teams/access';
import { describeGrant, sortChains, type CanSeeTeam } from './describe-sources.ts';

type PersonAccessRow = Output<typeof listPersonAccess>['data'][number];

export interface DescribeOptions {
  at: Date;
  canSeeTeam: CanSeeTeam;
  /** The scopes of the API token, when a person asks about themselves with a token. */
  scopes: Scopes | undefined;
}

/** The sort key of an access entry. A product comes before its resources. */
export const sortKeyOf = ({ product, resource }: AccessEntry): string =>
  `${product.productId} ${resource?.resourceId ?? ''}`;

/** Describes the rights of an access entry and the sources of these rights. */
export function describeAccessEntry(
  access: OrganizationAccess,
  accountId: `acc_${string}`,
  entry: AccessEntry,
  { at, canSeeTeam, scopes }: DescribeOptions,
): PersonAccessRow {
  const { product, resource, rights } = entry;
  const person = access.people.find(accountId);
  const isByRole = person !== undefined && manages(person);
  const isOwner =
    resource !== undefined && person !== undefined && owns(person, { product, path: access.products.pathOf(resource) });
  const supportEntries = access.supportEntriesFor(accountId, product, at);
  const question = { accountId, productId: product.productId, resourceId: resource?.resourceId, at, scopes };
  // A support access gives some rights of the product type. `check` is true for these rights.
  const supportRights =
    supportEntries.length > 0
      ? [...access.typeRights.of(product.type)].filter((right) => access.check({ ...question, right }))
      : [];
  const through: PersonAccessRow['through'] = [
    ...(isByRole ? [{ via: 'role' as const, role: person.role }] : []),
    ...(isOwner && rights.list().some(isContentRight) ? [{ via: 'owner' as const }] : []),
    ...supportEntries.map(({ supportAccessId, endsAt }) => ({ via: 'support' as const, supportAccessId, endsAt })),
    ...sortChains(
      access
        .findHeldGrants(accountId, entry, at)
        .filter(({ givenRights }) => givenRights.some((right) => isRightInScope(scopes, right)))
        .map((heldGrant) => ({ via: 'grant' as const, ...heldGrant })),
    ).map((chain) => describeGrant(access, chain, canSeeTeam)),
  ];
  return {
    productId: product.productId,
    type: product.type,
    name: product.name,
    isBlocked: product.isBlocked,
    isByRole,
    rights: [...new Set([...rights.list(), ...supportRights])].sort(),
    through,
    isOwnFilesOnly: rights.has('change') && isOwnFilesOnly(access, { ...question, right: 'change' }),
    resource: resource
      ? { resourceId: resource.resourceId, kind: resource.kind, name: resource.name, parentId: resource.parentId }
      : null,
  };
}

/**
 * True when an external may delete only their own files. Only the right `change` of an external has this limit, so all
 * other questions skip the slower `decide`.
 */
export const isOwnFilesOnly = (access: OrganizationAccess, question: Question): boolean =>
  question.right === 'change' &&
  access.people.find(question.accountId)?.role === 'external' &&
  access.decide(question).isOwnFilesOnly;
