import { expect, it } from '@jest/globals';
import { OrganizationAccess } from './organization-access.ts';
import { TypeRights } from './type-rights.ts';

it('a support access with content gives no right that the product type does not have', () => {
  const at = new Date('2026-06-01T12:00:00Z');
  const access = OrganizationAccess.from(
    {
      people: {
        changed: null,
        people: [{ accountId: 'acc_admin', memberId: 'mem_admin', role: 'administrator', flags: [], isBlocked: false }],
        support: [
          {
            supportAccessId: 'sup_1',
            accountId: 'acc_staff',
            level: 'write',
            withContent: true,
            products: null,
            grantedByMemberId: 'mem_admin',
            endsAt: '2026-06-02T00:00:00.000Z',
          },
        ],
      },
      grants: { changed: null, teams: [], memberships: [], grants: [], restrictions: [] },
      products: {
        changed: null,
        products: [
          { productId: 'prd_h', type: 'web_hosting', name: 'h', isBlocked: false, ownershipNumber: 1 },
        ] as never,
        resources: [],
      },
    },
    TypeRights.from([{ type: 'web_hosting', rights: ['technical', 'statistics'] }]),
  );
  const refusals = ['banana', 'read', 'view', 'change'].map(
    (right) => access.decide({ accountId: 'acc_staff', right, productId: 'prd_h', at }).refusal,
  );
  expect(refusals).toEqual(['right_unknown', 'right_unknown', 'right_unknown', 'right_unknown']);
});
