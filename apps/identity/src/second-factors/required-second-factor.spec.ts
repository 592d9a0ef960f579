import { changeOrganization, getOrganization } from '@cordee/contracts/identity/organization';
import { removeSecondFactor } from '@cordee/contracts/identity/second-factor';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityFixture } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await IdentityFixture.start();
});
afterAll(() => fixture.service.stop());

describe('the requirement of a second factor (ROL-4)', () => {
  it('is rejected while no legal representative has a second factor', async () => {
    const chief = await fixture.signUp('Chief');
    const admin = await fixture.join(chief, 'administrator');
    await fixture.setUpSecondFactor(admin);
    const { organizationId } = chief;
    const require = () =>
      fixture.service.codeOf(changeOrganization, { organizationId, isSecondFactorRequired: true }, admin.as);
    expect(await require()).toBe('LAST_LEGAL_REPRESENTATIVE');
    expect(await fixture.service.codeOf(getOrganization, { organizationId }, chief.as)).toBe('ok');
    await fixture.setUpSecondFactor(chief);
    expect(await require()).toBe('ok');
  });

  it('is changed only in the current version of the organization, if the caller names one', async () => {
    const chief = await fixture.signUp('Chief');
    await fixture.setUpSecondFactor(chief);
    const { organizationId } = chief;
    const change = (isSecondFactorRequired: boolean, version: number) =>
      fixture.service.codeOf(
        changeOrganization,
        { organizationId, isSecondFactorRequired, ifMatch: [version] },
        chief.as,
      );
    // The second call changes nothing, so the version stays.
    expect([await change(true, 1), await change(true, 2), await change(false, 1), await change(false, 2)]).toEqual([
      'ok',
      'ok',
      'VERSION_MISMATCH',
      'ok',
    ]);
    expect(await fixture.service.call(getOrganization, { organizationId }, chief.as)).toMatchObject({ version: 3 });
  });

  it('keeps the second factor of a legal representative until another one has a second factor too', async () => {
    const chief = await fixture.signUp('Chief');
    const second = await fixture.join(chief, 'legal_representative');
    const { recoveryCodes } = await fixture.setUpSecondFactor(chief);
    const { organizationId } = chief;
    await fixture.service.call(changeOrganization, { organizationId, isSecondFactorRequired: true }, chief.as);
    const remove = (index: number) =>
      fixture.service.codeOf(removeSecondFactor, { code: recoveryCodes[index]! }, chief.as);
    expect(await remove(0)).toBe('LAST_LEGAL_REPRESENTATIVE');
    await fixture.setUpSecondFactor(second);
    expect(await remove(1)).toBe('ok');
  });

  it('lets only one of two legal representatives remove their second factors at the same time', async () => {
    const chief = await fixture.signUp('Chief');
    const second = await fixture.join(chief, 'legal_representative');
    const representatives = [chief, second];
    const codes = await Promise.all(
      representatives.map(async (person) => (await fixture.setUpSecondFactor(person)).recoveryCodes),
    );
    const { organizationId } = chief;
    await fixture.service.call(changeOrganization, { organizationId, isSecondFactorRequired: true }, chief.as);
    const results = await Promise.all(
      representatives.map((person, index) =>
        fixture.service.codeOf(removeSecondFactor, { code: codes[index]![0]! }, person.as),
      ),
    );
    expect(results.toSorted()).toEqual(['LAST_LEGAL_REPRESENTATIVE', 'ok']);
  });
});
