import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { acceptInvitation } from '@cordee/contracts/identity/invitation';
import { acceptRole, changeMember, listMembers } from '@cordee/contracts/identity/member';
import { changeOrganization } from '@cordee/contracts/identity/organization';
import { IdentityFixture } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await IdentityFixture.start();
});
afterAll(() => fixture.service.stop());

/**
 * Creates an organization with two managers. The first manager has a second factor and may therefore require it from
 * all members. The second manager has none.
 */
async function setUp(secondRole: 'administrator' | 'legal_representative') {
  const manager = await fixture.signUp();
  await fixture.setUpSecondFactor(manager);
  const secondManager = await fixture.join(manager, secondRole);
  return {
    manager,
    secondManager,
    requireSecondFactor: () =>
      fixture.service.call(
        changeOrganization,
        { organizationId: manager.organizationId, isSecondFactorRequired: true },
        manager.as,
      ),
  };
}

it('an invitation is invalid while its inviter lacks a required second factor (C-ROL-08, C-ROL-24)', async () => {
  const { manager, secondManager, requireSecondFactor } = await setUp('administrator');
  const guest = await fixture.signUp();
  const token = await fixture.invite(
    { ...secondManager, organizationId: manager.organizationId },
    'administrator',
    guest.email,
  );
  await requireSecondFactor();
  expect(await fixture.service.codeOf(acceptInvitation, { token }, guest.as)).toBe('INVITER_NOT_ALLOWED');
});

it('an offer of a role is invalid while the offerer lacks a required second factor', async () => {
  const { manager, secondManager, requireSecondFactor } = await setUp('legal_representative');
  const candidate = await fixture.join(manager, 'collaborator');
  await fixture.service.call(
    changeMember,
    { organizationId: manager.organizationId, memberId: candidate.memberId, role: 'legal_representative' },
    secondManager.as,
  );
  await fixture.setUpSecondFactor(candidate);
  await requireSecondFactor();
  const code = await fixture.service.codeOf(
    acceptRole,
    { organizationId: manager.organizationId, memberId: candidate.memberId },
    candidate.as,
  );
  const { data } = await fixture.service.call(listMembers, { organizationId: manager.organizationId }, manager.as);
  expect([code, data.find(({ id }) => id === candidate.memberId)!.role]).toEqual(['ROLE_OFFER_LAPSED', 'collaborator']);
});
