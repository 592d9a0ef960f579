import { changeOrganization, getOrganization } from '@cordee/contracts/identity/organization';
import { removeSecondFactor } from '@cordee/contracts/identity/second-factor';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityFixture } from '../../test/identity.fixture.ts';

let people: IdentityFixture;
beforeAll(async () => {
  people = await IdentityFixture.start();
});
afterAll(() => people.service.stop());

describe('a required second factor leaves a legal representative who can act (ROL-4)', () => {
  it('it cannot be required while no legal representative has one', async () => {
    const chief = await people.signUp('Chief');
    const admin = await people.join(chief, 'administrator');
    await people.setUpSecondFactor(admin);
    const { organizationId } = chief;
    const require = () =>
      people.service.codeOf(changeOrganization, { organizationId, isSecondFactorRequired: true }, admin.as);
    expect(await require()).toBe('LAST_LEGAL_REPRESENTATIVE');
    expect(await people.service.codeOf(getOrganization, { organizationId }, chief.as)).toBe('ok');
    await people.setUpSecondFactor(chief);
    expect(await require()).toBe('ok');
  });

  it('the last legal representative with one cannot remove it, the other ones can', async () => {
    const chief = await people.signUp('Chief');
    const second = await people.join(chief, 'legal_representative');
    const { recoveryCodes } = await people.setUpSecondFactor(chief);
    const { organizationId } = chief;
    await people.service.call(changeOrganization, { organizationId, isSecondFactorRequired: true }, chief.as);
    const remove = (index: number) =>
      people.service.codeOf(removeSecondFactor, { code: recoveryCodes[index]! }, chief.as);
    expect(await remove(0)).toBe('LAST_LEGAL_REPRESENTATIVE');
    await people.setUpSecondFactor(second);
    expect(await remove(1)).toBe('ok');
  });

  it('one of two that are removed at the same time stays', async () => {
    const chief = await people.signUp('Chief');
    const second = await people.join(chief, 'legal_representative');
    const both = [chief, second];
    const codes = await Promise.all(both.map(async (person) => (await people.setUpSecondFactor(person)).recoveryCodes));
    const { organizationId } = chief;
    await people.service.call(changeOrganization, { organizationId, isSecondFactorRequired: true }, chief.as);
    const results = await Promise.all(
      both.map((person, index) => people.service.codeOf(removeSecondFactor, { code: codes[index]![0]! }, person.as)),
    );
    expect(results.toSorted()).toEqual(['LAST_LEGAL_REPRESENTATIVE', 'ok']);
  });
});
