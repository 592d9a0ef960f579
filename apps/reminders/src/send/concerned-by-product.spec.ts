import { describe, expect, it } from '@jest/globals';
import { OrganizationAccess, type PartRows } from '@cordee/access/organization-access';
import { TypeRights } from '@cordee/access/type-rights';
import { concernedByProduct } from './concerned-by-product.ts';

type Grant = PartRows['grants']['grants'][number];
type Person = PartRows['people']['people'][number];
type Team = PartRows['grants']['teams'][number];

const at = new Date('2026-11-22T09:00:00Z');
const EARLIER = '2026-11-21T09:00:00.000Z';
const person = (name: string, role: Person['role'], isBlocked = false): Person => ({
  accountId: `acc_${name}`,
  memberId: `mem_${name}`,
  role,
  flags: [],
  isBlocked,
});
const people = [
  person('chief', 'legal_representative'),
  person('admin', 'administrator'),
  person('ben', 'collaborator'),
  person('cleo', 'collaborator'),
  person('eva', 'external'),
  person('gone', 'collaborator', true),
];
const team = (name: string, parent: string | null = null, isMembersOnly = false): Team => ({
  teamId: `team_${name}`,
  parentId: parent ? `team_${parent}` : null,
  name,
  isMembersOnly,
  parentEndsAt: null,
});
const member = (name: string, accountId: string, endsAt: string | null = null) => ({
  teamId: `team_${name}` as const,
  memberId: `mem_${accountId}` as const,
  endsAt,
});
const to = (name: string): Grant['holder'] => ({ kind: 'account', accountId: `acc_${name}`, memberId: `mem_${name}` });
const ofTeam = (name: string): Grant['holder'] => ({ kind: 'team', teamId: `team_${name}` });
const all: Grant['holder'] = { kind: 'organization' };
const mail: Grant['object'] = { kind: 'product', productId: 'prd_mail', ownershipNumber: 1 };
const anyMail: Grant['object'] = { kind: 'product_type', type: 'mail_service' };
const inMail: Grant['object'] = {
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

function concerned(
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
  return [...concernedByProduct(access, 'prd_mail', at)]
    .map((accountId) => accountId.slice(4))
    .sort()
    .join(' ');
}

describe('a product concerns (PROD-4)', () => {
  it.each<[string, Partial<PartRows['grants']>, string]>([
    ['who manages by role', {}, 'admin chief'],
    ['who was given something on it', { grants: [grant(to('ben'), mail)] }, 'admin ben chief'],
    ['who was given something on its type', { grants: [grant(to('eva'), anyMail)] }, 'admin chief eva'],
    ['who was given something in it', { grants: [grant(to('ben'), inMail)] }, 'admin ben chief'],
    [
      'the people of a team and of those below it',
      {
        grants: [grant(ofTeam('top'), mail)],
        teams: [team('top'), team('low', 'top')],
        memberships: [member('top', 'ben'), member('low', 'eva')],
      },
      'admin ben chief eva',
    ],
    [
      'no externals in a team for members only',
      {
        grants: [grant(ofTeam('top'), mail)],
        teams: [team('top', null, true)],
        memberships: [member('top', 'ben'), member('top', 'eva')],
      },
      'admin ben chief',
    ],
    [
      'all members when it is shared with the whole organization',
      { grants: [grant(all, inMail)] },
      'admin ben chief cleo',
    ],
    ['nobody whose right has ended', { grants: [grant(to('ben'), mail, EARLIER)] }, 'admin chief'],
    [
      'nobody who has left the team',
      { grants: [grant(ofTeam('top'), mail)], teams: [team('top')], memberships: [member('top', 'ben', EARLIER)] },
      'admin chief',
    ],
    [
      'nobody for what is on another product',
      { grants: [grant(to('ben'), { kind: 'product', productId: 'prd_other', ownershipNumber: 1 })] },
      'admin chief',
    ],
    [
      'who has something of it left beside a restriction',
      {
        grants: [
          grant(to('ben'), { kind: 'resource', productId: 'prd_mail', resourceId: 'res_outer', ownershipNumber: 1 }),
        ],
        restrictions: [{ holder: to('ben'), resourceId: 'res_inner', ownershipNumber: 1, endsAt: null, right: null }],
      },
      'admin ben chief',
    ],
    ['nobody who is blocked', { grants: [grant(to('gone'), mail)] }, 'admin chief'],
  ])('%s', (_, grants, names) => {
    expect([concerned(grants), concerned(grants, { isBlocked: false })]).toEqual([names, names]);
  });

  it('who owns something in it', () => {
    expect([concerned({}, { owner: 'cleo' }), concerned({}, { owner: 'eva' })]).toEqual([
      'admin chief cleo',
      'admin chief eva',
    ]);
  });
});
