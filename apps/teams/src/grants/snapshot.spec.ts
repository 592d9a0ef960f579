import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Grants } from '@cordee/access/grant-index';
import { PACKED_PAGE_SIZE, SNAPSHOT_PAGE_SIZE } from '@cordee/contracts/access-snapshot';
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
import { Customer, hostingGrants, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

/** The maximum size of a page that the tests accept. It is well below the maximum size of a message. */
const ACCEPTED_PAGE_BYTES = 1024 * 1024;
const loadPage = (
  customer: Customer,
  input: { since?: number; at?: string; cursor?: string; mayPack?: boolean } = {},
) => fixture.test.call(getGrantSnapshot, { organizationId: customer.organizationId, ...input }, { service: 'search' });

describe('a complete snapshot', () => {
  it('has pages within the message size and contains every row once, now and at a past instant', async () => {
    const customer = new Customer(fixture);
    const people = customer.addCollaborators(1_000);
    // Team names of the maximum size, with three bytes per letter.
    const teams = [];
    for (let number = 1000; number < 1_003; number += 1)
      teams.push((await customer.createTeam(`${'€'.repeat(250)} ${number}`, { accountIds: people })).id);
    const grantRows = (right: string) =>
      people.map((accountId) => ({
        holder: { kind: 'account' as const, accountId },
        object: { kind: 'resource' as const, productId: customer.drive, resourceId: customer.folder },
        right,
      }));
    for (const right of ['view', 'change'])
      await fixture.test.call(
        giveGrants,
        { organizationId: customer.organizationId, grants: grantRows(right) },
        customer.as.chief,
      );
    await fixture.test.call(
      restrictResource,
      {
        organizationId: customer.organizationId,
        productId: customer.drive,
        resourceId: customer.innerFolder,
        holder: customer.holderFor('ben'),
      },
      customer.as.chief,
    );
    const at = fixture.test.process.clock.now().toISOString();
    for (const input of [{}, { at }]) {
      const pages = [await loadPage(customer, input)];
      for (let { nextCursor } = pages[0]!; nextCursor !== null; nextCursor = pages.at(-1)!.nextCursor)
        pages.push(await loadPage(customer, { cursor: nextCursor }));
      for (const page of pages) expect(JSON.stringify(page).length).toBeLessThan(ACCEPTED_PAGE_BYTES);
      // A page has 2,000 rows, and a team counts as four rows.
      expect(
        pages.map(({ teams: teamRows, memberships, grants, restrictions }) => [
          teamRows.length,
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
      // Six calls changed the data. A past snapshot has no revision.
      expect(pages[0]).toMatchObject({ changed: null, revision: 'at' in input ? 0 : 6 });
    }
    expect(new Set((await customer.loadSnapshot()).teams.map(({ teamId }) => teamId))).toEqual(new Set(teams));
  }, 30_000);

  it('has packed pages with the same grants, which fit into a message although all values differ', async () => {
    const customer = new Customer(fixture);
    const count = SNAPSHOT_PAGE_SIZE + PACKED_PAGE_SIZE + 500;
    await fixture.test.database.query(
      `insert into access_grant (organization_id, id, holder_kind, holder_account_id, holder_member_id, object_kind,
         product_id, resource_id, ownership_number, access_right, given_by, given_at, ends_at)
       select $1, gen_random_uuid(), 'account', gen_random_uuid(), gen_random_uuid(), 'resource', gen_random_uuid(),
              gen_random_uuid(), 100000 + number, 'view', 'test', $2::timestamptz,
              $2::timestamptz + number * interval '1 day'
       from generate_series(1, $3::int) number`,
      [uuid(customer.organizationId), fixture.test.process.clock.now(), count - 4],
    );
    const { folder, drive } = customer;
    const member = customer.holderFor('ben');
    await fixture.test.call(
      giveGrants,
      {
        organizationId: customer.organizationId,
        grants: [
          { holder: member, object: { kind: 'product', productId: drive }, right: 'view' },
          { holder: member, object: { kind: 'resource', productId: drive, resourceId: folder }, right: 'change' },
          { holder: { kind: 'organization' }, object: { kind: 'product_type', type: 'drive' }, right: 'view' },
          { holder: { kind: 'organization' }, object: { kind: 'product', productId: drive }, right: 'view' },
        ],
      },
      customer.as.chief,
    );
    const loadAll = async (mayPack: boolean): Promise<{ grants: Grants; sizes: number[][] }> => {
      const [grants, sizes] = [new Grants(), [] as number[][]];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await loadPage(customer, { mayPack, ...(cursor ? { cursor } : {}) });
        expect(JSON.stringify(page).length).toBeLessThan(ACCEPTED_PAGE_BYTES);
        sizes.push([page.grants.length, page.packedGrants?.grantIds.length ?? 0]);
        grants.apply(page);
        cursor = page.nextCursor;
      }
      return { grants, sizes };
    };
    const [packed, unpacked] = [await loadAll(true), await loadAll(false)];
    expect(packed.sizes).toEqual([
      [SNAPSHOT_PAGE_SIZE, 0],
      [0, PACKED_PAGE_SIZE],
      [0, 500],
    ]);
    expect(packed.grants).toEqual(unpacked.grants);
    expect(packed.grants.size).toBe(count);
  }, 30_000);

  it('has a first page that fits into one message although all team names have the maximum size', async () => {
    const customer = new Customer(fixture);
    await fixture.test.database.query(
      `with created_team as (
         insert into team (organization_id, id, name, name_fold, colour, is_members_only, created_at)
         select $1, gen_random_uuid(), repeat('€', 251) || number, 'long' || number, 'grey', false, $2
          from generate_series(1000, 1600) number returning organization_id, id, name
       ) insert into team_parent_history (organization_id, team_id, name, is_members_only, since)
          select organization_id, id, name, false, $2 from created_team`,
      [uuid(customer.organizationId), fixture.test.process.clock.now()],
    );
    const page = await loadPage(customer);
    // A team counts as four rows.
    expect([page.teams.length, page.nextCursor !== null]).toEqual([SNAPSHOT_PAGE_SIZE / 4, true]);
    expect(new TextEncoder().encode(JSON.stringify(page)).length).toBeLessThan(ACCEPTED_PAGE_BYTES);
  });

  it('rejects an invalid cursor', async () => {
    const customer = new Customer(fixture);
    for (const cursor of [
      'x',
      // An unknown table, and an invalid key of a row.
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
  it('contains the rows for a person with their current and former teams, for a product, or for both', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const [hosting, drive] = [
      { kind: 'product' as const, productId: customer.hosting },
      { kind: 'product' as const, productId: customer.drive },
    ];
    const parent = await customer.createTeam('Parent', { grants: [{ object: drive, rights: ['user'] }] });
    const child = await customer.createTeam('Child', {
      parentId: parent.id,
      accountIds: [ben],
      grants: hostingGrants('technical'),
    });
    const other = await customer.createTeam('Other', { accountIds: [cleo], grants: hostingGrants('statistics') });
    const folder = { kind: 'resource' as const, productId: customer.drive, resourceId: customer.folder };
    const grantsTo = {
      ben: await customer.give('ben', 'view', folder),
      cleo: await customer.give('cleo', 'view', folder),
      organization: await customer.give({ kind: 'organization' }, 'technical', hosting),
      cleoOnHosting: await customer.give('cleo', 'technical', hosting),
    };
    for (const who of ['ben', 'cleo'] as const)
      await fixture.test.call(
        restrictResource,
        {
          organizationId: customer.organizationId,
          productId: customer.drive,
          resourceId: customer.innerFolder,
          holder: customer.holderFor(who),
        },
        customer.as.chief,
      );
    const beforeRemoval = fixture.inHours(0);
    fixture.advanceHours(1);
    // A snapshot of a past instant contains the memberships at that instant.
    await fixture.test.call(
      removeTeamMember,
      { organizationId: customer.organizationId, teamId: child.id, accountId: ben },
      customer.as.chief,
    );
    await fixture.test.call(
      changeTeam,
      { organizationId: customer.organizationId, teamId: child.id, parentId: null },
      customer.as.chief,
    );
    const grantByTeam = new Map(
      (await customer.listGrants()).flatMap(({ id, holder }) =>
        holder.kind === 'team' ? [[holder.teamId, id] as const] : [],
      ),
    );
    const rows = async (about: { accountId?: `acc_${string}`; productId?: `prd_${string}` }, instant?: string) => {
      const { teams, memberships, grants, restrictions } = await customer.loadSnapshot({
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
    const [parentGrant, childGrant, otherGrant] = [parent, child, other].map((team) => grantByTeam.get(team.id)!);
    const sortIds = (...grantIds: string[]) => grantIds.sort();
    const forBen = {
      teams: 3,
      memberships: [ben],
      grants: sortIds(parentGrant!, childGrant!, grantsTo.ben.id, grantsTo.organization.id),
      restrictions: [customer.snapshotHolder('ben')],
    };
    expect(await rows({ accountId: ben }, beforeRemoval)).toEqual(forBen);
    expect(await rows({ accountId: ben })).toEqual({ ...forBen, memberships: [] });
    expect(await rows({ productId: customer.drive }, beforeRemoval)).toEqual({
      teams: 3,
      memberships: [ben, cleo],
      grants: sortIds(parentGrant!, childGrant!, otherGrant!, grantsTo.ben.id, grantsTo.cleo.id),
      restrictions: [customer.snapshotHolder('ben'), customer.snapshotHolder('cleo')],
    });
    expect(await rows({ accountId: ben, productId: customer.hosting }, beforeRemoval)).toEqual({
      teams: 3,
      memberships: [ben],
      grants: sortIds(childGrant!, grantsTo.organization.id),
      restrictions: [],
    });
  });
});

describe('snapshot changes', () => {
  it('contain only the rows of the changed teams, grants and resources', async () => {
    const customer = new Customer(fixture);
    const { organizationId, as, people } = customer;
    const { ben, cleo } = people;
    const folderInput = { organizationId, productId: customer.drive, resourceId: customer.folder };
    const other = await customer.createTeam('Other', { accountIds: [cleo], grants: hostingGrants('technical') });
    const team = await customer.createTeam('Web', { accountIds: [ben] });
    const grant = await customer.give('ben', 'technical');
    let { revision } = await loadPage(customer);
    const changesOf = async (command: () => Promise<unknown>) => {
      await command();
      const changes = await loadPage(customer, { since: revision });
      expect(changes.revision).toBe(revision + 1);
      revision = changes.revision;
      const { changed, teams, memberships, grants, restrictions } = changes;
      return {
        changed,
        teams: teams.map(({ teamId }) => teamId),
        memberships: memberships.map(({ memberId }) => customer.accountOf(memberId)),
        grants,
        restrictions,
      };
    };
    const noRows = { teams: [], memberships: [], grants: [], restrictions: [] };
    const call = fixture.test.call.bind(fixture.test);
    const teamInput = { organizationId, teamId: team.id };
    const teamChanges = (...members: string[]) => ({
      ...noRows,
      changed: [team.id],
      teams: [team.id],
      memberships: members,
    });
    expect(
      await changesOf(() => call(addTeamMembers, { ...teamInput, members: [{ accountId: cleo }] }, as.chief)),
    ).toEqual(teamChanges(ben, cleo));
    expect(
      await changesOf(() =>
        call(changeTeamMember, { ...teamInput, accountId: cleo, endsAt: fixture.inHours(9) }, as.chief),
      ),
    ).toEqual(teamChanges(ben, cleo));
    expect(await changesOf(() => call(removeTeamMember, { ...teamInput, accountId: ben }, as.chief))).toEqual(
      teamChanges(cleo),
    );
    expect(await changesOf(() => call(changeTeam, { ...teamInput, parentId: other.id }, as.chief))).toEqual(
      teamChanges(cleo),
    );
    // The changes of the latest command.
    expect((await loadPage(customer, { since: revision - 1 })).teams).toEqual([
      {
        teamId: team.id,
        parentId: other.id,
        name: 'Web',
        isMembersOnly: false,
        parentEndsAt: null,
        leadMemberId: null,
      },
    ]);
    const grantRow = {
      grantId: grant.id,
      holder: customer.snapshotHolder('ben'),
      object: { ...grant.object, ownershipNumber: 1 },
      right: 'technical',
      endsAt: null,
    };
    expect(await changesOf(() => call(endGrant, { organizationId, grantId: grant.id }, as.chief))).toEqual({
      ...noRows,
      changed: [grant.id],
      grants: [{ ...grantRow, hasEnded: true }],
    });
    const restrictionRow = {
      holder: customer.snapshotHolder('ben'),
      resourceId: customer.folder,
      ownershipNumber: 1,
      right: null,
      endsAt: null,
    };
    expect(
      await changesOf(() => call(restrictResource, { ...folderInput, holder: customer.holderFor('ben') }, as.chief)),
    ).toEqual({
      ...noRows,
      changed: [customer.folder],
      restrictions: [restrictionRow],
    });
    expect(await changesOf(() => call(restoreInheritance, folderInput, as.chief))).toEqual({
      ...noRows,
      changed: [customer.folder],
    });
    const deletion = await changesOf(() => call(deleteTeam, { organizationId, teamId: other.id }, as.chief));
    expect(new Set(deletion.changed)).toEqual(
      new Set([other.id, team.id, (await customer.listGrants({ includeEnded: 'true', holder: other.id }))[0]!.id]),
    );
    expect(deletion).toMatchObject({
      teams: [team.id],
      memberships: [cleo],
      grants: [{ hasEnded: true }],
      restrictions: [],
    });
    expect(await loadPage(customer, { since: revision })).toMatchObject({ revision, changed: [], ...noRows });
  });

  it('contain the ids of several changes; a revision that does not exist gets a complete snapshot', async () => {
    const customer = new Customer(fixture);
    const team = await customer.createTeam('Web');
    for (const colour of ['red', 'green', 'blue'] as const)
      await fixture.test.call(
        changeTeam,
        { organizationId: customer.organizationId, teamId: team.id, colour },
        customer.as.chief,
      );
    const grant = await customer.give('ben', 'technical');
    // The creation of the team has the revision 1.
    const changes = await loadPage(customer, { since: 1 });
    expect(new Set(changes.changed)).toEqual(new Set([team.id, grant.id]));
    expect(await loadPage(customer, { since: changes.revision + 1 })).toMatchObject({
      revision: changes.revision,
      changed: null,
      teams: [{ teamId: team.id }],
      grants: [{ grantId: grant.id }],
    });
  });

  it('are replaced by a complete snapshot when ids or rows exceed one page', async () => {
    const customer = new Customer(fixture);
    const people = customer.addCollaborators(1_000);
    const { organizationId } = customer;
    await fixture.test.call(createTeam, { organizationId, name: 'Large' }, customer.as.chief);
    const revisionBefore = (await loadPage(customer)).revision;
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
    // The changes have 2,000 ids, which is the limit of a page.
    expect(await loadPage(customer, { since: revisionBefore })).toMatchObject({
      changed: expect.any(Array),
      nextCursor: null,
    });
    await customer.give('ben', 'technical');
    expect(await loadPage(customer, { since: revisionBefore })).toMatchObject({
      changed: null,
      nextCursor: expect.any(String),
    });
    const [largeTeam] = await customer.listTeams();
    const newMembers = [...people, ...customer.addCollaborators(1_000)];
    const { revision } = await loadPage(customer);
    // The changes have one id, but the team has more than 2,000 rows with its members.
    for (const start of [0, 1_000])
      await fixture.test.call(
        addTeamMembers,
        {
          organizationId,
          teamId: largeTeam!.id,
          members: newMembers.slice(start, start + 1_000).map((accountId) => ({ accountId })),
        },
        customer.as.chief,
      );
    expect(await loadPage(customer, { since: revision })).toMatchObject({
      changed: null,
      nextCursor: expect.any(String),
    });
  }, 30_000);
});
