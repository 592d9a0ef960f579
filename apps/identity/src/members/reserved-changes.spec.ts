import { cancelInvitation, inviteMember } from '@cordee/contracts/identity/invitation';
import { changeMember, listMembers, removeMember } from '@cordee/contracts/identity/member';
import { createOrganization } from '@cordee/contracts/identity/organization';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { IdentityFixture, type Joined, type Person } from '../../test/identity.fixture.ts';

let people: IdentityFixture;
let chief: Person & { codes: string[] };
let admin: Joined;

beforeAll(async () => {
  people = await IdentityFixture.start();
});
afterAll(() => people.service.stop());
beforeEach(async () => {
  const person = await people.signUp('Chief');
  chief = { ...person, codes: (await people.setUpSecondFactor(person)).recoveryCodes };
  admin = await people.join(chief, 'administrator');
});

const chiefAsMember = async () =>
  (await people.service.call(listMembers, { organizationId: chief.organizationId }, admin.as)).data.find(
    ({ accountId }) => accountId === chief.accountId,
  )!;

describe('an administrator', () => {
  it('cannot change the flags of a legal representative', async () => {
    const { service } = people;
    const { organizationId } = chief;
    const before = await chiefAsMember();
    for (const flags of [[], before.flags!])
      expect(await service.codeOf(changeMember, { organizationId, memberId: before.id, flags }, admin.as)).toBe(
        'ROLE_RESERVED',
      );
    expect(await chiefAsMember()).toEqual(before);
    expect(
      await service.codeOf(changeMember, { organizationId, memberId: before.id, flags: ['reminders.email'] }, chief.as),
    ).toBe('ok');
  });

  it('cannot cancel the invitation of a legal representative', async () => {
    const { service } = people;
    const { organizationId } = chief;
    const invite = (role: 'legal_representative' | 'collaborator', email: string) =>
      service.call(inviteMember, { organizationId, email, role }, chief.as);
    const reserved = await invite('legal_representative', 'partner@example.ch');
    const other = await invite('collaborator', 'helper@example.ch');
    const cancel = (invitationId: `ivt_${string}`, { as }: Pick<Person, 'as'>) =>
      service.codeOf(cancelInvitation, { organizationId, invitationId }, as);
    expect([await cancel(reserved.id, admin), await cancel(other.id, admin), await cancel(reserved.id, chief)]).toEqual(
      ['ROLE_RESERVED', 'ok', 'ok'],
    );
  });
});

describe('in an organization that requires a second factor', () => {
  /** Creates an organization that requires a second factor. Of its two legal representatives, only Chief has one. */
  async function openOrganization() {
    const { id: organizationId } = await people.service.call(createOrganization, { name: 'Alpine Rescue' }, chief.as);
    const manager = { ...chief, organizationId };
    const partner = await people.join(manager, 'legal_representative');
    await people.service.rows(`update organization set is_second_factor_required = true where name = 'Alpine Rescue'`);
    const memberId = (await people.service.call(listMembers, { organizationId }, chief.as)).data.find(
      ({ accountId }) => accountId === chief.accountId,
    )!.id;
    return { organizationId, memberId, partner };
  }

  it('the last legal representative who has a second factor stays', async () => {
    const { organizationId, memberId } = await openOrganization();
    const { service } = people;
    expect([
      await service.codeOf(removeMember, { organizationId, memberId }, chief.as),
      await service.codeOf(changeMember, { organizationId, memberId, role: 'administrator' }, chief.as),
      await service.codeOf(changeMember, { organizationId, memberId, isBlocked: true }, chief.as),
    ]).toEqual(['LAST_LEGAL_REPRESENTATIVE', 'LAST_LEGAL_REPRESENTATIVE', 'LAST_LEGAL_REPRESENTATIVE']);
  });

  it('a legal representative without one can be removed, and Chief after the partner has set one up', async () => {
    const { organizationId, memberId, partner } = await openOrganization();
    const { service } = people;
    const third = await people.join({ ...chief, organizationId }, 'legal_representative');
    expect(await service.codeOf(removeMember, { organizationId, memberId: third.memberId }, chief.as)).toBe('ok');
    await people.setUpSecondFactor(partner);
    expect(await service.codeOf(removeMember, { organizationId, memberId }, chief.as)).toBe('ok');
  });
});
