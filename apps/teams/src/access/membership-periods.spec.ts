import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memberAdded, memberRemoved, membersRetained } from '@cordee/contracts/identity/member';
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
import { Customer, hostings, id, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

describe('a lead who left and rejoined', () => {
  it('does not lead with the former membership when they are added to the team again', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    await fixture.test.call(changeTeamPolicy, { organizationId, mayLeadManageMembers: true }, one.as.chief);
    const team = await one.team('Web', {
      accountIds: [people.ben, people.cleo],
      leadAccountId: people.ben,
      grants: hostings('statistics'),
    });
    const before = one.leaveAndReturn('ben');
    await fixture.test.call(
      addTeamMembers,
      { organizationId, teamId: team.id, members: [{ accountId: people.ben }] },
      one.as.chief,
    );
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
    });
    const asLead = await fixture.test.codeOf(
      removeTeamMembers,
      { organizationId, teamId: team.id, accountIds: [people.cleo] },
      one.as.ben,
    );
    const { leadAccountId } = await fixture.test.call(getTeam, { organizationId, teamId: team.id }, one.as.chief);
    expect({ leadAccountId, asLead }).toEqual({ leadAccountId: null, asLead: 'PERMISSION_DENIED' });
  });
});

describe('a late event of a former membership period', () => {
  it('does not remove the person from their current team', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    const team = await one.team('Web', { grants: hostings('statistics') });
    const before = one.leaveAndReturn('ben');
    await fixture.test.call(
      addTeamMembers,
      { organizationId, teamId: team.id, members: [{ accountId: people.ben }] },
      one.as.chief,
    );
    expect(await one.may('ben', 'statistics')).toBe(true);
    await fixture.test.publishEvent(memberAdded, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
      invitationId: null,
      invitedBy: null,
      teamIds: [team.id],
    });
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
    });
    expect(await one.may('ben', 'statistics')).toBe(true);
    expect(await fixture.test.call(getTeam, { organizationId, teamId: team.id }, one.as.chief)).toMatchObject({
      memberAccountIds: [people.ben],
    });
  });

  it('does not add a person who has already left', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    const team = await one.team('Web', { grants: hostings('statistics') });
    const before = one.leaveAndReturn('ben');
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
    });
    await fixture.test.publishEvent(memberAdded, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
      invitationId: null,
      invitedBy: null,
      teamIds: [team.id],
    });
    expect(await fixture.test.call(getTeam, { organizationId, teamId: team.id }, one.as.chief)).toMatchObject({
      memberAccountIds: [],
    });
  });
});

describe('a planned end of a former membership period', () => {
  it('does not limit a membership that a lead creates in the current one', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    await fixture.test.call(changeTeamPolicy, { organizationId, mayLeadManageMembers: true }, one.as.chief);
    const team = await one.team('Web', {
      members: [{ accountId: people.ben }, { accountId: people.cleo, endsAt: fixture.inHours(5) }],
      leadAccountId: people.ben,
      grants: hostings('statistics'),
    });
    const before = one.leaveAndReturn('cleo');
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.cleo,
      memberId: before,
      role: 'collaborator',
    });
    await fixture.test.call(
      addTeamMembers,
      { organizationId, teamId: team.id, members: [{ accountId: people.cleo }] },
      one.as.ben,
    );
    expect(
      (await fixture.test.call(getTeam, { organizationId, teamId: team.id }, one.as.chief)).members.find(
        ({ accountId }) => accountId === people.cleo,
      ),
    ).toMatchObject({ endsAt: null });
  });
});

describe('a product that left and came back', () => {
  it('does not show grants of the former ownership period on the access list of a team', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    const team = await one.team('Web', {
      accountIds: [people.ben],
      grants: [{ object: { kind: 'product', productId: one.hosting }, rights: ['technical'] }],
    });
    expect(await one.may('ben', 'technical')).toBe(true);
    one.sell({ ...one.products[0]!, ownershipNumber: 3 });
    expect(await one.may('ben', 'technical')).toBe(false);
    const { data } = await fixture.test.call(describeTeamAccess, { organizationId, teamId: team.id }, one.as.chief);
    expect(data).toEqual([]);
  });

  it('does not show restrictions of the former ownership period', async () => {
    const one = new Customer(fixture);
    const { organizationId } = one;
    await fixture.test.call(
      restrictResource,
      { organizationId, productId: one.drive, resourceId: one.folder, holder: one.person('ben') },
      one.as.chief,
    );
    one.sell({ ...one.products[1]!, ownershipNumber: 3 });
    expect(
      (await fixture.test.call(listRestrictions, { organizationId, productId: one.drive }, one.as.chief)).data,
    ).toEqual([]);
  });
});

describe('a departure that teams has not received yet', () => {
  it('hides the grants from every list of active grants, with full pages', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    const team = await one.team('Web', { accountIds: [people.ben, people.cleo], leadAccountId: people.ben });
    const remaining: string[] = [];
    for (const right of ['technical', 'statistics']) {
      await one.give('ben', right);
      for (const each of ['view', 'change', 'manage'])
        await one.give({ kind: 'team', teamId: team.id }, each, {
          kind: 'resource',
          productId: one.drive,
          resourceId: right === 'technical' ? one.folder : one.inner,
        });
      await one.give('cleo', right === 'technical' ? 'user' : 'admin', { kind: 'product', productId: one.drive });
      remaining.push((await one.give('cleo', right)).id);
    }
    await one.give({ kind: 'organization' }, 'technical', { kind: 'product', productId: one.mail });
    remaining.push(
      (await one.give({ kind: 'team', teamId: team.id }, 'technical', { kind: 'product_type', type: 'web_hosting' }))
        .id,
    );
    const read = (rest: object = {}) => fixture.test.call(listGrants, { organizationId, ...rest }, one.as.chief);
    expect((await read()).data.length).toBeGreaterThan(10);

    one.leaveAndReturn('ben');
    one.sell({ ...one.products[1]!, ownershipNumber: 2 });
    one.products.splice(2, 1);
    fixture.test.snapshotChanged('products', organizationId);
    const first = await read({ limit: 2 });
    const second = await read({ limit: 2, cursor: first.nextCursor! });
    expect([
      first.data.map(({ id: grantId }) => grantId),
      second.data.map(({ id: grantId }) => grantId),
      second.nextCursor,
    ]).toEqual([remaining.slice(0, 2), remaining.slice(2), null]);
    expect((await read({ includeEnded: 'true' })).data).toHaveLength(3);
    expect((await read({ holder: people.ben })).data).toEqual([]);
    expect((await fixture.test.call(listGrants, { organizationId, object: one.drive }, one.as.cleo)).data).toEqual([]);
    expect(await fixture.test.call(getTeam, { organizationId, teamId: team.id }, one.as.chief)).toMatchObject({
      grants: [{ id: remaining[2] }],
      memberAccountIds: [people.cleo],
      members: [{ accountId: people.cleo }],
      leadAccountId: null,
    });
    expect((await fixture.test.call(listTeams, { organizationId }, one.as.chief)).data).toMatchObject([
      { memberAccountIds: [people.cleo], leadAccountId: null },
    ]);
    expect(
      await fixture.test.call(changeTeam, { organizationId, teamId: team.id, colour: 'red' }, one.as.chief),
    ).toMatchObject({ memberAccountIds: [people.cleo], leadAccountId: null });
  });

  it('shows the grants as ended after the end is recorded', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    const { id: grantId } = await one.give('ben', 'technical');
    const before = one.leaveAndReturn('ben');
    expect(await one.grants({ includeEnded: 'true' })).toEqual([]);
    await fixture.test.publishEvent(memberRemoved, {
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

describe('a person in a team by a former membership period only', () => {
  it('cannot become its lead, and cannot get an end', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    const team = await one.team('Web', { accountIds: [people.ben, people.cleo], grants: hostings('statistics') });
    one.leaveAndReturn('ben');
    expect([
      await fixture.test.codeOf(
        changeTeam,
        { organizationId, teamId: team.id, leadAccountId: people.ben },
        one.as.chief,
      ),
      await fixture.test.codeOf(
        changeTeamMember,
        { organizationId, teamId: team.id, accountId: people.ben, endsAt: fixture.inHours(2) },
        one.as.chief,
      ),
    ]).toEqual(['LEAD_NOT_IN_TEAM', 'TEAM_MEMBER_NOT_FOUND']);
  });
});

it('the default rights of a former ownership period do not apply to the next one', async () => {
  const one = new Customer(fixture);
  const { organizationId } = one;
  await fixture.test.call(
    setDefaultRights,
    { organizationId, productId: one.mail, kind: 'mail_address', rights: ['devices', 'read'] },
    one.as.chief,
  );
  await fixture.test.publishEvent(productTransferredAway, {
    organizationId,
    productId: one.mail,
    transferId: id('trf'),
    toOrganizationId: id('org'),
    ownershipNumber: 1,
  });
  one.sell({ ...one.products[2]!, ownershipNumber: 3 });
  expect(
    await fixture.test.call(
      getDefaultRights,
      { organizationId, productId: one.mail, kind: 'mail_address' },
      one.as.chief,
    ),
  ).toMatchObject({ isOwn: false, rights: ['auto_reply', 'signatures'] });
});

it('restoreInheritance counts the restrictions of the current ownership period only', async () => {
  const one = new Customer(fixture);
  const { organizationId } = one;
  const folder = { organizationId, productId: one.drive, resourceId: one.folder };
  await fixture.test.call(restrictResource, { ...folder, holder: one.person('ben'), right: 'view' }, one.as.chief);
  one.leaveAndReturn('ben');
  await fixture.test.call(restrictResource, { ...folder, holder: one.person('ben') }, one.as.chief);
  const { data } = await fixture.test.call(listRestrictions, { organizationId, productId: one.drive }, one.as.chief);
  const { lifted } = await fixture.test.call(
    restoreInheritance,
    { ...folder, holder: one.person('ben') },
    one.as.chief,
  );
  expect({ listed: data.length, rights: data.map(({ right }) => right), lifted }).toEqual({
    listed: 1,
    rights: [null],
    lifted: 1,
  });
});

it('changes and a full load give the same snapshot after people and products left and came back', async () => {
  const one = new Customer(fixture);
  const { organizationId, people } = one;
  const team = await one.team('Web', { accountIds: [people.ben, people.cleo], grants: hostings('technical') });
  await one.give('ben', 'statistics');
  const { revision } = await one.snapshot();
  expect(await one.mayAll('ben', ['technical', 'statistics'])).toEqual(['technical', 'statistics']);
  const before = one.leaveAndReturn('ben');
  one.sell({ ...one.products[0]!, ownershipNumber: 2 });
  await one.give('ben', 'statistics');
  await fixture.test.publishEvent(memberRemoved, {
    organizationId,
    accountId: people.ben,
    memberId: before,
    role: 'collaborator',
  });
  await fixture.test.publishEvent(productTransferredAway, {
    organizationId,
    productId: one.hosting,
    transferId: id('trf'),
    toOrganizationId: id('org'),
    ownershipNumber: 1,
  });
  expect([
    await one.mayAll('ben', ['technical', 'statistics']),
    await one.mayAll('cleo', ['technical', 'statistics']),
  ]).toEqual([['statistics'], ['technical']]);
  const delta = await one.snapshot({ since: revision });
  const whole = await one.snapshot();
  const live = delta.grants.filter((grant) => !('hasEnded' in grant)).map(({ grantId }) => grantId);
  expect(live.every((grantId) => whole.grants.some((grant) => grant.grantId === grantId))).toBe(true);
  expect(whole.memberships.filter(({ teamId }) => teamId === team.id)).toHaveLength(1);
});

it('the default rights are granted once, to the current owner, despite late and repeated events', async () => {
  const one = new Customer(fixture);
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
  await fixture.test.publishEvent(resourceAdded, added, { sequence: 1 });
  await fixture.test.publishEvent(resourceAdded, added, { sequence: 1 });
  expect((await one.grants({ object: box })).map(({ right }) => right).sort()).toEqual(['auto_reply', 'signatures']);
});

it('a product that comes back gives nothing to retained users of the former ownership period', async () => {
  const one = new Customer(fixture);
  const { organizationId, people } = one;
  one.sell({ ...one.products[1]!, ownershipNumber: 2 });
  await fixture.test.publishEvent(membersRetained, {
    organizationId,
    transferId: id('trf'),
    productId: one.drive,
    ownershipNumber: 1,
    retainedRight: 'user',
    retained: [{ accountId: people.ben, memberId: one.memberOf(people.ben), endsAt: null }],
  });
  expect(await one.may('ben', 'user', one.drive)).toBe(false);
});

it('bulk calls, person rights and restrictions use the current membership period only', async () => {
  const one = new Customer(fixture);
  const { organizationId, people } = one;
  const rows = [
    { holder: one.person('ben'), object: { kind: 'product' as const, productId: one.hosting }, right: 'technical' },
  ];
  const give = async () =>
    (await fixture.test.call(giveGrants, { organizationId, grants: rows }, one.as.chief)).results[0]!.status;
  expect([await give(), await give()]).toEqual(['given', 'already_given']);
  one.leaveAndReturn('ben');
  expect([await give(), await give()]).toEqual(['given', 'already_given']);
  one.sell({ ...one.products[0]!, ownershipNumber: 3 });
  expect([await give(), await give()]).toEqual(['given', 'already_given']);
  await fixture.test.call(
    setPersonRights,
    { organizationId, accountId: people.ben, productId: one.hosting, rights: [] },
    one.as.chief,
  );
  expect(await one.may('ben', 'technical')).toBe(false);
  await fixture.test.call(
    restrictResource,
    { organizationId, productId: one.drive, resourceId: one.folder, holder: one.person('ben'), right: 'view' },
    one.as.chief,
  );
  const before = one.leaveAndReturn('ben');
  await fixture.test.call(
    restrictResource,
    { organizationId, productId: one.drive, resourceId: one.folder, holder: one.person('ben'), right: 'view' },
    one.as.chief,
  );
  await fixture.test.publishEvent(memberRemoved, {
    organizationId,
    accountId: people.ben,
    memberId: before,
    role: 'collaborator',
  });
  await one.give('ben', 'change', { kind: 'product', productId: one.drive });
  expect(await one.mayAll('ben', ['view', 'change'], one.drive, one.folder)).toEqual(['view']);
});
