import { owns, type Question } from '@cordee/access/decide';
import type { AccessEntry } from '@cordee/access/effective-access';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import { manages } from '@cordee/access/people';
import { isContentRight } from '@cordee/access/rights';
import { isRightInScope, type Scopes } from '@cordee/access/scopes';
import type { Output } from '@cordee/contracts/contract';
import type { listPersonAccess } from '@cordee/contracts/teams/access';
import { describeGrant, sortChains, type MaySee } from './describe-sources.ts';

type Row = Output<typeof listPersonAccess>['data'][number];

export interface DescribeOptions {
  at: Date;
  maySee: MaySee;
  /** Of the API token with which the person asks about themselves. */
  scopes: Scopes | undefined;
}

/** Sorts a product before its resources. */
export const sortKeyOf = ({ product, resource }: AccessEntry): string =>
  `${product.productId} ${resource?.resourceId ?? ''}`;

/** An access entry with its sources. */
export function describeAccessEntry(
  access: OrganizationAccess,
  accountId: `acc_${string}`,
  entry: AccessEntry,
  { at, maySee, scopes }: DescribeOptions,
): Row {
  const { product, resource, rights } = entry;
  const person = access.people.find(accountId);
  const isByRole = person !== undefined && manages(person);
  const isOwned =
    resource !== undefined && person !== undefined && owns(person, { product, path: access.products.pathOf(resource) });
  const support = access.supportFor(accountId, product, at);
  const question = { accountId, productId: product.productId, resourceId: resource?.resourceId, at, scopes };
  // The rights of a support access follow from the rights of the product type.
  const bySupport =
    support.length > 0
      ? [...access.typeRights.of(product.type)].filter((right) => access.check({ ...question, right }))
      : [];
  const through: Row['through'] = [
    ...(isByRole ? [{ via: 'role' as const, role: person.role }] : []),
    ...(isOwned && rights.list().some(isContentRight) ? [{ via: 'owner' as const }] : []),
    ...support.map(({ supportAccessId, endsAt }) => ({ via: 'support' as const, supportAccessId, endsAt })),
    ...sortChains(
      access
        .grantsOn(accountId, entry, at)
        .filter(({ gives }) => gives.some((right) => isRightInScope(scopes, right)))
        .map((held) => ({ via: 'grant' as const, ...held })),
    ).map((chain) => describeGrant(access, chain, maySee)),
  ];
  return {
    productId: product.productId,
    type: product.type,
    name: product.name,
    isBlocked: product.isBlocked,
    isByRole,
    rights: [...new Set([...rights.list(), ...bySupport])].sort(),
    through,
    isOwnFilesOnly: rights.has('change') && isOwnFilesOnly(access, { ...question, right: 'change' }),
    resource: resource
      ? { resourceId: resource.resourceId, kind: resource.kind, name: resource.name, parentId: resource.parentId }
      : null,
  };
}

/** Only `change` of an external can be limited to own files. The other questions skip the slower decision. */
export const isOwnFilesOnly = (access: OrganizationAccess, question: Question): boolean =>
  question.right === 'change' &&
  access.people.find(question.accountId)?.role === 'external' &&
  access.decide(question).isOwnFilesOnly;
