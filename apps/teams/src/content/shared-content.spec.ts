import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { OrganizationAccess } from '@cordee/access/organization-access';
import { getPeopleFacts, memberRemoved } from '@cordee/contracts/identity/member';
import type { GrantObject } from '@cordee/contracts/teams/grant-facts';
import { endGrant, giveGrants } from '@cordee/contracts/teams/grant';
import { restoreInheritance, restrictResource } from '@cordee/contracts/teams/restriction';
import { listSharedContent } from '@cordee/contracts/teams/shared-content';
import { setPersonRights } from '@cordee/contracts/teams/person-rights';
import {
  addTeamMembers,
  changeTeam,
  changeTeamMember,
  deleteTeam,
  getTeam,
  removeTeamMember,
} from '@cordee/contracts/teams/team';
import type * as z from 'zod';
import { Customer, id, kind, productType, TeamsWorld, type PersonName } from '../teams-world.ts';

let world: TeamsWorld;
beforeAll(async () => {
  world = await TeamsWorld.start();
  world.catalogue = [
    ...world.catalogue.filter(({ key }) => key !== 'mail_service'),
    productType('mail_service', ['read', 'view'], [kind('mail_address', ['read']), kind('calendar', ['view'])]),
  ];
});
afterAll(() => world.test.stop());

/** An organization in which cleo has a mailbox and a folder with a folder in it, the administrator a mailbox. */
function withOwners() {
  const one = new Customer(world);
  const [cleos, admins, folder, inner] = [id('res'), id('res'), id('res'), id('res')];
  const { cleo, admin } = one.people;
  one.sell({
    productId: one.mail,
    type: 'mail_service',
    name: 'mail',
    resources: [
      { resourceId: cleos, kind: 'mail_address', name: 'cleo@', ownerAccountId: cleo },
      { resourceId: admins, kind: 'mail_address', name: 'admin@', ownerAccountId: admin },
      { resourceId: id('res'), kind: 'mail_address', name: 'info@' },
    ],
  });
  one.sell({
    productId: one.drive,
    type: 'drive',
    name: 'drive',
    resources: [
      { resourceId: folder, name: 'plans', ownerAccountId: cleo },
      { resourceId: inner, name: 'secret', parentId: folder },
    ],
  });
  const nameOf = (accountId: string): string =>
    Object.entries(one.people).find(([, each]) => each === accountId)?.[0] ?? 'somebody';
  const ask = (at: string, rest: Partial<z.input<typeof listSharedContent.input>> = {}) =>
    world.test.call(listSharedContent, { organizationId: one.organizationId, at, ...rest }, { service: 'reminders' });
  const onMail: GrantObject = { kind: 'product', productId: one.mail };
  const inDrive = (resourceId: `res_${string}`): GrantObject => ({
    kind: 'resource',
    productId: one.drive,
    resourceId,
  });
  return {
    one,
    cleos,
    folder,
    inner,
    onMail,
    inDrive,
    ask,
    inFolder: { organizationId: one.organizationId, productId: one.drive, resourceId: inner },
    /** What began with the newest fact, or at another instant, in short. */
    told: async (rest: Partial<z.input<typeof listSharedContent.input>> = {}) => {
      const { data } = await ask(rest.at ?? (await one.reported()).at(-1)!.event.time, rest);
      return data
        .map(
          (row) =>
            `${nameOf(row.ownerAccountId)}: ${row.accountIds.map(nameOf).sort().join('+')} ${row.right} ${row.resources.map(({ name }) => name).join('+')}${row.teamName ? ` by ${row.teamName}` : ''}`,
        )
        .sort();
    },
    join: (teamId: `team_${string}`, who: PersonName, endsAt?: string) =>
      world.test.call(
        addTeamMembers,
        {
          organizationId: one.organizationId,
          teamId,
          members: [{ accountId: one.people[who], ...(endsAt ? { endsAt } : {}) }],
        },
        one.as.chief,
      ),
  };
}

describe('content that others reach since an instant (ACC-4)', () => {
  it('is that of a grant: whose, who, by what, since and until when', async () => {
    const { one, ask, cleos, onMail, told } = withOwners();
    const endsAt = world.inHours(5);
    const grant = await one.give('ben', 'read', onMail, { endsAt, reason: 'holidays' });
    expect(await told()).toEqual(['admin: ben read admin@', 'cleo: ben read cleo@']);
    const { data } = await ask(grant.givenAt);
    expect(data.find(({ ownerAccountId }) => ownerAccountId === one.people.cleo)).toEqual({
      ownerAccountId: one.people.cleo,
      holder: one.person('ben'),
      teamName: null,
      right: 'read',
      accountIds: [one.people.ben],
      peopleCount: 1,
      resources: [{ resourceId: cleos, productId: one.mail, name: 'cleo@' }],
      resourceCount: 1,
      givenBy: one.people.chief,
      givenAt: grant.givenAt,
      endsAt,
      heldUntil: null,
      endedAt: null,
      reason: 'holidays',
    });
    await world.test.call(endGrant, { organizationId: one.organizationId, grantId: grant.id }, one.as.chief);
    expect((await ask(grant.givenAt)).data).toMatchObject([{ endedAt: expect.stringMatching(/Z$/) }, {}]);
    expect(await told()).toEqual([]);
  });

  it('is of kinds that have the right, not of the owner themselves, and what lies in it is not named besides', async () => {
    const { one, folder, inner, inDrive, told } = withOwners();
    await one.give('ben', 'view', { kind: 'product_type', type: 'mail_service' });
    expect(await told()).toEqual([]);
    await one.give('cleo', 'manage', inDrive(folder));
    expect(await told()).toEqual([]);
    await one.give('ben', 'view', inDrive(inner));
    expect(await told()).toEqual(['cleo: ben view secret']);
    await one.give({ kind: 'organization' }, 'manage', inDrive(folder));
    expect(await told()).toEqual(['cleo: admin+ben+chief manage plans']);
    // One more way for who has it anyway is given, too.
    await one.give('ben', 'change', inDrive(inner));
    expect(await told()).toEqual(['cleo: ben change secret']);
  });

  it('is told of together when it was given together', async () => {
    const { one, folder, inDrive, onMail, told } = withOwners();
    const team = await one.team('Helpers', {
      accountIds: [one.people.ben, one.people.eva],
      grants: [
        { object: onMail, rights: ['read'] },
        { object: inDrive(folder), rights: ['view', 'change'] },
      ],
    });
    expect(await told()).toEqual([
      'admin: ben+eva read admin@ by Helpers',
      'cleo: ben+eva change plans by Helpers',
      'cleo: ben+eva read cleo@ by Helpers',
    ]);
    await world.test.call(
      giveGrants,
      {
        organizationId: one.organizationId,
        grants: ['view', 'read'].map((right) => ({
          holder: { kind: 'team' as const, teamId: team.id },
          object: inDrive(folder),
          right,
        })),
      },
      one.as.chief,
    );
    expect(await told()).toEqual(['cleo: ben+eva read plans by Helpers']);
  });

  it('is reached by who comes into a team, by way of its parents too, and by nobody else', async () => {
    const { one, ask, onMail, join, told } = withOwners();
    const top = await one.team('Top', {
      accountIds: [one.people.chief],
      grants: [{ object: onMail, rights: ['read'] }],
    });
    const low = await one.team('Low', { parentId: top.id });
    expect(await told()).toEqual([]);
    const endsAt = world.inHours(3);
    await join(low.id, 'ben', endsAt);
    expect(await told()).toEqual(['admin: ben read admin@ by Top', 'cleo: ben read cleo@ by Top']);
    expect((await ask((await one.reported()).at(-1)!.event.time)).data.map((row) => row.endsAt)).toEqual([
      endsAt,
      endsAt,
    ]);
    await join(top.id, 'ben', endsAt);
    expect(await told()).toEqual([]);
    await join(low.id, 'cleo');
    expect(await told()).toEqual(['admin: cleo read admin@ by Top']);
    await world.test.call(
      removeTeamMember,
      { organizationId: one.organizationId, teamId: low.id, accountId: one.people.cleo },
      one.as.chief,
    );
    expect(await told()).toEqual([]);
    const other = await one.team('Other', {
      grants: [{ object: { kind: 'product', productId: one.hosting }, rights: ['technical'] }],
    });
    await join(other.id, 'eva');
    expect(await told()).toEqual([]);
  });

  it('is reached by the people of a team that moves, and of one that is for members only no longer', async () => {
    const { one, onMail, told } = withOwners();
    const { ben, eva } = one.people;
    const change = (teamId: `team_${string}`, to: object) =>
      world.test.call(changeTeam, { organizationId: one.organizationId, teamId, ...to }, one.as.chief);
    const top = await one.team('Top', { grants: [{ object: onMail, rights: ['read'] }] });
    const middle = await one.team('Middle', { accountIds: [eva] });
    const low = await one.team('Low', { parentId: middle.id, accountIds: [ben] });
    await change(middle.id, { parentId: top.id });
    expect(await told()).toEqual(['admin: ben+eva read admin@ by Top', 'cleo: ben+eva read cleo@ by Top']);
    await change(middle.id, { name: 'Centre' });
    expect(await told()).toEqual([]);
    await change(top.id, { isMembersOnly: true });
    expect(await told()).toEqual([]);
    await change(top.id, { isMembersOnly: false });
    expect(await told()).toEqual(['admin: eva read admin@ by Top', 'cleo: eva read cleo@ by Top']);
    await world.test.call(deleteTeam, { organizationId: one.organizationId, teamId: middle.id }, one.as.chief);
    expect([
      await told(),
      await one.may(ben, 'read', one.mail),
      (await one.teams()).find(({ id: teamId }) => teamId === low.id)!.parentId,
    ]).toEqual([[], true, top.id]);
  });

  it('is reached where inheritance is restored, and where a restriction has ended by itself', async () => {
    const { one, ask, folder, inDrive, inFolder, told } = withOwners();
    await one.give('ben', 'change', inDrive(folder));
    const restrict = (rest: object = {}) =>
      world.test.call(restrictResource, { ...inFolder, holder: one.person('ben'), ...rest }, one.as.chief);
    await restrict({ right: 'view' });
    expect(await told()).toEqual([]);
    await world.test.call(restoreInheritance, inFolder, one.as.chief);
    expect(await told()).toEqual(['cleo: ben change secret']);
    await restrict({ endsAt: world.inHours(1) });
    world.pass(2);
    const [restored] = await world.test.until(async () => {
      const lifted = (await world.factsAbout(inFolder.resourceId)).filter(
        ({ type }) => type === 'teams.inheritance.restored',
      );
      return lifted.length === 2 && lifted.slice(1);
    }, 'the end of the restriction');
    const { since } = restored!.data as { since: string };
    expect(Date.parse(since)).toBeLessThan(Date.parse(restored!.event.time));
    expect((await ask(since)).data).toMatchObject([
      { right: 'change', resources: [{ resourceId: inFolder.resourceId }] },
    ]);
    expect((await ask(restored!.event.time)).data).toEqual([]);
  });

  it('of what has just become somebody’s is what stood before, but for what is given on itself', async () => {
    const { one, cleos, folder, inner, inDrive, onMail, told } = withOwners();
    const team = await one.team('Helpers', { accountIds: [one.people.ben, one.people.admin] });
    await one.give({ kind: 'team', teamId: team.id }, 'read', onMail);
    await one.give('eva', 'view', inDrive(folder));
    await one.give('eva', 'read', { kind: 'resource', productId: one.mail, resourceId: cleos });
    expect(await told({ resourceId: cleos })).toEqual(['cleo: admin+ben read cleo@ by Helpers']);
    expect(await told({ resourceId: inner })).toEqual(['cleo: eva view secret']);
    for (const resourceId of [folder, id('res')]) expect(await told({ resourceId })).toEqual([]);
  });

  it('is reached whatever is blocked for a while, and by who has left meanwhile', async () => {
    const { one, ask, onMail, told } = withOwners();
    one.change(one.people.ben, { isBlocked: true });
    one.sell({ ...one.products.find(({ productId }) => productId === one.mail)!, isBlocked: true });
    await one.give('ben', 'read', onMail);
    const reached = ['admin: ben read admin@', 'cleo: ben read cleo@'];
    expect(await told()).toEqual(reached);
    const { time } = (await one.reported()).at(-1)!.event;
    await world.test.report(memberRemoved, {
      organizationId: one.organizationId,
      memberId: id('mem'),
      accountId: one.people.ben,
      role: 'collaborator',
    });
    expect((await ask(time)).data).toMatchObject([{ accountIds: [one.people.ben] }, { accountIds: [one.people.ben] }]);
  });

  it('is reached by an external who becomes a member: what is given to all members, and to teams for members only', async () => {
    const { one, folder, inner, onMail, inDrive, ask, told } = withOwners();
    const { eva } = one.people;
    const memberId = one.memberOf(eva);
    const team = await one.team('Web', { accountIds: [eva], grants: [{ object: inDrive(folder), rights: ['view'] }] });
    await world.test.call(
      changeTeam,
      { organizationId: one.organizationId, teamId: team.id, isMembersOnly: true },
      one.as.chief,
    );
    await one.give({ kind: 'organization' }, 'read', onMail);
    await one.give('eva', 'view', inDrive(inner));
    one.change(eva, { role: 'collaborator' });
    world.pass(1);
    const at = world.inHours(0);
    const reached = ['admin: eva read admin@', 'cleo: eva read cleo@', 'cleo: eva view plans by Web'];
    expect(await told({ at, memberId })).toEqual(reached);
    expect((await ask(at, { memberId })).data.find(({ holder }) => holder.kind === 'organization')).toMatchObject({
      accountIds: [eva],
      peopleCount: 1,
    });
    // Nobody else reaches anything since, and this one does although they are no member again.
    expect(await told({ at })).toEqual([]);
    one.change(eva, { role: 'external' });
    expect([await told({ at, memberId }), await told({ at, memberId: id('mem') })]).toEqual([reached, []]);
  });

  it('for longer than before is told of, since when and until when it was to be; for less long it is not', async () => {
    const { one, ask, folder, onMail, join, told } = withOwners();
    const { ben } = one.people;
    const { organizationId } = one;
    const [soon, later, latest] = [world.inHours(5), world.inHours(50), world.inHours(90)];
    const top = await one.team('Top', { grants: [{ object: onMail, rights: ['read'] }] });
    const low = await one.team('Low', { parentId: top.id, parentEndsAt: later });
    await join(low.id, 'ben', soon);
    const changeEnd = async (endsAt: string | null) => {
      world.pass(1);
      return world.test.call(
        changeTeamMember,
        { organizationId, teamId: low.id, accountId: ben, endsAt },
        one.as.chief,
      );
    };
    const changePlace = (parentEndsAt: string | null) =>
      world.test.call(changeTeam, { organizationId, teamId: low.id, parentEndsAt }, one.as.chief);
    const ends = async () => [
      ...new Set(
        (await ask((await one.reported()).at(-1)!.event.time)).data.map(
          ({ heldUntil, endsAt }) => `${heldUntil} ${endsAt}`,
        ),
      ),
    ];
    const both = ['admin: ben read admin@ by Top', 'cleo: ben read cleo@ by Top'];

    await changeEnd(later);
    expect([await told(), await ends()]).toEqual([both, [`${soon} ${later}`]]);
    await changeEnd(soon);
    expect(await told()).toEqual([]);
    // Later than the place of the team: until then.
    const { startedAt } = await changeEnd(latest);
    expect([await told(), await ends()]).toEqual([both, [`${soon} ${later}`]]);
    await changePlace(null);
    expect([await told(), await ends()]).toEqual([both, [`${later} ${latest}`]]);
    await changePlace(latest);
    expect(await told()).toEqual([]);
    // Who comes in elsewhere, for longer.
    await join(top.id, 'ben');
    expect([await told(), await ends()]).toEqual([both, [`${latest} null`]]);
    await changeEnd(null);
    expect(await told()).toEqual([]);
    expect((await world.test.call(getTeam, { organizationId, teamId: low.id }, one.as.chief)).members).toEqual([
      { accountId: ben, startedAt, endsAt: null },
    ]);

    const set = (endsAt: string | null) =>
      world.test.call(
        setPersonRights,
        { organizationId, accountId: ben, productId: one.drive, resourceId: folder, rights: ['change'], endsAt },
        one.as.chief,
      );
    await set(later);
    expect([await told(), await ends()]).toEqual([['cleo: ben change plans'], [`null ${later}`]]);
    await set(soon);
    expect(await told()).toEqual([]);
    await set(null);
    expect([await told(), await ends()]).toEqual([['cleo: ben change plans'], [`${soon} null`]]);
  });

  it('comes page by page, names some and counts the rest, and never is another organization’s', async () => {
    const { one, ask, onMail } = withOwners();
    const team = await one.team('Crowd', { accountIds: one.hire(12) });
    const { givenAt } = await one.give({ kind: 'team', teamId: team.id }, 'read', onMail);
    const first = await ask(givenAt, { limit: 1 });
    const second = await ask(givenAt, { limit: 1, cursor: first.nextCursor! });
    expect([
      first.data.length,
      second.data.length,
      second.nextCursor,
      first.data[0]!.peopleCount,
      first.data[0]!.accountIds.length,
    ]).toEqual([1, 1, null, 12, 10]);
    expect(new Set([...first.data, ...second.data].map(({ ownerAccountId }) => ownerAccountId)).size).toBe(2);
    expect(
      await world.test.codeOf(
        listSharedContent,
        { organizationId: one.organizationId, at: givenAt, cursor: 'x' },
        { service: 'reminders' },
      ),
    ).toBe('CURSOR_INVALID');
    expect((await withOwners().ask(givenAt)).data).toEqual([]);
  });
});

describe('content of many people that many others reach at once', () => {
  it('is worked out for people alike together, not for each of them', async () => {
    const one = new Customer(world);
    const accounts = one.hire(300);
    one.sell({
      ...one.products[2]!,
      resources: accounts.map((ownerAccountId, number) => ({
        resourceId: id('res'),
        kind: 'mail_address',
        name: `p${number}@`,
        ownerAccountId,
      })),
    });
    const asked = jest.spyOn(OrganizationAccess.prototype, 'check');
    const grant = await one.give({ kind: 'organization' }, 'read', { kind: 'product', productId: one.mail });
    const ask = (cursor?: string) =>
      world.test.call(
        listSharedContent,
        { organizationId: one.organizationId, at: grant.givenAt, cursor, limit: 200 },
        { service: 'reminders' },
      );
    const first = await ask();
    const second = await ask(first.nextCursor!);
    // Everybody is reached by all members, the owner aside; by the external nobody is.
    expect([...first.data, ...second.data].map(({ peopleCount }) => peopleCount)).toEqual(
      accounts.map(() => accounts.length + 3),
    );
    expect(new Set([...first.data, ...second.data].map(({ ownerAccountId }) => ownerAccountId))).toEqual(
      new Set(accounts),
    );
    expect(asked.mock.calls.length).toBeLessThan(accounts.length * 20);
    asked.mockRestore();
  });

  it('is told although the first of those alike owns what it lies in', async () => {
    const { one } = withOwners();
    const [outside] = one.hire(1);
    const [outer, within] = [id('res'), id('res')];
    const { ben, cleo } = one.people;
    one.sell({
      productId: one.drive,
      type: 'drive',
      name: 'drive',
      resources: [
        { resourceId: outer, name: 'plans', ownerAccountId: ben },
        { resourceId: within, name: 'secret', parentId: outer, ownerAccountId: cleo },
      ],
    });
    const team = await one.team('Web');
    await one.give({ kind: 'team', teamId: team.id }, 'view', {
      kind: 'resource',
      productId: one.drive,
      resourceId: within,
    });
    world.pass(1);
    await world.test.call(
      addTeamMembers,
      { organizationId: one.organizationId, teamId: team.id, members: [{ accountId: ben }, { accountId: outside! }] },
      one.as.chief,
    );
    const { data } = await world.test.call(
      listSharedContent,
      { organizationId: one.organizationId, at: (await one.reported()).at(-1)!.event.time },
      { service: 'reminders' },
    );
    expect(data).toMatchObject([
      { ownerAccountId: cleo, right: 'view', accountIds: expect.arrayContaining([outside]) },
    ]);
  });

  it('names who was given it although they have left and come back since, as it names who has only left', async () => {
    const { one, ask, cleos } = withOwners();
    const grant = await one.give('ben', 'read', { kind: 'resource', productId: one.mail, resourceId: cleos });
    const then = world.test.facts.people.get(one.organizationId)!;
    const before = one.leaveAndReturn('ben');
    await world.test.answer(getPeopleFacts, ({ organizationId, at }) => ({
      organizationId,
      revision: 9,
      changed: null,
      nextCursor: null,
      support: [],
      people: at ? then : world.test.facts.people.get(organizationId)!,
    }));
    await world.test.report(memberRemoved, {
      organizationId: one.organizationId,
      accountId: one.people.ben,
      memberId: before,
      role: 'collaborator',
    });
    expect((await ask(grant.givenAt)).data).toMatchObject([
      { ownerAccountId: one.people.cleo, accountIds: [one.people.ben], peopleCount: 1 },
    ]);
  });
});
