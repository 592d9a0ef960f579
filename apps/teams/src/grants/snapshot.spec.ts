import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SNAPSHOT_PAGE_SIZE } from '@cordee/contracts/access-snapshot';
import { endGrant, giveGrants } from '@cordee/contracts/teams/grant';
import { getGrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import { restoreInheritance, restrictResource } from '@cordee/contracts/teams/restriction';
import {
  addTeamMembers,
  changeTeam,
  changeTeamMember,
  createTeam,
  deleteTeam,
  removeTeamMember,
} from '@cordee/contracts/teams/team';
import { uuid } from '@cordee/testing/test-service';
import { Customer, hostings, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

const MESSAGE_BYTES = 1024 * 1024;
const ask = (customer: Customer, input: { since?: number; at?: string; cursor?: string } = {}) =>
  fixture.test.call(getGrantSnapshot, { organizationId: customer.organizationId, ...input }, { service: 'search' });

describe('a complete snapshot', () => {
  it('is paged within the message size and contains every row once, now and in the past', async () => {
    const customer = new Customer(fixture);
    const people = customer.addCollaborators(1_000);
    // Names of maximum size: three bytes per letter.
    const teams = [];
    for (let number = 1000; number < 1_003; number += 1)
      teams.push((await customer.team(`${'€'.repeat(250)} ${number}`, { accountIds: people })).id);
    const row = (right: string) =>
      people.map((accountId) => ({
        holder: { kind: 'account' as const, accountId },
        object: { kind: 'resource' as const, productId: customer.drive, resourceId: customer.folder },
        right,
      }));
    for (const right of ['view', 'change'])
      await fixture.test.call(
        giveGrants,
        { organizationId: customer.organizationId, grants: row(right) },
        customer.as.chief,
      );
    await fixture.test.call(
      restrictResource,
      {
        organizationId: customer.organizationId,
        productId: customer.drive,
        resourceId: customer.inner,
        holder: customer.person('ben'),
      },
      customer.as.chief,
    );
    const at = fixture.test.process.clock.now().toISOString();
    for (const input of [{}, { at }]) {
      const pages = [await ask(customer, input)];
      for (let { nextCursor } = pages[0]!; nextCursor !== null; nextCursor = pages.at(-1)!.nextCursor)
        pages.push(await ask(customer, { cursor: nextCursor }));
      for (const page of pages) expect(JSON.stringify(page).length).toBeLessThan(MESSAGE_BYTES);
      expect(
        pages.map(({ teams: found, memberships, grants, restrictions }) => [
          found.length,
          restrictions.length,
          memberships.length,
          grants.length,
        ]),
      ).toEqual([
        [3, 1, 1_987, 0],
        [0, 0, 1_013, 987],
        [0, 0, 0, 1_013],
      ]);
      expect(
        new Set(pages.flatMap(({ memberships }) => memberships.map(({ teamId, memberId }) => `${teamId} ${memberId}`)))
          .size,
      ).toBe(3_000);
      expect(new Set(pages.flatMap(({ grants }) => grants.map(({ grantId }) => grantId))).size).toBe(2_000);
      expect(pages[0]).toMatchObject({ changed: null, revision: 'at' in input ? 0 : 6 });
    }
    expect(new Set((await customer.snapshot()).teams.map(({ teamId }) => teamId))).toEqual(new Set(teams));
  }, 30_000);

  it('contains as many teams with maximum names as fit into one message', async () => {
    const customer = new Customer(fixture);
    await fixture.test.database.query(
      `with made as (
         insert into team (organization_id, id, name, name_fold, colour, is_members_only, created_at)
         select $1, gen_random_uuid(), repeat('€', 251) || number, 'long' || number, 'grey', false, $2
          from generate_series(1000, 1600) number returning organization_id, id, name
       ) insert into team_parent_history (organization_id, team_id, name, is_members_only, since)
          select organization_id, id, name, false, $2 from made`,
      [uuid(customer.organizationId), fixture.test.process.clock.now()],
    );
    const page = await ask(customer);
    expect([page.teams.length, page.nextCursor !== null]).toEqual([SNAPSHOT_PAGE_SIZE / 4, true]);
    expect(new TextEncoder().encode(JSON.stringify(page)).length).toBeLessThan(MESSAGE_BYTES);
  });

  it('rejects an invalid cursor', async () => {
    const customer = new Customer(fixture);
    for (const cursor of [
      'x',
      Buffer.from('[9,null,null]').toString('base64url'),
      Buffer.from('[0,"x",null]').toString('base64url'),
    ]) {
      expect(
        await fixture.test.codeOf(
          getGrantSnapshot,
          { organizationId: customer.organizationId, cursor },
          { service: 'search' },
        ),
      ).toBe('INPUT_INVALID');
    }
  });
});

describe('a filtered snapshot', () => {
  it('has the grants of the person, their teams and the organization on the product and type', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const [hosting, drive] = [
      { kind: 'product' as const, productId: customer.hosting },
      { kind: 'product' as const, productId: customer.drive },
    ];
    const top = await customer.team('Top', { grants: [{ object: drive, rights: ['user'] }] });
    const before = await customer.team('Before', {
      parentId: top.id,
      accountIds: [ben],
      grants: hostings('technical'),
    });
    const other = await customer.team('Other', { accountIds: [cleo], grants: hostings('statistics') });
    const folder = { kind: 'resource' as const, productId: customer.drive, resourceId: customer.folder };
    const given = {
      ben: await customer.give('ben', 'view', folder),
      cleo: await customer.give('cleo', 'view', folder),
      all: await customer.give({ kind: 'organization' }, 'technical', hosting),
      cleoOnHosting: await customer.give('cleo', 'technical', hosting),
    };
    for (const who of ['ben', 'cleo'] as const)
      await fixture.test.call(
        restrictResource,
        {
          organizationId: customer.organizationId,
          productId: customer.drive,
          resourceId: customer.inner,
          holder: customer.person(who),
        },
        customer.as.chief,
      );
    const at = fixture.inHours(0);
    fixture.advanceHours(1);
    // For a past instant, the memberships of that instant are used.
    await fixture.test.call(
      removeTeamMember,
      { organizationId: customer.organizationId, teamId: before.id, accountId: ben },
      customer.as.chief,
    );
    await fixture.test.call(
      changeTeam,
      { organizationId: customer.organizationId, teamId: before.id, parentId: null },
      customer.as.chief,
    );
    const ofTeam = new Map(
      (await customer.grants()).flatMap(({ id, holder }) =>
        holder.kind === 'team' ? [[holder.teamId, id] as const] : [],
      ),
    );
    const rows = async (about: { accountId?: `acc_${string}`; productId?: `prd_${string}` }, instant?: string) => {
      const { teams, memberships, grants, restrictions } = await customer.snapshot({
        about,
        ...(instant ? { at: instant } : {}),
      });
      return {
        teams: teams.length,
        memberships: memberships.map(({ memberId }) => customer.accountOf(memberId)),
        grants: grants.map(({ grantId }) => grantId).sort(),
        restrictions: restrictions.map(({ holder }) => holder),
      };
    };
    const [topGrant, beforeGrant, otherGrant] = [top, before, other].map((team) => ofTeam.get(team.id)!);
    const ids = (...grants: string[]) => grants.sort();
    const forBen = {
      teams: 3,
      memberships: [ben],
      grants: ids(topGrant!, beforeGrant!, given.ben.id, given.all.id),
      restrictions: [customer.snapshotHolder('ben')],
    };
    expect(await rows({ accountId: ben }, at)).toEqual(forBen);
    expect(await rows({ accountId: ben })).toEqual({ ...forBen, memberships: [] });
    expect(await rows({ productId: customer.drive }, at)).toEqual({
      teams: 3,
      memberships: [ben, cleo],
      grants: ids(topGrant!, beforeGrant!, otherGrant!, given.ben.id, given.cleo.id),
      restrictions: [customer.snapshotHolder('ben'), customer.snapshotHolder('cleo')],
    });
    expect(await rows({ accountId: ben, productId: customer.hosting }, at)).toEqual({
      teams: 3,
      memberships: [ben],
      grants: ids(beforeGrant!, given.all.id),
      restrictions: [],
    });
  });
});

describe('snapshot changes', () => {
  it('contain the rows of the changed teams, grants and resources only', async () => {
    const customer = new Customer(fixture);
    const { organizationId, as, people } = customer;
    const { ben, cleo } = people;
    const folder = { organizationId, productId: customer.drive, resourceId: customer.folder };
    const other = await customer.team('Other', { accountIds: [cleo], grants: hostings('technical') });
    const team = await customer.team('Web', { accountIds: [ben] });
    const grant = await customer.give('ben', 'technical');
    let { revision } = await ask(customer);
    const changes = async (command: () => Promise<unknown>) => {
      await command();
      const delta = await ask(customer, { since: revision });
      expect(delta.revision).toBe(revision + 1);
      revision = delta.revision;
      const { changed, teams, memberships, grants, restrictions } = delta;
      return {
        changed,
        teams: teams.map(({ teamId }) => teamId),
        memberships: memberships.map(({ memberId }) => customer.accountOf(memberId)),
        grants,
        restrictions,
      };
    };
    const none = { teams: [], memberships: [], grants: [], restrictions: [] };
    const call = fixture.test.call.bind(fixture.test);
    const aTeam = { organizationId, teamId: team.id };
    const teamOnly = (...members: string[]) => ({
      ...none,
      changed: [team.id],
      teams: [team.id],
      memberships: members,
    });
    expect(await changes(() => call(addTeamMembers, { ...aTeam, members: [{ accountId: cleo }] }, as.chief))).toEqual(
      teamOnly(ben, cleo),
    );
    expect(
      await changes(() => call(changeTeamMember, { ...aTeam, accountId: cleo, endsAt: fixture.inHours(9) }, as.chief)),
    ).toEqual(teamOnly(ben, cleo));
    expect(await changes(() => call(removeTeamMember, { ...aTeam, accountId: ben }, as.chief))).toEqual(teamOnly(cleo));
    expect(await changes(() => call(changeTeam, { ...aTeam, parentId: other.id }, as.chief))).toEqual(teamOnly(cleo));
    expect((await ask(customer, { since: revision - 1 })).teams).toEqual([
      { teamId: team.id, parentId: other.id, name: 'Web', isMembersOnly: false, parentEndsAt: null },
    ]);
    const row = {
      grantId: grant.id,
      holder: customer.snapshotHolder('ben'),
      object: { ...grant.object, ownershipNumber: 1 },
      right: 'technical',
      endsAt: null,
    };
    expect(await changes(() => call(endGrant, { organizationId, grantId: grant.id }, as.chief))).toEqual({
      ...none,
      changed: [grant.id],
      grants: [{ ...row, hasEnded: true }],
    });
    const restriction = {
      holder: customer.snapshotHolder('ben'),
      resourceId: customer.folder,
      ownershipNumber: 1,
      right: null,
      endsAt: null,
    };
    expect(
      await changes(() => call(restrictResource, { ...folder, holder: customer.person('ben') }, as.chief)),
    ).toEqual({
      ...none,
      changed: [customer.folder],
      restrictions: [restriction],
    });
    expect(await changes(() => call(restoreInheritance, folder, as.chief))).toEqual({
      ...none,
      changed: [customer.folder],
    });
    const ended = await changes(() => call(deleteTeam, { organizationId, teamId: other.id }, as.chief));
    expect(new Set(ended.changed)).toEqual(
      new Set([other.id, team.id, (await customer.grants({ includeEnded: 'true', holder: other.id }))[0]!.id]),
    );
    expect(ended).toMatchObject({
      teams: [team.id],
      memberships: [cleo],
      grants: [{ hasEnded: true }],
      restrictions: [],
    });
    expect(await ask(customer, { since: revision })).toMatchObject({ revision, changed: [], ...none });
  });

  it('are combined; an unknown revision returns a complete snapshot', async () => {
    const customer = new Customer(fixture);
    const team = await customer.team('Web');
    for (const colour of ['red', 'green', 'blue'] as const)
      await fixture.test.call(
        changeTeam,
        { organizationId: customer.organizationId, teamId: team.id, colour },
        customer.as.chief,
      );
    const grant = await customer.give('ben', 'technical');
    const delta = await ask(customer, { since: 1 });
    expect(new Set(delta.changed)).toEqual(new Set([team.id, grant.id]));
    expect(await ask(customer, { since: delta.revision + 1 })).toMatchObject({
      revision: delta.revision,
      changed: null,
      teams: [{ teamId: team.id }],
      grants: [{ grantId: grant.id }],
    });
  });

  it('become a complete snapshot when ids or rows exceed one message', async () => {
    const customer = new Customer(fixture);
    const people = customer.addCollaborators(1_000);
    const { organizationId } = customer;
    await fixture.test.call(createTeam, { organizationId, name: 'Large' }, customer.as.chief);
    const before = (await ask(customer)).revision;
    const holders = people.map((accountId) => ({ kind: 'account' as const, accountId }));
    for (const right of ['technical', 'statistics'])
      await fixture.test.call(
        giveGrants,
        {
          organizationId,
          grants: holders.map((holder) => ({
            holder,
            object: { kind: 'product' as const, productId: customer.hosting },
            right,
          })),
        },
        customer.as.chief,
      );
    expect(await ask(customer, { since: before })).toMatchObject({ changed: expect.any(Array), nextCursor: null });
    await customer.give('ben', 'technical');
    expect(await ask(customer, { since: before })).toMatchObject({ changed: null, nextCursor: expect.any(String) });
    const [large] = await customer.teams();
    const more = [...people, ...customer.addCollaborators(1_000)];
    const { revision } = await ask(customer);
    for (const start of [0, 1_000])
      await fixture.test.call(
        addTeamMembers,
        {
          organizationId,
          teamId: large!.id,
          members: more.slice(start, start + 1_000).map((accountId) => ({ accountId })),
        },
        customer.as.chief,
      );
    expect(await ask(customer, { since: revision })).toMatchObject({ changed: null, nextCursor: expect.any(String) });
  }, 30_000);
});
