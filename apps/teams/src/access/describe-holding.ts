import { owns, type Question } from '@cordee/access/decide';
import type { AccessEntry } from '@cordee/access/effective-access';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import { manages } from '@cordee/access/people';
import { isContentRight } from '@cordee/access/rights';
import { isRightInScope, type Scopes } from '@cordee/access/scopes';
import type { Output } from '@cordee/contracts/contract';
import type { listPersonAccess } from '@cordee/contracts/teams/access';
import { describeGrant, inOrder, type MaySee } from './describe-sources.ts';

type Row = Output<typeof listPersonAccess>['data'][number];

/** How a list of what somebody can reach is worked out. */
export interface HoldingParts {
  at: Date;
  maySee: MaySee;
  /** Of the token with which somebody asks for themself. */
  scopes: Scopes | undefined;
}

/** A product before what is in it. */
export const placeOf = ({ product, resource }: AccessEntry): string =>
  `${product.productId} ${resource?.resourceId ?? ''}`;

/** Something that a person has rights on, with through what. */
export function describeHolding(
  access: OrganizationAccess,
  accountId: `acc_${string}`,
  holding: AccessEntry,
  { at, maySee, scopes }: HoldingParts,
): Row {
  const { product, resource, rights } = holding;
  const person = access.people.find(accountId);
  const isByRole = person !== undefined && manages(person);
  const isOwned =
    resource !== undefined && person !== undefined && owns(person, { product, path: access.products.pathOf(resource) });
  const support = access.supportFor(accountId, product, at);
  const asked = { accountId, productId: product.productId, resourceId: resource?.resourceId, at, scopes };
  // What an access lets the staff do is worked out from what there is.
  const bySupport =
    support.length > 0
      ? [...access.typeRights.of(product.type)].filter((right) => access.check({ ...asked, right }))
      : [];
  const through: Row['through'] = [
    ...(isByRole ? [{ via: 'role' as const, role: person.role }] : []),
    ...(isOwned && rights.list().some(isContentRight) ? [{ via: 'owner' as const }] : []),
    ...support.map(({ supportAccessId, endsAt }) => ({ via: 'support' as const, supportAccessId, endsAt })),
    ...inOrder(
      access
        .grantsOn(accountId, holding, at)
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
    isOwnFilesOnly: rights.has('change') && isOwnFilesOnly(access, { ...asked, right: 'change' }),
    resource: resource
      ? { resourceId: resource.resourceId, kind: resource.kind, name: resource.name, parentId: resource.parentId }
      : null,
  };
}

/** Of a right that somebody has. Only an external's to `change` can be cut so, and nearly every question is about something else: what decides is slower than a look. */
export const isOwnFilesOnly = (access: OrganizationAccess, question: Question): boolean =>
  question.right === 'change' &&
  access.people.find(question.accountId)?.role === 'external' &&
  access.decide(question).isOwnFilesOnly;
