import { cancelInvitation, inviteMember } from '@cordee/contracts/identity/invitation';
import { changeMember, listMembers, removeMember } from '@cordee/contracts/identity/member';
import { createOrganization } from '@cordee/contracts/identity/organization';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { IdentityFixture, type JoinedPerson, type Person } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
let chief: Person;
let admin: JoinedPerson;

beforeAll(async () => {
  fixture = await IdentityFixture.start();
});
afterAll(() => fixture.service.stop());
beforeEach(async () => {
  chief = await fixture.signUp('Chief');
  await fixture.setUpSecondFactor(chief);
  admin = await fixture.join(chief, 'administrator');
});

const chiefAsMember = async () =>
  (await fixture.service.call(listMembers, { organizationId: chief.organizationId }, admin.as)).data.find(
    ({ accountId }) => accountId === chief.accountId,
  )!;

describe('an administrator', () => {
  it('cannot change the flags of a legal representative', async () => {
    const { service } = fixture;
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

  it('cannot cancel an invitation to become a legal representative', async () => {
    const { service } = fixture;
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
  /**
   * Creates an organization that requires a second factor, with two legal representatives: `chief` has a second factor,
   * `partner` has none.
   */
  async function createOrganizationWithRequirement() {
    const { id: organizationId } = await fixture.service.call(createOrganization, { name: 'Alpine Rescue' }, chief.as);
    const manager = { ...chief, organizationId };
    const partner = await fixture.join(manager, 'legal_representative');
    await fixture.service.rows(`update organization set is_second_factor_required = true where name = 'Alpine Rescue'`);
    const memberId = (await fixture.service.call(listMembers, { organizationId }, chief.as)).data.find(
      ({ accountId }) => accountId === chief.accountId,
    )!.id;
    return { organizationId, memberId, partner };
  }

  it('the last legal representative who has a second factor cannot leave, be demoted or be blocked', async () => {
    const { organizationId, memberId } = await createOrganizationWithRequirement();
    const { service } = fixture;
    expect([
      await service.codeOf(removeMember, { organizationId, memberId }, chief.as),
      await service.codeOf(changeMember, { organizationId, memberId, role: 'administrator' }, chief.as),
      await service.codeOf(changeMember, { organizationId, memberId, isBlocked: true }, chief.as),
    ]).toEqual(['LAST_LEGAL_REPRESENTATIVE', 'LAST_LEGAL_REPRESENTATIVE', 'LAST_LEGAL_REPRESENTATIVE']);
  });

  it('a legal representative without a second factor can be removed', async () => {
    const { organizationId, partner } = await createOrganizationWithRequirement();
    expect(await fixture.service.codeOf(removeMember, { organizationId, memberId: partner.memberId }, chief.as)).toBe(
      'ok',
    );
  });

  it('a legal representative with a second factor can leave after another one has set up a second factor', async () => {
    const { organizationId, memberId, partner } = await createOrganizationWithRequirement();
    const { service } = fixture;
    await fixture.setUpSecondFactor(partner);
    expect(await service.codeOf(removeMember, { organizationId, memberId }, chief.as)).toBe('ok');
  });
});
