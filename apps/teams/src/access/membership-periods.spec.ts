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
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    await fixture.test.call(changeTeamPolicy, { organizationId, mayLeadManageMembers: true }, customer.as.chief);
    const team = await customer.team('Web', {
      accountIds: [people.ben, people.cleo],
      leadAccountId: people.ben,
      grants: hostings('statistics'),
    });
    const before = customer.leaveAndReturn('ben');
    await fixture.test.call(
      addTeamMembers,
      { organizationId, teamId: team.id, members: [{ accountId: people.ben }] },
      customer.as.chief,
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
      customer.as.ben,
    );
    const { leadAccountId } = await fixture.test.call(getTeam, { organizationId, teamId: team.id }, customer.as.chief);
    expect({ leadAccountId, asLead }).toEqual({ leadAccountId: null, asLead: 'PERMISSION_DENIED' });
  });
});

describe('a late event of a former membership period', () => {
  it('does not remove the person from their current team', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const team = await customer.team('Web', { grants: hostings('statistics') });
    const before = customer.leaveAndReturn('ben');
    await fixture.test.call(
      addTeamMembers,
      { organizationId, teamId: team.id, members: [{ accountId: people.ben }] },
      customer.as.chief,
    );
    expect(await customer.may('ben', 'statistics')).toBe(true);
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
    expect(await customer.may('ben', 'statistics')).toBe(true);
    expect(await fixture.test.call(getTeam, { organizationId, teamId: team.id }, customer.as.chief)).toMatchObject({
      memberAccountIds: [people.ben],
    });
  });

  it('does not add a person who has already left', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const team = await customer.team('Web', { grants: hostings('statistics') });
    const before = customer.leaveAndReturn('ben');
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
    expect(await fixture.test.call(getTeam, { organizationId, teamId: team.id }, customer.as.chief)).toMatchObject({
      memberAccountIds: [],
    });
  });
});

describe('a planned end of a former membership period', () => {
  it('does not limit a membership that a lead creates in the current one', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    await fixture.test.call(changeTeamPolicy, { organizationId, mayLeadManageMembers: true }, customer.as.chief);
    const team = await customer.team('Web', {
      members: [{ accountId: people.ben }, { accountId: people.cleo, endsAt: fixture.inHours(5) }],
      leadAccountId: people.ben,
      grants: hostings('statistics'),
    });
    const before = customer.leaveAndReturn('cleo');
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.cleo,
      memberId: before,
      role: 'collaborator',
    });
    await fixture.test.call(
      addTeamMembers,
      { organizationId, teamId: team.id, members: [{ accountId: people.cleo }] },
      customer.as.ben,
    );
    expect(
      (await fixture.test.call(getTeam, { organizationId, teamId: team.id }, customer.as.chief)).members.find(
        ({ accountId }) => accountId === people.cleo,
      ),
    ).toMatchObject({ endsAt: null });
  });
});

describe('a product that left and came back', () => {
  it('does not show grants of the former ownership period on the access list of a team', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const team = await customer.team('Web', {
      accountIds: [people.ben],
      grants: [{ object: { kind: 'product', productId: customer.hosting }, rights: ['technical'] }],
    });
    expect(await customer.may('ben', 'technical')).toBe(true);
    customer.sell({ ...customer.products[0]!, ownershipNumber: 3 });
    expect(await customer.may('ben', 'technical')).toBe(false);
    const { data } = await fixture.test.call(
      describeTeamAccess,
      { organizationId, teamId: team.id },
      customer.as.chief,
    );
    expect(data).toEqual([]);
  });

  it('does not show restrictions of the former ownership period', async () => {
    const customer = new Customer(fixture);
    const { organizationId } = customer;
    await fixture.test.call(
      restrictResource,
      { organizationId, productId: customer.drive, resourceId: customer.folder, holder: customer.person('ben') },
      customer.as.chief,
    );
    customer.sell({ ...customer.products[1]!, ownershipNumber: 3 });
    expect(
      (await fixture.test.call(listRestrictions, { organizationId, productId: customer.drive }, customer.as.chief))
        .data,
    ).toEqual([]);
  });
});

describe('a departure that teams has not received yet', () => {
  it('hides the grants from every list of active grants, with full pages', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const team = await customer.team('Web', { accountIds: [people.ben, people.cleo], leadAccountId: people.ben });
    const remaining: string[] = [];
    for (const right of ['technical', 'statistics']) {
      await customer.give('ben', right);
      for (const each of ['view', 'change', 'manage'])
        await customer.give({ kind: 'team', teamId: team.id }, each, {
          kind: 'resource',
          productId: customer.drive,
          resourceId: right === 'technical' ? customer.folder : customer.inner,
        });
      await customer.give('cleo', right === 'technical' ? 'user' : 'admin', {
        kind: 'product',
        productId: customer.drive,
      });
      remaining.push((await customer.give('cleo', right)).id);
    }
    await customer.give({ kind: 'organization' }, 'technical', { kind: 'product', productId: customer.mail });
    remaining.push(
      (
        await customer.give({ kind: 'team', teamId: team.id }, 'technical', {
          kind: 'product_type',
          type: 'web_hosting',
        })
      ).id,
    );
    const read = (rest: object = {}) => fixture.test.call(listGrants, { organizationId, ...rest }, customer.as.chief);
    expect((await read()).data.length).toBeGreaterThan(10);

    customer.leaveAndReturn('ben');
    customer.sell({ ...customer.products[1]!, ownershipNumber: 2 });
    customer.products.splice(2, 1);
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
    expect(
      (await fixture.test.call(listGrants, { organizationId, object: customer.drive }, customer.as.cleo)).data,
    ).toEqual([]);
    expect(await fixture.test.call(getTeam, { organizationId, teamId: team.id }, customer.as.chief)).toMatchObject({
      grants: [{ id: remaining[2] }],
      memberAccountIds: [people.cleo],
      members: [{ accountId: people.cleo }],
      leadAccountId: null,
    });
    expect((await fixture.test.call(listTeams, { organizationId }, customer.as.chief)).data).toMatchObject([
      { memberAccountIds: [people.cleo], leadAccountId: null },
    ]);
    expect(
      await fixture.test.call(changeTeam, { organizationId, teamId: team.id, colour: 'red' }, customer.as.chief),
    ).toMatchObject({ memberAccountIds: [people.cleo], leadAccountId: null });
  });

  it('shows the grants as ended after the end is recorded', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const { id: grantId } = await customer.give('ben', 'technical');
    const before = customer.leaveAndReturn('ben');
    expect(await customer.grants({ includeEnded: 'true' })).toEqual([]);
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
    });
    expect(await customer.grants({ includeEnded: 'true' })).toMatchObject([
      { id: grantId, endedAt: expect.stringMatching(/Z$/) },
    ]);
  });
});

describe('a person in a team by a former membership period only', () => {
  it('cannot become its lead, and cannot get an end', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const team = await customer.team('Web', { accountIds: [people.ben, people.cleo], grants: hostings('statistics') });
    customer.leaveAndReturn('ben');
    expect([
      await fixture.test.codeOf(
        changeTeam,
        { organizationId, teamId: team.id, leadAccountId: people.ben },
        customer.as.chief,
      ),
      await fixture.test.codeOf(
        changeTeamMember,
        { organizationId, teamId: team.id, accountId: people.ben, endsAt: fixture.inHours(2) },
        customer.as.chief,
      ),
    ]).toEqual(['LEAD_NOT_IN_TEAM', 'TEAM_MEMBER_NOT_FOUND']);
  });
});

it('the default rights of a former ownership period do not apply to the next one', async () => {
  const customer = new Customer(fixture);
  const { organizationId } = customer;
  await fixture.test.call(
    setDefaultRights,
    { organizationId, productId: customer.mail, kind: 'mail_address', rights: ['devices', 'read'] },
    customer.as.chief,
  );
  await fixture.test.publishEvent(productTransferredAway, {
    organizationId,
    productId: customer.mail,
    transferId: id('trf'),
    toOrganizationId: id('org'),
    ownershipNumber: 1,
  });
  customer.sell({ ...customer.products[2]!, ownershipNumber: 3 });
  expect(
    await fixture.test.call(
      getDefaultRights,
      { organizationId, productId: customer.mail, kind: 'mail_address' },
      customer.as.chief,
    ),
  ).toMatchObject({ isOwn: false, rights: ['auto_reply', 'signatures'] });
});

it('restoreInheritance counts the restrictions of the current ownership period only', async () => {
  const customer = new Customer(fixture);
  const { organizationId } = customer;
  const folder = { organizationId, productId: customer.drive, resourceId: customer.folder };
  await fixture.test.call(
    restrictResource,
    { ...folder, holder: customer.person('ben'), right: 'view' },
    customer.as.chief,
  );
  customer.leaveAndReturn('ben');
  await fixture.test.call(restrictResource, { ...folder, holder: customer.person('ben') }, customer.as.chief);
  const { data } = await fixture.test.call(
    listRestrictions,
    { organizationId, productId: customer.drive },
    customer.as.chief,
  );
  const { lifted } = await fixture.test.call(
    restoreInheritance,
    { ...folder, holder: customer.person('ben') },
    customer.as.chief,
  );
  expect({ listed: data.length, rights: data.map(({ right }) => right), lifted }).toEqual({
    listed: 1,
    rights: [null],
    lifted: 1,
  });
});

it('changes and a full load give the same snapshot after people and products left and came back', async () => {
  const customer = new Customer(fixture);
  const { organizationId, people } = customer;
  const team = await customer.team('Web', { accountIds: [people.ben, people.cleo], grants: hostings('technical') });
  await customer.give('ben', 'statistics');
  const { revision } = await customer.snapshot();
  expect(await customer.mayAll('ben', ['technical', 'statistics'])).toEqual(['technical', 'statistics']);
  const before = customer.leaveAndReturn('ben');
  customer.sell({ ...customer.products[0]!, ownershipNumber: 2 });
  await customer.give('ben', 'statistics');
  await fixture.test.publishEvent(memberRemoved, {
    organizationId,
    accountId: people.ben,
    memberId: before,
    role: 'collaborator',
  });
  await fixture.test.publishEvent(productTransferredAway, {
    organizationId,
    productId: customer.hosting,
    transferId: id('trf'),
    toOrganizationId: id('org'),
    ownershipNumber: 1,
  });
  expect([
    await customer.mayAll('ben', ['technical', 'statistics']),
    await customer.mayAll('cleo', ['technical', 'statistics']),
  ]).toEqual([['statistics'], ['technical']]);
  const delta = await customer.snapshot({ since: revision });
  const whole = await customer.snapshot();
  const live = delta.grants.filter((grant) => !('hasEnded' in grant)).map(({ grantId }) => grantId);
  expect(live.every((grantId) => whole.grants.some((grant) => grant.grantId === grantId))).toBe(true);
  expect(whole.memberships.filter(({ teamId }) => teamId === team.id)).toHaveLength(1);
});

it('the default rights are granted once, to the current owner, despite late and repeated events', async () => {
  const customer = new Customer(fixture);
  const { organizationId, people } = customer;
  const box = id('res');
  customer.sell({
    ...customer.products[2]!,
    resources: [{ resourceId: box, kind: 'mail_address', name: 'ben@example.ch', ownerAccountId: people.ben }],
  });
  const added = {
    organizationId,
    productId: customer.mail,
    resourceId: box,
    kind: 'mail_address',
    name: 'ben@example.ch',
    ownerAccountId: people.ben,
    parentId: null,
  };
  await fixture.test.publishEvent(resourceAdded, added, { sequence: 1 });
  await fixture.test.publishEvent(resourceAdded, added, { sequence: 1 });
  expect((await customer.grants({ object: box })).map(({ right }) => right).sort()).toEqual([
    'auto_reply',
    'signatures',
  ]);
});

it('a product that comes back gives nothing to retained users of the former ownership period', async () => {
  const customer = new Customer(fixture);
  const { organizationId, people } = customer;
  customer.sell({ ...customer.products[1]!, ownershipNumber: 2 });
  await fixture.test.publishEvent(membersRetained, {
    organizationId,
    transferId: id('trf'),
    productId: customer.drive,
    ownershipNumber: 1,
    retainedRight: 'user',
    retained: [{ accountId: people.ben, memberId: customer.memberOf(people.ben), endsAt: null }],
  });
  expect(await customer.may('ben', 'user', customer.drive)).toBe(false);
});

it('bulk calls, person rights and restrictions use the current membership period only', async () => {
  const customer = new Customer(fixture);
  const { organizationId, people } = customer;
  const rows = [
    {
      holder: customer.person('ben'),
      object: { kind: 'product' as const, productId: customer.hosting },
      right: 'technical',
    },
  ];
  const give = async () =>
    (await fixture.test.call(giveGrants, { organizationId, grants: rows }, customer.as.chief)).results[0]!.status;
  expect([await give(), await give()]).toEqual(['given', 'already_given']);
  customer.leaveAndReturn('ben');
  expect([await give(), await give()]).toEqual(['given', 'already_given']);
  customer.sell({ ...customer.products[0]!, ownershipNumber: 3 });
  expect([await give(), await give()]).toEqual(['given', 'already_given']);
  await fixture.test.call(
    setPersonRights,
    { organizationId, accountId: people.ben, productId: customer.hosting, rights: [] },
    customer.as.chief,
  );
  expect(await customer.may('ben', 'technical')).toBe(false);
  await fixture.test.call(
    restrictResource,
    {
      organizationId,
      productId: customer.drive,
      resourceId: customer.folder,
      holder: customer.person('ben'),
      right: 'view',
    },
    customer.as.chief,
  );
  const before = customer.leaveAndReturn('ben');
  await fixture.test.call(
    restrictResource,
    {
      organizationId,
      productId: customer.drive,
      resourceId: customer.folder,
      holder: customer.person('ben'),
      right: 'view',
    },
    customer.as.chief,
  );
  await fixture.test.publishEvent(memberRemoved, {
    organizationId,
    accountId: people.ben,
    memberId: before,
    role: 'collaborator',
  });
  await customer.give('ben', 'change', { kind: 'product', productId: customer.drive });
  expect(await customer.mayAll('ben', ['view', 'change'], customer.drive, customer.folder)).toEqual(['view']);
});
