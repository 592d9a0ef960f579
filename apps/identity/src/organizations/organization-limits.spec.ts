import { createOrganization } from '@cordee/contracts/identity/organization';
import { listMembers, removeMember } from '@cordee/contracts/identity/member';
import type { DomainError } from '@cordee/contracts/domain-error';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityFixture, type Person } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await IdentityFixture.start({ ORGANIZATIONS_PER_FOUNDER: '6', NEW_ORGANIZATIONS_PER_DAY: '4' });
  fixture.service.freezeClock();
});
afterAll(() => fixture.service.stop());

const found = (person: Person): Promise<string> =>
  fixture.service.codeOf(createOrganization, { name: 'Alpine Rescue' }, person.as);
const foundMany = (person: Person, count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => found(person))).then((codes) => codes.toSorted());
const passHours = (hours: number): void =>
  fixture.service.moveClockTo(
    new Date(fixture.service.process.clock.now().getTime() + hours * 3_600_000).toISOString(),
  );

describe('the organizations that a person creates', () => {
  it('are limited per day, also when they are created at the same time', async () => {
    const anna = await fixture.signUp();
    // The organization of the sign-up counts.
    expect(await foundMany(anna, 8)).toEqual([
      ...Array.from({ length: 5 }, () => 'NEW_ORGANIZATIONS_LIMITED'),
      'ok',
      'ok',
      'ok',
    ]);
    passHours(23);
    const rejection = await fixture.service
      .call(createOrganization, { name: 'Alpine Rescue' }, anna.as)
      .catch((error: DomainError) => error);
    expect(rejection).toMatchObject({ code: 'NEW_ORGANIZATIONS_LIMITED', status: 429, retryAfter: 3_600 });
    // Other people do not wait.
    expect(await found(await fixture.signUp('Ben Rossi'))).toBe('ok');
    passHours(1);
    expect(await foundMany(anna, 3)).toEqual(['ORGANIZATION_LIMIT', 'ok', 'ok']);
  });

  it('count as long as the person is their legal representative', async () => {
    const anna = await fixture.signUp();
    const { organizationId } = anna;
    expect(await foundMany(anna, 3)).toEqual(['ok', 'ok', 'ok']);
    passHours(25);
    expect(await foundMany(anna, 3)).toEqual(['ORGANIZATION_LIMIT', 'ok', 'ok']);
    await fixture.join(anna, 'legal_representative');
    const { data: members } = await fixture.service.call(listMembers, { organizationId }, anna.as);
    const memberId = members.find(({ accountId }) => accountId === anna.accountId)!.id;
    await fixture.service.call(removeMember, { organizationId, memberId }, anna.as);
    expect(await foundMany(anna, 2)).toEqual(['ORGANIZATION_LIMIT', 'ok']);
  });

  it('do not count for a legal representative who did not found them', async () => {
    const anna = await fixture.signUp();
    const ben = await fixture.signUp('Ben Rossi');
    await fixture.join(anna, 'legal_representative', ben);
    expect(await foundMany(ben, 3)).toEqual(['ok', 'ok', 'ok']);
  });
});
