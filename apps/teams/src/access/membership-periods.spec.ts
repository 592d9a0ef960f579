import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memberAdded, memberRemoved, membersRetained } from '@cordee/contracts/identity/member';
import { resourceAdded } from '@cordee/contracts/products/product';
import { productTransferredAway } from '@cordee/contracts/products/transfer-events';
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
import { Customer, hostingGrants, id, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

describe('a lead who left and rejoined', () => {
  it('is not the lead any more after they are added to the team again', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    await fixture.test.call(changeTeamPolicy, { organizationId, mayLeadManageMembers: true }, customer.as.chief);
    const team = await customer.createTeam('Web', {
      accountIds: [people.ben, people.cleo],
      leadAccountId: people.ben,
      grants: hostingGrants('statistics'),
    });
    const formerMemberId = customer.leaveAndReturn('ben');
    await fixture.test.call(
      addTeamMembers,
      { organizationId, teamId: team.id, members: [{ accountId: people.ben }] },
      customer.as.chief,
    );
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: formerMemberId,
      role: 'collaborator',
    });
    const removalCode = await fixture.test.codeOf(
      removeTeamMembers,
      { organizationId, teamId: team.id, accountIds: [people.cleo] },
      customer.as.ben,
    );
    const { leadAccountId } = await fixture.test.call(getTeam, { organizationId, teamId: team.id }, customer.as.chief);
    expect({ leadAccountId, removalCode }).toEqual({ leadAccountId: null, removalCode: 'PERMISSION_DENIED' });
  });
});

describe('a late event of a former membership period', () => {
  it('does not remove the person from their current team', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const team = await customer.createTeam('Web', { grants: hostingGrants('statistics') });
    const formerMemberId = customer.leaveAndReturn('ben');
    await fixture.test.call(
      addTeamMembers,
      { organizationId, teamId: team.id, members: [{ accountId: people.ben }] },
      customer.as.chief,
    );
    expect(await customer.may('ben', 'statistics')).toBe(true);
    await fixture.test.publishEvent(memberAdded, {
      organizationId,
      accountId: people.ben,
      memberId: formerMemberId,
      role: 'collaborator',
      invitationId: null,
      invitedBy: null,
      teamIds: [team.id],
    });
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: formerMemberId,
      role: 'collaborator',
    });
    expect(await customer.may('ben', 'statistics')).toBe(true);
    expect(await fixture.test.call(getTeam, { organizationId, teamId: team.id }, customer.as.chief)).toMatchObject({
      memberAccountIds: [people.ben],
    });
  });

  it('does not add the person to a team when the event of joining arrives after the event of departure', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const team = await customer.createTeam('Web', { grants: hostingGrants('statistics') });
    const formerMemberId = customer.leaveAndReturn('ben');
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: formerMemberId,
      role: 'collaborator',
    });
    await fixture.test.publishEvent(memberAdded, {
      organizationId,
      accountId: people.ben,
      memberId: formerMemberId,
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
  it('does not limit a team membership that a lead creates in the current membership period', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    await fixture.test.call(changeTeamPolicy, { organizationId, mayLeadManageMembers: true }, customer.as.chief);
    const team = await customer.createTeam('Web', {
      members: [{ accountId: people.ben }, { accountId: people.cleo, endsAt: fixture.inHours(5) }],
      leadAccountId: people.ben,
      grants: hostingGrants('statistics'),
    });
    const formerMemberId = customer.leaveAndReturn('cleo');
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.cleo,
      memberId: formerMemberId,
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

describe('a product that left the organization and returned', () => {
  it('has no grants of the former ownership period in the access list of a team', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const team = await customer.createTeam('Web', {
      accountIds: [people.ben],
      grants: [{ object: { kind: 'product', productId: customer.hosting }, rights: ['technical'] }],
    });
    expect(await customer.may('ben', 'technical')).toBe(true);
    // In the ownership period 2, another organization owned the product.
    customer.putProduct({ ...customer.findProduct(customer.hosting), ownershipNumber: 3 });
    expect(await customer.may('ben', 'technical')).toBe(false);
    const { data } = await fixture.test.call(
      describeTeamAccess,
      { organizationId, teamId: team.id },
      customer.as.chief,
    );
    expect(data).toEqual([]);
  });

  it('has no restrictions of the former ownership period in the list of restrictions', async () => {
    const customer = new Customer(fixture);
    const { organizationId } = customer;
    await fixture.test.call(
      restrictResource,
      { organizationId, productId: customer.drive, resourceId: customer.folder, holder: customer.holderFor('ben') },
      customer.as.chief,
    );
    customer.putProduct({ ...customer.findProduct(customer.drive), ownershipNumber: 3 });
    expect(
      (await fixture.test.call(listRestrictions, { organizationId, productId: customer.drive }, customer.as.chief))
        .data,
    ).toEqual([]);
  });
});

describe('a departure whose event the service teams has not received yet', () => {
  it('hides the grants of the person or product from every list of grants, and pages are still full', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const team = await customer.createTeam('Web', { accountIds: [people.ben, people.cleo], leadAccountId: people.ben });
    // The grants that stay visible: the grants to Cleo and to the team on the hosting products.
    const visibleGrantIds: string[] = [];
    for (const right of ['technical', 'statistics']) {
      await customer.give('ben', right);
      for (const resourceRight of ['view', 'change', 'manage'])
        await customer.give({ kind: 'team', teamId: team.id }, resourceRight, {
          kind: 'resource',
          productId: customer.drive,
          resourceId: right === 'technical' ? customer.folder : customer.innerFolder,
        });
      await customer.give('cleo', right === 'technical' ? 'user' : 'admin', {
        kind: 'product',
        productId: customer.drive,
      });
      visibleGrantIds.push((await customer.give('cleo', right)).id);
    }
    await customer.give({ kind: 'organization' }, 'technical', { kind: 'product', productId: customer.mail });
    visibleGrantIds.push(
      (
        await customer.give({ kind: 'team', teamId: team.id }, 'technical', {
          kind: 'product_type',
          type: 'web_hosting',
        })
      ).id,
    );
    const list = (filter: object = {}) =>
      fixture.test.call(listGrants, { organizationId, ...filter }, customer.as.chief);
    expect((await list()).data.length).toBeGreaterThan(10);

    customer.leaveAndReturn('ben');
    customer.putProduct({ ...customer.findProduct(customer.drive), ownershipNumber: 2 });
    customer.products.splice(customer.products.indexOf(customer.findProduct(customer.mail)), 1);
    fixture.test.snapshotChanged('products', organizationId);
    const firstPage = await list({ limit: 2 });
    const secondPage = await list({ limit: 2, cursor: firstPage.nextCursor! });
    expect([
      firstPage.data.map(({ id: grantId }) => grantId),
      secondPage.data.map(({ id: grantId }) => grantId),
      secondPage.nextCursor,
    ]).toEqual([visibleGrantIds.slice(0, 2), visibleGrantIds.slice(2), null]);
    expect((await list({ includeEnded: 'true' })).data).toHaveLength(3);
    expect((await list({ holder: people.ben })).data).toEqual([]);
    expect(
      (await fixture.test.call(listGrants, { organizationId, object: customer.drive }, customer.as.cleo)).data,
    ).toEqual([]);
    expect(await fixture.test.call(getTeam, { organizationId, teamId: team.id }, customer.as.chief)).toMatchObject({
      grants: [{ id: visibleGrantIds[2] }],
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

  it('shows the grants of the person as ended after the event is received', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const { id: grantId } = await customer.give('ben', 'technical');
    const formerMemberId = customer.leaveAndReturn('ben');
    expect(await customer.listGrants({ includeEnded: 'true' })).toEqual([]);
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: formerMemberId,
      role: 'collaborator',
    });
    expect(await customer.listGrants({ includeEnded: 'true' })).toMatchObject([
      { id: grantId, endedAt: expect.stringMatching(/Z$/) },
    ]);
  });
});

describe('a person who joined a team in a former membership period only', () => {
  it('cannot become the lead of the team, and cannot get a planned end', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const team = await customer.createTeam('Web', {
      accountIds: [people.ben, people.cleo],
      grants: hostingGrants('statistics'),
    });
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

it('the default rights of a former ownership period do not apply to the next ownership period', async () => {
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
  customer.putProduct({ ...customer.findProduct(customer.mail), ownershipNumber: 3 });
  expect(
    await fixture.test.call(
      getDefaultRights,
      { organizationId, productId: customer.mail, kind: 'mail_address' },
      customer.as.chief,
    ),
  ).toMatchObject({ isOwn: false, rights: ['auto_reply', 'signatures'] });
});

it('restoreInheritance lifts and counts only the restriction of the current membership period', async () => {
  const customer = new Customer(fixture);
  const { organizationId } = customer;
  const folderInput = { organizationId, productId: customer.drive, resourceId: customer.folder };
  await fixture.test.call(
    restrictResource,
    { ...folderInput, holder: customer.holderFor('ben'), right: 'view' },
    customer.as.chief,
  );
  customer.leaveAndReturn('ben');
  await fixture.test.call(restrictResource, { ...folderInput, holder: customer.holderFor('ben') }, customer.as.chief);
  const { data } = await fixture.test.call(
    listRestrictions,
    { organizationId, productId: customer.drive },
    customer.as.chief,
  );
  const { lifted } = await fixture.test.call(
    restoreInheritance,
    { ...folderInput, holder: customer.holderFor('ben') },
    customer.as.chief,
  );
  expect({ listed: data.length, rights: data.map(({ right }) => right), lifted }).toEqual({
    listed: 1,
    rights: [null],
    lifted: 1,
  });
});

it('after a person and a product return, the complete snapshot has each active grant of the changes', async () => {
  const customer = new Customer(fixture);
  const { organizationId, people } = customer;
  const team = await customer.createTeam('Web', {
    accountIds: [people.ben, people.cleo],
    grants: hostingGrants('technical'),
  });
  await customer.give('ben', 'statistics');
  const { revision } = await customer.loadSnapshot();
  expect(await customer.allowedRights('ben', ['technical', 'statistics'])).toEqual(['technical', 'statistics']);
  const formerMemberId = customer.leaveAndReturn('ben');
  customer.putProduct({ ...customer.findProduct(customer.hosting), ownershipNumber: 2 });
  await customer.give('ben', 'statistics');
  await fixture.test.publishEvent(memberRemoved, {
    organizationId,
    accountId: people.ben,
    memberId: formerMemberId,
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
    await customer.allowedRights('ben', ['technical', 'statistics']),
    await customer.allowedRights('cleo', ['technical', 'statistics']),
  ]).toEqual([['statistics'], ['technical']]);
  const changes = await customer.loadSnapshot({ since: revision });
  const completeSnapshot = await customer.loadSnapshot();
  const activeGrantIds = changes.grants.filter((grant) => !('hasEnded' in grant)).map(({ grantId }) => grantId);
  expect(activeGrantIds.every((grantId) => completeSnapshot.grants.some((grant) => grant.grantId === grantId))).toBe(
    true,
  );
  expect(completeSnapshot.memberships.filter(({ teamId }) => teamId === team.id)).toHaveLength(1);
});

it('the default rights are granted to the owner only once, despite a repeated event', async () => {
  const customer = new Customer(fixture);
  const { organizationId, people } = customer;
  const mailbox = id('res');
  customer.putProduct({
    ...customer.findProduct(customer.mail),
    resources: [{ resourceId: mailbox, kind: 'mail_address', name: 'ben@example.ch', ownerAccountId: people.ben }],
  });
  const addedResource = {
    organizationId,
    productId: customer.mail,
    resourceId: mailbox,
    kind: 'mail_address',
    name: 'ben@example.ch',
    ownerAccountId: people.ben,
    parentId: null,
  };
  await fixture.test.publishEvent(resourceAdded, addedResource, { sequence: 1 });
  await fixture.test.publishEvent(resourceAdded, addedResource, { sequence: 1 });
  expect((await customer.listGrants({ object: mailbox })).map(({ right }) => right).sort()).toEqual([
    'auto_reply',
    'signatures',
  ]);
});

it('retained users of a former ownership period get no right on a product that has returned', async () => {
  const customer = new Customer(fixture);
  const { organizationId, people } = customer;
  customer.putProduct({ ...customer.findProduct(customer.drive), ownershipNumber: 2 });
  await fixture.test.publishEvent(membersRetained, {
    organizationId,
    transferId: id('trf'),
    productId: customer.drive,
    ownershipNumber: 1,
    retainedRight: 'user',
    retained: [{ accountId: people.ben, memberId: customer.memberIdOf(people.ben), endsAt: null }],
  });
  expect(await customer.may('ben', 'user', customer.drive)).toBe(false);
});

it('grants, person rights and restrictions apply only in the current membership and ownership period', async () => {
  const customer = new Customer(fixture);
  const { organizationId, people } = customer;
  const grants = [
    {
      holder: customer.holderFor('ben'),
      object: { kind: 'product' as const, productId: customer.hosting },
      right: 'technical',
    },
  ];
  const give = async () =>
    (await fixture.test.call(giveGrants, { organizationId, grants }, customer.as.chief)).results[0]!.status;
  expect([await give(), await give()]).toEqual(['given', 'already_given']);
  customer.leaveAndReturn('ben');
  expect([await give(), await give()]).toEqual(['given', 'already_given']);
  customer.putProduct({ ...customer.findProduct(customer.hosting), ownershipNumber: 3 });
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
      holder: customer.holderFor('ben'),
      right: 'view',
    },
    customer.as.chief,
  );
  const formerMemberId = customer.leaveAndReturn('ben');
  await fixture.test.call(
    restrictResource,
    {
      organizationId,
      productId: customer.drive,
      resourceId: customer.folder,
      holder: customer.holderFor('ben'),
      right: 'view',
    },
    customer.as.chief,
  );
  await fixture.test.publishEvent(memberRemoved, {
    organizationId,
    accountId: people.ben,
    memberId: formerMemberId,
    role: 'collaborator',
  });
  await customer.give('ben', 'change', { kind: 'product', productId: customer.drive });
  expect(await customer.allowedRights('ben', ['view', 'change'], customer.drive, customer.folder)).toEqual(['view']);
});
