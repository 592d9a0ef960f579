import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { recordSupportAction } from '@cordee/contracts/identity/support-access';
import { checkAccess, explainAccess, listAccessHolders, listPersonAccess } from '@cordee/contracts/teams/access';
import { giveGrant, listGrants } from '@cordee/contracts/teams/grant';
import { getTeam } from '@cordee/contracts/teams/team';
import type { Caller } from '@cordee/testing/service-under-test';
import { Customer, hostings, id, TeamsWorld } from '../teams-world.ts';

let world: TeamsWorld;
beforeAll(async () => {
  world = await TeamsWorld.start();
  await world.test.answer(recordSupportAction, ({ supportAccessIds }) => ({ supportAccessIds }));
});
afterAll(() => world.test.stop());

it('the staff that was let in has what it was let in for, sees why, and gives nobody anything (SUP-3)', async () => {
  const one = new Customer(world);
  const { organizationId } = one;
  const team = await one.team('Web', { accountIds: [one.people.ben], grants: hostings('technical') });
  await one.give('ben', 'statistics');
  const [accountId, supportAccessId] = [id('acc'), id('sup')];
  const staff: Caller = { staff: accountId };
  const question = { organizationId, right: 'statistics', productId: one.hosting };
  expect(await world.test.codeOf(checkAccess, question, staff)).toBe('ORGANIZATION_NOT_FOUND');
  const endsAt = world.inHours(2);
  world.test.facts.support.set(organizationId, [
    { supportAccessId, accountId, level: 'read', withContent: false, products: null, backedBy: null, endsAt },
  ]);
  world.test.factsChanged('people', organizationId);
  const isAllowed = async (right: string) =>
    (await world.test.call(checkAccess, { ...question, right }, staff)).isAllowed;
  expect([await isAllowed('statistics'), await isAllowed('technical')]).toEqual([true, false]);
  expect(await world.test.call(explainAccess, question, staff)).toMatchObject({
    isAllowed: true,
    chains: [{ via: 'support', supportAccessId, endsAt }],
  });
  expect((await world.test.call(listAccessHolders, question, one.as.chief)).data).toContainEqual({
    accountId,
    role: 'support',
    isOwnFilesOnly: false,
    through: [{ via: 'support', supportAccessId, endsAt }],
  });
  const rights = (await world.test.call(listPersonAccess, { organizationId, accountId }, one.as.chief)).data;
  expect(rights.map(({ productId, through }) => [productId, through[0]!.via])).toEqual(
    [one.hosting, one.drive, one.mail].sort().map((productId) => [productId, 'support']),
  );
  expect(rights.map(({ type, rights: held }) => [type, held])).toEqual(
    expect.arrayContaining([
      ['web_hosting', ['statistics']],
      ['drive', []],
    ]),
  );
  // Looking shows what whoever manages sees.
  expect((await world.test.call(listGrants, { organizationId }, staff)).data).toHaveLength(2);
  expect((await world.test.call(getTeam, { organizationId, teamId: team.id }, staff)).grants).toHaveLength(1);
  expect(
    await world.test.codeOf(
      giveGrant,
      {
        organizationId,
        holder: one.person('cleo'),
        object: { kind: 'product', productId: one.hosting },
        right: 'technical',
      },
      staff,
    ),
  ).toBe('PERMISSION_DENIED');
  world.pass(3);
  expect(await world.test.codeOf(checkAccess, question, staff)).toBe('ORGANIZATION_NOT_FOUND');
});
