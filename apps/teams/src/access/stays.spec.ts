import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memberAdded, memberRemoved, membersKept } from '@cordee/contracts/identity/member';
import { resourceAdded } from '@cordee/contracts/products/product';
import { productTransferredAway } from '@cordee/contracts/products/transfer';
import { describeTeamAccess } from '@cordee/contracts/teams/access';
import { getDefaultRights, setDefaultRights } from '@cordee/contracts/teams/default-rights';
import { giveGrants, listGrants } from '@cordee/contracts/teams/grant';
import { setPersonRights } from '@cordee/contracts/teams/person-rights';
import { listRestrictions, restoreInheritance, restrictResource } from '@cordee/contracts/teams/restriction';
import {
  addTeamMembers,
  changeTeam,
  changeTeamMember,
  getTeam,
  listTeams,
  removeTeamMembers,
} from '@cordee/contracts/teams/team';
import { changeTeamPolicy } from '@cordee/contracts/teams/team-policy';
import { Customer, hostings, id, TeamsWorld } from '../teams-world.ts';

let world: TeamsWorld;
beforeAll(async () => {
  world = await TeamsWorld.start();
});
afterAll(() => world.test.stop());

describe('a lead who left and came back', () => {
  it('leads no longer by what they were in the stay before, when they are put into the team anew', async () => {
    const one = new Customer(world);
    const { organizationId, people } = one;
    await world.test.call(changeTeamPolicy, { organizationId, mayLeadManageMembers: true }, one.as.chief);
    const team = await one.team('Web', {
      accountIds: [people.ben, people.cleo],
      leadAccountId: people.ben,
      grants: hostings('statistics'),
    });
    const before = one.leaveAndReturn('ben');
    await world.test.call(
      addTeamMembers,
      { organizationId, teamId: team.id, members: [{ accountId: people.ben }] },
      one.as.chief,
    );
    await world.test.report(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
    });
    const asLead = await world.test.codeOf(
      removeTeamMembers,
      { organizationId, teamId: team.id, accountIds: [people.cleo] },
      one.as.ben,
    );
    const { leadAccountId } = await world.test.call(getTeam, { organizationId, teamId: team.id }, one.as.chief);
    expect({ leadAccountId, asLead }).toEqual({ leadAccountId: null, asLead: 'PERMISSION_DENIED' });
  });
});

describe('late news of who joined in a stay that is over', () => {
  it('takes nobody out of the team whom they are in now', async () => {
    const one = new Customer(world);
    const { organizationId, people } = one;
    const team = await one.team('Web', { grants: hostings('statistics') });
    const before = one.leaveAndReturn('ben');
    await world.test.call(
      addTeamMembers,
      { organizationId, teamId: team.id, members: [{ accountId: people.ben }] },
      one.as.chief,
    );
    expect(await one.may('ben', 'statistics')).toBe(true);
    await world.test.report(memberAdded, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
      invitationId: null,
      invitedBy: null,
      teamIds: [team.id],
    });
    await world.test.report(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
    });
    expect(await one.may('ben', 'statistics')).toBe(true);
    expect(await world.test.call(getTeam, { organizationId, teamId: team.id }, one.as.chief)).toMatchObject({
      memberAccountIds: [people.ben],
    });
  });

  it('puts nobody into the team for good who has left already', async () => {
    const one = new Customer(world);
    const { organizationId, people } = one;
    const team = await one.team('Web', { grants: hostings('statistics') });
    const before = one.leaveAndReturn('ben');
    await world.test.report(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
    });
    await world.test.report(memberAdded, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
      invitationId: null,
      invitedBy: null,
      teamIds: [team.id],
    });
    expect(await world.test.call(getTeam, { organizationId, teamId: team.id }, one.as.chief)).toMatchObject({
      memberAccountIds: [],
    });
  });
});

describe('an end planned in a stay that is over', () => {
  it('does not bound what a lead gives in the present one', async () => {
    const one = new Customer(world);
    const { organizationId, people } = one;
    await world.test.call(changeTeamPolicy, { organizationId, mayLeadManageMembers: true }, one.as.chief);
    const team = await one.team('Web', {
      members: [{ accountId: people.ben }, { accountId: people.cleo, endsAt: world.inHours(5) }],
      leadAccountId: people.ben,
      grants: hostings('statistics'),
    });
    const before = one.leaveAndReturn('cleo');
    await world.test.report(memberRemoved, {
      organizationId,
      accountId: people.cleo,
      memberId: before,
      role: 'collaborator',
    });
    await world.test.call(
      addTeamMembers,
      { organizationId, teamId: team.id, members: [{ accountId: people.cleo }] },
      one.as.ben,
    );
    expect(
      (await world.test.call(getTeam, { organizationId, teamId: team.id }, one.as.chief)).members.find(
        ({ accountId }) => accountId === people.cleo,
      ),
    ).toMatchObject({ endsAt: null });
  });
});

describe('a product that left and came back', () => {
  it('is not on the dashboard of a team by what was given in the possession before', async () => {
    const one = new Customer(world);
    const { organizationId, people } = one;
    const team = await one.team('Web', {
      accountIds: [people.ben],
      grants: [{ object: { kind: 'product', productId: one.hosting }, rights: ['technical'] }],
    });
    expect(await one.may('ben', 'technical')).toBe(true);
    one.sell({ ...one.products[0]!, possession: 3 });
    expect(await one.may('ben', 'technical')).toBe(false);
    const { data } = await world.test.call(describeTeamAccess, { organizationId, teamId: team.id }, one.as.chief);
    expect(data).toEqual([]);
  });

  it('shows no restriction of the possession before', async () => {
    const one = new Customer(world);
    const { organizationId } = one;
    await world.test.call(
      restrictResource,
      { organizationId, productId: one.drive, resourceId: one.folder, holder: one.person('ben') },
      one.as.chief,
    );
    one.sell({ ...one.products[1]!, possession: 3 });
    expect(
      (await world.test.call(listRestrictions, { organizationId, productId: one.drive }, one.as.chief)).data,
    ).toEqual([]);
  });
});

describe('what teams has not yet heard is over', () => {
  it('is on no list as standing, whoever or whatever has left, and pages are full all the same', async () => {
    const one = new Customer(world);
    const { organizationId, people } = one;
    const team = await one.team('Web', { accountIds: [people.ben, people.cleo], leadAccountId: people.ben });
    const stays: string[] = [];
    for (const right of ['technical', 'statistics']) {
      await one.give('ben', right);
      for (const each of ['view', 'change', 'manage'])
        await one.give({ kind: 'team', teamId: team.id }, each, {
          kind: 'resource',
          productId: one.drive,
          resourceId: right === 'technical' ? one.folder : one.inner,
        });
      await one.give('cleo', right === 'technical' ? 'user' : 'admin', { kind: 'product', productId: one.drive });
      stays.push((await one.give('cleo', right)).id);
    }
    await one.give({ kind: 'organization' }, 'technical', { kind: 'product', productId: one.mail });
    stays.push(
      (await one.give({ kind: 'team', teamId: team.id }, 'technical', { kind: 'product_type', type: 'web_hosting' }))
        .id,
    );
    const read = (rest: object = {}) => world.test.call(listGrants, { organizationId, ...rest }, one.as.chief);
    expect((await read()).data.length).toBeGreaterThan(10);

    one.leaveAndReturn('ben');
    one.sell({ ...one.products[1]!, possession: 2 });
    one.products.splice(2, 1);
    world.test.factsChanged('products', organizationId);
    const first = await read({ limit: 2 });
    const second = await read({ limit: 2, cursor: first.nextCursor! });
    expect([
      first.data.map(({ id: grantId }) => grantId),
      second.data.map(({ id: grantId }) => grantId),
      second.nextCursor,
    ]).toEqual([stays.slice(0, 2), stays.slice(2), null]);
    expect((await read({ includeEnded: 'true' })).data).toHaveLength(3);
    expect((await read({ holder: people.ben })).data).toEqual([]);
    expect((await world.test.call(listGrants, { organizationId, object: one.drive }, one.as.cleo)).data).toEqual([]);
    expect(await world.test.call(getTeam, { organizationId, teamId: team.id }, one.as.chief)).toMatchObject({
      grants: [{ id: stays[2] }],
      memberAccountIds: [people.cleo],
      members: [{ accountId: people.cleo }],
      leadAccountId: null,
    });
    expect((await world.test.call(listTeams, { organizationId }, one.as.chief)).data).toMatchObject([
      { memberAccountIds: [people.cleo], leadAccountId: null },
    ]);
    expect(
      await world.test.call(changeTeam, { organizationId, teamId: team.id, colour: 'red' }, one.as.chief),
    ).toMatchObject({ memberAccountIds: [people.cleo], leadAccountId: null });
  });

  it('is told as ended once it is on record', async () => {
    const one = new Customer(world);
    const { organizationId, people } = one;
    const { id: grantId } = await one.give('ben', 'technical');
    const before = one.leaveAndReturn('ben');
    expect(await one.grants({ includeEnded: 'true' })).toEqual([]);
    await world.test.report(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
    });
    expect(await one.grants({ includeEnded: 'true' })).toMatchObject([
      { id: grantId, endedAt: expect.stringMatching(/Z$/) },
    ]);
  });
});

describe('somebody who is in a team only by a stay that is over', () => {
  it('cannot be made its lead, nor be given an end there', async () => {
    const one = new Customer(world);
    const { organizationId, people } = one;
    const team = await one.team('Web', { accountIds: [people.ben, people.cleo], grants: hostings('statistics') });
    one.leaveAndReturn('ben');
    expect([
      await world.test.codeOf(changeTeam, { organizationId, teamId: team.id, leadAccountId: people.ben }, one.as.chief),
      await world.test.codeOf(
        changeTeamMember,
        { organizationId, teamId: team.id, accountId: people.ben, endsAt: world.inHours(2) },
        one.as.chief,
      ),
    ]).toEqual(['LEAD_NOT_IN_TEAM', 'TEAM_MEMBER_NOT_FOUND']);
  });
});

it('the default set of a possession that is over is not that of the next one', async () => {
  const one = new Customer(world);
  const { organizationId } = one;
  await world.test.call(
    setDefaultRights,
    { organizationId, productId: one.mail, kind: 'mail_address', rights: ['devices', 'read'] },
    one.as.chief,
  );
  await world.test.report(productTransferredAway, {
    organizationId,
    productId: one.mail,
    transferId: id('trf'),
    toOrganizationId: id('org'),
    possession: 1,
  });
  one.sell({ ...one.products[2]!, possession: 3 });
  expect(
    await world.test.call(
      getDefaultRights,
      { organizationId, productId: one.mail, kind: 'mail_address' },
      one.as.chief,
    ),
  ).toMatchObject({ isOwn: false, rights: ['auto_reply', 'signatures'] });
});

it('restoring the inheritance in a possession counts what it lifted in that one', async () => {
  const one = new Customer(world);
  const { organizationId } = one;
  const place = { organizationId, productId: one.drive, resourceId: one.folder };
  await world.test.call(restrictResource, { ...place, holder: one.person('ben'), right: 'view' }, one.as.chief);
  one.leaveAndReturn('ben');
  await world.test.call(restrictResource, { ...place, holder: one.person('ben') }, one.as.chief);
  const { data } = await world.test.call(listRestrictions, { organizationId, productId: one.drive }, one.as.chief);
  const { lifted } = await world.test.call(restoreInheritance, { ...place, holder: one.person('ben') }, one.as.chief);
  expect({ listed: data.length, rights: data.map(({ right }) => right), lifted }).toEqual({
    listed: 1,
    rights: [null],
    lifted: 1,
  });
});

it('facts by deltas and from a whole load are alike after people and products have left and come back', async () => {
  const one = new Customer(world);
  const { organizationId, people } = one;
  const team = await one.team('Web', { accountIds: [people.ben, people.cleo], grants: hostings('technical') });
  await one.give('ben', 'statistics');
  const { revision } = await one.facts();
  expect(await one.mayAll('ben', ['technical', 'statistics'])).toEqual(['technical', 'statistics']);
  const before = one.leaveAndReturn('ben');
  one.sell({ ...one.products[0]!, possession: 2 });
  await one.give('ben', 'statistics');
  await world.test.report(memberRemoved, {
    organizationId,
    accountId: people.ben,
    memberId: before,
    role: 'collaborator',
  });
  await world.test.report(productTransferredAway, {
    organizationId,
    productId: one.hosting,
    transferId: id('trf'),
    toOrganizationId: id('org'),
    possession: 1,
  });
  expect([
    await one.mayAll('ben', ['technical', 'statistics']),
    await one.mayAll('cleo', ['technical', 'statistics']),
  ]).toEqual([['statistics'], ['technical']]);
  const delta = await one.facts({ since: revision });
  const whole = await one.facts();
  const live = delta.grants.filter((grant) => !('hasEnded' in grant)).map(({ grantId }) => grantId);
  expect(live.every((grantId) => whole.grants.some((grant) => grant.grantId === grantId))).toBe(true);
  expect(whole.memberships.filter(({ teamId }) => teamId === team.id)).toHaveLength(1);
});

it('the default set is given once, to who owns the thing now, however late and often it is heard of', async () => {
  const one = new Customer(world);
  const { organizationId, people } = one;
  const box = id('res');
  one.sell({
    ...one.products[2]!,
    resources: [{ resourceId: box, kind: 'mail_address', name: 'ben@example.ch', ownerAccountId: people.ben }],
  });
  const added = {
    organizationId,
    productId: one.mail,
    resourceId: box,
    kind: 'mail_address',
    name: 'ben@example.ch',
    ownerAccountId: people.ben,
    parentId: null,
  };
  await world.test.report(resourceAdded, added, { sequence: 1 });
  await world.test.report(resourceAdded, added, { sequence: 1 });
  expect((await one.grants({ object: box })).map(({ right }) => right).sort()).toEqual(['auto_reply', 'signatures']);
});

it('a product that comes back at once keeps nothing for who was kept in the possession before', async () => {
  const one = new Customer(world);
  const { organizationId, people } = one;
  one.sell({ ...one.products[1]!, possession: 2 });
  await world.test.report(membersKept, {
    organizationId,
    transferId: id('trf'),
    productId: one.drive,
    possession: 1,
    keptRight: 'user',
    kept: [{ accountId: people.ben, memberId: one.memberOf(people.ben), endsAt: null }],
  });
  expect(await one.may('ben', 'user', one.drive)).toBe(false);
});

it('bulk, person rights and restrictions see only the present stay', async () => {
  const one = new Customer(world);
  const { organizationId, people } = one;
  const rows = [
    { holder: one.person('ben'), object: { kind: 'product' as const, productId: one.hosting }, right: 'technical' },
  ];
  const give = async () =>
    (await world.test.call(giveGrants, { organizationId, grants: rows }, one.as.chief)).results[0]!.status;
  expect([await give(), await give()]).toEqual(['given', 'already_given']);
  one.leaveAndReturn('ben');
  expect([await give(), await give()]).toEqual(['given', 'already_given']);
  one.sell({ ...one.products[0]!, possession: 3 });
  expect([await give(), await give()]).toEqual(['given', 'already_given']);
  await world.test.call(
    setPersonRights,
    { organizationId, accountId: people.ben, productId: one.hosting, rights: [] },
    one.as.chief,
  );
  expect(await one.may('ben', 'technical')).toBe(false);
  await world.test.call(
    restrictResource,
    { organizationId, productId: one.drive, resourceId: one.folder, holder: one.person('ben'), right: 'view' },
    one.as.chief,
  );
  const before = one.leaveAndReturn('ben');
  await world.test.call(
    restrictResource,
    { organizationId, productId: one.drive, resourceId: one.folder, holder: one.person('ben'), right: 'view' },
    one.as.chief,
  );
  await world.test.report(memberRemoved, {
    organizationId,
    accountId: people.ben,
    memberId: before,
    role: 'collaborator',
  });
  expect(await one.may('ben', 'view', one.drive, one.folder)).toBe(true);
  await one.give('ben', 'change', { kind: 'product', productId: one.drive });
  expect(await one.may('ben', 'change', one.drive, one.folder)).toBe(false);
});
