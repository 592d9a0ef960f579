import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { acceptInvitation } from '@cordee/contracts/identity/invitation';
import { acceptRole, changeMember, listMembers } from '@cordee/contracts/identity/member';
import { changeOrganization } from '@cordee/contracts/identity/organization';
import { IdentityFixture } from '../../test/identity.fixture.ts';

let people: IdentityFixture;
beforeAll(async () => {
  people = await IdentityFixture.start();
});
afterAll(() => people.service.stop());

/** Chief has a second factor and asks for them; the second person of the upper roles has none. */
async function asking(role: 'administrator' | 'legal_representative') {
  const chief = await people.signUp();
  await people.setUpSecondFactor(chief);
  const second = await people.join(chief, role);
  return {
    chief,
    second,
    ask: () =>
      people.service.call(
        changeOrganization,
        { organizationId: chief.organizationId, isSecondFactorRequired: true },
        chief.as,
      ),
  };
}

it('an invitation is worth nothing while its inviter lacks the second factor that the organization asks for (C-ROL-08, C-ROL-24)', async () => {
  const { chief, second, ask } = await asking('administrator');
  const guest = await people.signUp();
  const token = await people.invite({ ...second, organizationId: chief.organizationId }, 'administrator', guest.email);
  await ask();
  expect(await people.service.codeOf(acceptInvitation, { token }, 'nobody')).toBe('INVITER_NOT_ALLOWED');
});

it('an offer to become legal representative is worth nothing while whoever made it lacks the second factor', async () => {
  const { chief, second, ask } = await asking('legal_representative');
  const third = await people.join(chief, 'collaborator');
  await people.service.call(
    changeMember,
    { organizationId: chief.organizationId, memberId: third.memberId, role: 'legal_representative' },
    second.as,
  );
  await people.setUpSecondFactor(third);
  await ask();
  const code = await people.service.codeOf(
    acceptRole,
    { organizationId: chief.organizationId, memberId: third.memberId },
    third.as,
  );
  const { data } = await people.service.call(listMembers, { organizationId: chief.organizationId }, chief.as);
  expect([code, data.find(({ id }) => id === third.memberId)!.role]).not.toEqual(['ok', 'legal_representative']);
});
