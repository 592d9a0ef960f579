import { describe, expect, it } from '@jest/globals';
import { OrganizationAccess, type PartRows } from '@cordee/access/organization-access';
import { TypeRights } from '@cordee/access/type-rights';
import { peopleWithAccessToProduct } from './people-with-access-to-product.ts';

type Grant = PartRows['grants']['grants'][number];
type Person = PartRows['people']['people'][number];
type Team = PartRows['grants']['teams'][number];

const at = new Date('2026-11-22T09:00:00Z');
const PAST_END = '2026-11-21T09:00:00.000Z';
const person = (name: string, role: Person['role']): Person => ({
  accountId: `acc_${name}`,
  memberId: `mem_${name}`,
  role,
  flags: [],
  isBlocked: false,
});
const people = [
  person('chief', 'legal_representative'),
  person('admin', 'administrator'),
  person('ben', 'collaborator'),
  person('cleo', 'collaborator'),
  person('eva', 'external'),
  { ...person('blocked', 'collaborator'), isBlocked: true },
];
const team = (name: string, parent: string | null = null): Team => ({
  teamId: `team_${name}`,
  parentId: parent ? `team_${parent}` : null,
  name,
  isMembersOnly: false,
  parentEndsAt: null,
});
const member = (teamName: string, personName: string, endsAt: string | null = null) => ({
  teamId: `team_${teamName}` as const,
  memberId: `mem_${personName}` as const,
  endsAt,
});
const personHolder = (name: string): Grant['holder'] => ({
  kind: 'account',
  accountId: `acc_${name}`,
  memberId: `mem_${name}`,
});
const teamHolder = (name: string): Grant['holder'] => ({ kind: 'team', teamId: `team_${name}` });
const organizationHolder: Grant['holder'] = { kind: 'organization' };
const mailProduct: Grant['object'] = { kind: 'product', productId: 'prd_mail', ownershipNumber: 1 };
const mailType: Grant['object'] = { kind: 'product_type', type: 'mail_service' };
const innerMailbox: Grant['object'] = {
  kind: 'resource',
  productId: 'prd_mail',
  resourceId: 'res_inner',
  ownershipNumber: 1,
};
const grant = (holder: Grant['holder'], object: Grant['object'], endsAt: string | null = null): Grant => ({
  grantId: 'grt_x',
  holder,
  object,
  right: 'technical',
  endsAt,
});

function namesWithAccess(
  grants: Partial<PartRows['grants']>,
  { owner, isBlocked = true }: { owner?: string; isBlocked?: boolean } = {},
): string {
  const access = OrganizationAccess.from(
    {
      people: { changed: null, support: [], people },
      grants: { changed: null, teams: [], memberships: [], grants: [], restrictions: [], ...grants },
      products: {
        changed: null,
        products: [
          { productId: 'prd_mail', type: 'mail_service', name: 'mail', isBlocked, ownershipNumber: 1 },
          { productId: 'prd_other', type: 'web_hosting', name: 'other', isBlocked: false, ownershipNumber: 1 },
        ],
        resources: [
          {
            resourceId: 'res_outer',
            productId: 'prd_mail',
            kind: 'mail_address',
            name: 'outer',
            parentId: null,
            ownerAccountId: owner ? `acc_${owner}` : null,
            ownerMemberId: owner ? `mem_${owner}` : null,
          },
          {
            resourceId: 'res_inner',
            productId: 'prd_mail',
            kind: 'mail_address',
            name: 'inner',
            parentId: 'res_outer',
            ownerAccountId: null,
            ownerMemberId: null,
          },
        ],
      },
    },
    new TypeRights(),
  );
  return [...peopleWithAccessToProduct(access, 'prd_mail', at)]
    .map((accountId) => accountId.slice('acc_'.length))
    .sort()
    .join(' ');
}

describe('people with access to a product (PROD-4)', () => {
  it.each<[string, Partial<PartRows['grants']>, string]>([
    ['include managers', {}, 'admin chief'],
    [
      'include holders of a grant on the product',
      { grants: [grant(personHolder('ben'), mailProduct)] },
      'admin ben chief',
    ],
    [
      'include holders of a grant on the product type',
      { grants: [grant(personHolder('eva'), mailType)] },
      'admin chief eva',
    ],
    [
      'include holders of a grant on a resource of the product',
      { grants: [grant(personHolder('ben'), innerMailbox)] },
      'admin ben chief',
    ],
    [
      'include the members of a team and of its child teams',
      {
        grants: [grant(teamHolder('top'), mailProduct)],
        teams: [team('top'), team('low', 'top')],
        memberships: [member('top', 'ben'), member('low', 'eva')],
      },
      'admin ben chief eva',
    ],
    [
      'exclude externals of a members-only team',
      {
        grants: [grant(teamHolder('top'), mailProduct)],
        teams: [{ ...team('top'), isMembersOnly: true }],
        memberships: [member('top', 'ben'), member('top', 'eva')],
      },
      'admin ben chief',
    ],
    [
      'include all members, but no externals, for a grant to the organization',
      { grants: [grant(organizationHolder, innerMailbox)] },
      'admin ben chief cleo',
    ],
    [
      'exclude holders of an ended grant',
      { grants: [grant(personHolder('ben'), mailProduct, PAST_END)] },
      'admin chief',
    ],
    [
      'exclude former team members',
      {
        grants: [grant(teamHolder('top'), mailProduct)],
        teams: [team('top')],
        memberships: [member('top', 'ben', PAST_END)],
      },
      'admin chief',
    ],
    [
      'exclude holders of grants on other products',
      { grants: [grant(personHolder('ben'), { kind: 'product', productId: 'prd_other', ownershipNumber: 1 })] },
      'admin chief',
    ],
    [
      'include people who have access to another resource than the restricted resource',
      {
        grants: [
          grant(personHolder('ben'), {
            kind: 'resource',
            productId: 'prd_mail',
            resourceId: 'res_outer',
            ownershipNumber: 1,
          }),
        ],
        restrictions: [
          { holder: personHolder('ben'), resourceId: 'res_inner', ownershipNumber: 1, endsAt: null, right: null },
        ],
      },
      'admin ben chief',
    ],
    ['exclude blocked people', { grants: [grant(personHolder('blocked'), mailProduct)] }, 'admin chief'],
  ])('%s', (_, grants, names) => {
    expect([namesWithAccess(grants), namesWithAccess(grants, { isBlocked: false })]).toEqual([names, names]);
  });

  it('include owners of resources of the product', () => {
    expect([namesWithAccess({}, { owner: 'cleo' }), namesWithAccess({}, { owner: 'eva' })]).toEqual([
      'admin chief cleo',
      'admin chief eva',
    ]);
  });
});
