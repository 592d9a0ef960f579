import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { recordSupportAction } from '@cordee/contracts/identity/support-access';
import { checkAccess, explainAccess, listAccessHolders, listPersonAccess } from '@cordee/contracts/teams/access';
import { giveGrant, listGrants } from '@cordee/contracts/teams/grant';
import { getTeam } from '@cordee/contracts/teams/team';
import type { Caller } from '@cordee/testing/test-service';
import { Customer, hostingGrants, id, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
  // Identity records each action of staff.
  await fixture.test.stub(recordSupportAction, ({ supportAccessIds }) => ({ supportAccessIds }));
});
afterAll(() => fixture.test.stop());

it('staff have the rights of their support access, get an explanation and cannot grant rights (SUP-3)', async () => {
  const customer = new Customer(fixture);
  const { organizationId } = customer;
  const team = await customer.createTeam('Web', {
    accountIds: [customer.people.ben],
    grants: hostingGrants('technical'),
  });
  await customer.give('ben', 'statistics');
  const [accountId, supportAccessId] = [id('acc'), id('sup')];
  const staff: Caller = { staff: accountId };
  const question = { organizationId, right: 'statistics', productId: customer.hosting };
  expect(await fixture.test.codeOf(checkAccess, question, staff)).toBe('ORGANIZATION_NOT_FOUND');
  const endsAt = fixture.inHours(2);
  const grantedByMemberId = customer.memberIdOf(customer.people.chief);
  fixture.test.stubbedSnapshots.support.set(organizationId, [
    { supportAccessId, accountId, level: 'read', withContent: false, products: null, grantedByMemberId, endsAt },
  ]);
  fixture.test.snapshotChanged('people', organizationId);
  const isAllowed = async (right: string) =>
    (await fixture.test.call(checkAccess, { ...question, right }, staff)).isAllowed;
  expect([await isAllowed('statistics'), await isAllowed('technical')]).toEqual([true, false]);
  expect(await fixture.test.call(explainAccess, question, staff)).toMatchObject({
    isAllowed: true,
    chains: [{ via: 'support', supportAccessId, endsAt }],
  });
  expect((await fixture.test.call(listAccessHolders, question, customer.as.chief)).data).toContainEqual({
    accountId,
    role: 'support',
    isOwnFilesOnly: false,
    through: [{ via: 'support', supportAccessId, endsAt }],
  });
  const accessRows = (await fixture.test.call(listPersonAccess, { organizationId, accountId }, customer.as.chief)).data;
  expect(accessRows.map(({ productId, through }) => [productId, through[0]!.via])).toEqual(
    [customer.hosting, customer.drive, customer.mail].sort().map((productId) => [productId, 'support']),
  );
  expect(accessRows.map(({ type, rights }) => [type, rights])).toEqual(
    expect.arrayContaining([
      ['web_hosting', ['statistics']],
      ['drive', []],
    ]),
  );
  // The level `read` shows the data that a manager sees.
  expect((await fixture.test.call(listGrants, { organizationId }, staff)).data).toHaveLength(2);
  expect((await fixture.test.call(getTeam, { organizationId, teamId: team.id }, staff)).grants).toHaveLength(1);
  expect(
    await fixture.test.codeOf(
      giveGrant,
      {
        organizationId,
        holder: customer.holderFor('cleo'),
        object: { kind: 'product', productId: customer.hosting },
        right: 'technical',
      },
      staff,
    ),
  ).toBe('PERMISSION_DENIED');
  fixture.advanceHours(3);
  expect(await fixture.test.codeOf(checkAccess, question, staff)).toBe('ORGANIZATION_NOT_FOUND');
});
