import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer, Input } from '@cordee/contracts/contract';
import { resourceAdded, resourceOwnerKept } from '@cordee/contracts/products/product';
import { grantGiven } from '@cordee/contracts/teams/grant';
import { inheritanceRestored } from '@cordee/contracts/teams/restriction';
import { listSharedContent } from '@cordee/contracts/teams/shared-content';
import { memberChanged } from '@cordee/contracts/identity/member';
import { teamChanged, teamMemberChanged, teamMembersChanged } from '@cordee/contracts/teams/team';
import type { Locale } from '@cordee/contracts/values';
import { composeMail, mailTexts } from './compose/compose-mail.ts';
import { id, NoticesWorld, type Person } from './notices-world.ts';

type Shared = Answer<typeof listSharedContent>['data'][number];
let world: NoticesWorld;
/** What teams answers here, and what it was asked. */
let shared: Shared[];
let asked: Input<typeof listSharedContent>[];

beforeAll(async () => {
  world = await NoticesWorld.start();
  await world.test.answer(listSharedContent, (input) => {
    asked.push(input);
    const start = Number(input.cursor ?? 0);
    return { data: shared.slice(start, start + 2), nextCursor: start + 2 < shared.length ? String(start + 2) : null };
  });
});
afterAll(() => world.stop());
beforeEach(() => {
  world.smtp.empty();
  shared = [];
  asked = [];
});

const thing = (name: string) => ({ resourceId: id('res'), productId: id('prd'), name });
const GIVEN = '2026-11-22T22:30:00.000Z';
/** Somebody else reaches a mailbox of a person. */
function share(owner: Person, rest: Partial<Shared> = {}): Shared {
  const accountIds = rest.accountIds ?? [world.ben.accountId];
  const resources = rest.resources ?? [thing(`${owner.name}@alpine.example`)];
  return {
    ownerAccountId: owner.accountId,
    holder: { kind: 'account', accountId: accountIds[0]! },
    teamName: null,
    right: 'read',
    accountIds,
    peopleCount: accountIds.length,
    resources,
    resourceCount: resources.length,
    givenBy: world.admin.accountId,
    givenAt: GIVEN,
    endsAt: null,
    heldUntil: null,
    endedAt: null,
    reason: null,
    ...rest,
  };
}
async function give() {
  const { organizationId, productId } = world.organization();
  const fact = {
    organizationId,
    grantId: id('grt'),
    holder: { kind: 'account' as const, accountId: world.ben.accountId },
    object: { kind: 'product' as const, productId },
    right: 'read',
  };
  const report = (extra: object = {}) =>
    world.test.report(
      grantGiven,
      { ...fact, grantId: id('grt'), ...extra },
      { actorId: world.admin.accountId, time: GIVEN },
    );
  await report();
  return { organizationId, report };
}
const state = {
  name: 'Web',
  colour: 'blue' as const,
  parentId: null,
  parentEndsAt: null,
  isMembersOnly: false,
  leadAccountId: null,
};
const parentId = id('team');

describe('content that somebody else may get at (ACC-4)', () => {
  it('is told to its owner: who, by whom, when and until when', async () => {
    shared = [share(world.anna, { endsAt: '2026-12-01T11:00:00.000Z', reason: 'holidays' })];
    await give();
    expect(await world.subjects()).toEqual([`${world.anna.email} Neuer Zugriff auf Anna@alpine.example`]);
    const text = world.textTo(world.anna);
    expect(text).toContain('Ben darf jetzt lesen, was in Anna@alpine.example ist.');
    expect(text).toContain('Gegeben von: Admin. Seit: 22.11.2026, 23:30. Bis: 01.12.2026, 12:00.');
    expect(text).toContain('Grund: holidays');
    for (const words of ['beendet', 'Neu seit', 'Ausgelöst']) expect(text).not.toContain(words);
  });

  it.each<[string, () => Partial<Shared>, string]>([
    [
      'people of a team',
      () => ({
        holder: { kind: 'team', teamId: id('team') },
        teamName: 'Helpers',
        accountIds: [world.ben.accountId, world.dora.accountId],
      }),
      'By way of the team Helpers these people may now read what is in Cleo@alpine.example: Ben, Dora.',
    ],
    [
      'many people of a team',
      () => ({
        holder: { kind: 'team', teamId: id('team') },
        teamName: 'Helpers',
        accountIds: [world.anna, world.admin, world.ben, world.dora, world.eva, world.cleo].map(
          ({ accountId }) => accountId,
        ),
        peopleCount: 40,
      }),
      'may now read what is in Cleo@alpine.example: Anna, Admin, Ben, Dora, Eva, + 35.',
    ],
    [
      'the whole organization',
      () => ({ holder: { kind: 'organization' }, right: 'view' }),
      'Everybody at Alpine Rescue, but no externals, may now view what is in Cleo@alpine.example.',
    ],
    [
      'somebody who left meanwhile',
      () => ({ accountIds: [id('acc')], right: 'change' }),
      'Somebody who left may now view and change what is in Cleo@alpine.example.',
    ],
    [
      'somebody with a right that holds others',
      () => ({ right: 'manage' }),
      'Ben may now view, change and manage what is in Cleo@alpine.example.',
    ],
    [
      'somebody who has it no longer',
      () => ({ endedAt: '2026-11-22T22:31:00.000Z' }),
      'It has ended meanwhile: 22 Nov 2026, 23:31.',
    ],
    ['somebody without an end', () => ({}), 'Given by: Admin. Since: 22 Nov 2026, 23:30. Until: taken back.'],
    ['what a service gave', () => ({ givenBy: 'service:products' }), 'Given by: Alpine Rescue. Since'],
  ])('by %s', async (_, wanted, line) => {
    shared = [share(world.cleo, wanted())];
    await give();
    expect(await world.subjects()).toEqual([`${world.cleo.email} New access to Cleo@alpine.example`]);
    expect(world.textTo(world.cleo)).toContain(line);
    expect(world.textTo(world.cleo).match(/may now/g)).toHaveLength(1);
  });

  it('is told to each owner in one mail, of all that is theirs, by its names', async () => {
    const { anna, cleo, dora, admin } = world;
    shared = [
      share(cleo),
      share(anna),
      share(cleo, { right: 'change', resources: [thing('plans')], reason: 'audit' }),
      share(admin),
      share(dora, { resources: [1, 2, 3, 4, 5, 6].map((each) => thing(`${each}@alpine.example`)), resourceCount: 9 }),
    ];
    const { organizationId } = await give();
    expect(await world.subjects()).toEqual([
      `${anna.email} Neuer Zugriff auf Anna@alpine.example`,
      `${cleo.email} New access to Cleo@alpine.example, plans`,
      `${dora.email} New access to 1@alpine.example, 2@alpine.example, 3@alpine.example, 4@alpine.example, 5@alpine.example, + 4`,
    ]);
    expect(world.textTo(cleo)).toMatch(
      /may now read what is in Cleo@alpine\.example\.[^]*may now view and change what is in plans\.[^]*Reason: audit/,
    );
    expect(asked.map(({ at, resourceId, cursor }) => [at, resourceId, cursor])).toEqual([
      [GIVEN, undefined, undefined],
      [GIVEN, undefined, '2'],
      [GIVEN, undefined, '4'],
    ]);
    expect(asked[0]!.organizationId).toBe(organizationId);
  });

  it.each<[string, () => Shared[], string]>([
    ['nobody newly reaches anything', () => [], 'nobody reaches what they did not before'],
    ['its owner gave it', () => [share(world.cleo, { givenBy: world.cleo.accountId })], 'its owner gave it'],
    ['its owner brought it about', () => [share(world.admin, { givenBy: world.anna.accountId })], 'its owner gave it'],
    ['its owner is no longer there', () => [{ ...share(world.cleo), ownerAccountId: id('acc') }], 'nobody to tell'],
  ])('is not told when %s', async (_, answer, reason) => {
    shared = answer();
    const { organizationId } = await give();
    expect(await world.subjects()).toEqual([]);
    expect(await world.dropped(organizationId)).toEqual([`content_shared: ${reason}`]);
  });

  it('is told once of what was given at one instant, however many facts it caused and however often they come', async () => {
    shared = [share(world.cleo)];
    const { organizationId, report } = await give();
    await report();
    await report({ right: 'change' });
    await world.test.report(
      teamMembersChanged,
      { organizationId, teamId: id('team'), added: [world.ben.accountId], removed: [] },
      { actorId: world.admin.accountId, time: GIVEN },
    );
    expect(await world.subjects()).toHaveLength(1);
  });
});

describe('content that people come to reach (ACC-4)', () => {
  const at = '2026-11-23T09:00:00.000Z';
  const [productId, resourceId] = [id('prd'), id('res')];
  const holder = { kind: 'team' as const, teamId: id('team') };
  /** What the administrator did then. */
  const byAdmin = () => ({ actorId: world.admin.accountId, time: at });
  it.each<[string, (organizationId: `org_${string}`) => Promise<void>]>([
    [
      'who come into a team',
      (organizationId) =>
        world.test.report(
          teamMembersChanged,
          { organizationId, teamId: id('team'), added: [world.ben.accountId], removed: [] },
          byAdmin(),
        ),
    ],
    [
      'whose team moves',
      (organizationId) =>
        world.test.report(
          teamChanged,
          { organizationId, teamId: id('team'), before: state, after: { ...state, parentId } },
          byAdmin(),
        ),
    ],
    [
      'whose team is not for members only any more',
      (organizationId) =>
        world.test.report(
          teamChanged,
          { organizationId, teamId: id('team'), before: { ...state, isMembersOnly: true }, after: state },
          byAdmin(),
        ),
    ],
    [
      'where inheritance is restored',
      (organizationId) =>
        world.test.report(inheritanceRestored, { organizationId, productId, resourceId: id('res'), holder }, byAdmin()),
    ],
  ])('is told to its owner, %s: since when, and by whom', async (_, report) => {
    shared = [share(world.cleo, { holder, teamName: 'Helpers', givenBy: world.anna.accountId }), share(world.admin)];
    const { organizationId } = world.organization();
    await report(organizationId);
    expect(await world.subjects()).toEqual([`${world.cleo.email} New access to Cleo@alpine.example`]);
    const text = world.textTo(world.cleo);
    expect(text).toContain('By way of the team Helpers these people may now read what is in Cleo@alpine.example: Ben.');
    expect(text).toContain('Given by: Anna. Since: 22 Nov 2026, 23:30. Until: taken back.');
    expect(text).toContain('New since: 23 Nov 2026, 10:00.');
    expect(text).toContain('Brought about by: Admin.');
    expect(asked).toMatchObject([{ organizationId, at }]);
  });

  it('is told when an external has become a member: who that is, since when and by whom', async () => {
    const { eva, cleo, admin, anna } = world;
    shared = [
      share(cleo, { holder: { kind: 'organization' }, accountIds: [eva.accountId], givenBy: anna.accountId }),
      share(anna, { accountIds: [eva.accountId] }),
      share(admin, { accountIds: [eva.accountId], givenBy: anna.accountId }),
    ];
    const { organizationId } = world.organization();
    const [memberId, flags] = [id('mem'), [] as []];
    const change = (before: 'external' | 'collaborator', after: 'external' | 'collaborator') =>
      world.test.report(
        memberChanged,
        {
          organizationId,
          memberId,
          accountId: eva.accountId,
          before: { role: before, flags, isBlocked: false },
          after: { role: after, flags, isBlocked: false },
        },
        byAdmin(),
      );
    await change('external', 'collaborator');
    await change('collaborator', 'external');
    const told = (await world.subjects()).filter((subject) => !subject.startsWith(eva.email));
    expect(told).toEqual([
      `${anna.email} Neuer Zugriff auf Anna@alpine.example`,
      `${cleo.email} New access to Cleo@alpine.example`,
    ]);
    const text = world.textTo(cleo);
    expect(text).toContain(
      'As members of Alpine Rescue these people may now read what is in Cleo@alpine.example: Eva.',
    );
    expect(text).toContain('New since: 23 Nov 2026, 10:00.');
    expect(text).toContain('Brought about by: Admin.');
    expect(text).not.toContain('Everybody at');
    expect(asked).toMatchObject([
      { organizationId, at, memberId },
      { cursor: '2', memberId },
    ]);
  });

  it.each<[string, (organizationId: `org_${string}`) => Promise<void>]>([
    [
      'a membership',
      (organizationId) =>
        world.test.report(
          teamMemberChanged,
          {
            organizationId,
            teamId: id('team'),
            accountId: world.ben.accountId,
            before: { endsAt: '2026-12-01T11:00:00.000Z' },
            after: { endsAt: null },
          },
          byAdmin(),
        ),
    ],
    [
      'the place of a team',
      (organizationId) =>
        world.test.report(
          teamChanged,
          {
            organizationId,
            teamId: id('team'),
            before: { ...state, parentId, parentEndsAt: '2026-12-01T11:00:00.000Z' },
            after: { ...state, parentId, parentEndsAt: '2026-12-02T11:00:00.000Z' },
          },
          byAdmin(),
        ),
    ],
  ])('for longer is told once to its owner, when the end of %s is moved later', async (_, report) => {
    shared = [
      share(world.cleo, {
        holder,
        teamName: 'Helpers',
        givenBy: world.anna.accountId,
        endsAt: '2026-12-02T11:00:00.000Z',
        heldUntil: '2026-12-01T11:00:00.000Z',
      }),
    ];
    const { organizationId } = world.organization();
    await report(organizationId);
    expect(await world.subjects()).toHaveLength(1);
    const text = world.textTo(world.cleo);
    expect(text).toContain('Until: 2 Dec 2026, 12:00.');
    expect(text).toContain('Prolonged: 23 Nov 2026, 10:00. Until then the end was: 1 Dec 2026, 12:00.');
    expect(text).toContain('Brought about by: Admin.');
    expect(text).not.toContain('New since');
    expect(asked).toMatchObject([{ organizationId, at }]);
  });

  it('is asked about since the end of a restriction that ended by itself, which nobody brought about', async () => {
    shared = [share(world.cleo)];
    const { organizationId } = world.organization();
    await world.test.report(
      inheritanceRestored,
      { organizationId, productId, resourceId: id('res'), holder, since: at },
      { actorId: 'service:teams' },
    );
    expect(await world.subjects()).toHaveLength(1);
    expect(asked).toMatchObject([{ at }]);
    expect(world.textTo(world.cleo)).toContain('New since: 23 Nov 2026, 10:00.');
    expect(world.textTo(world.cleo)).not.toContain('Brought about');
  });

  it.each<
    [
      string,
      (
        fact: {
          organizationId: `org_${string}`;
          productId: `prd_${string}`;
          resourceId: `res_${string}`;
          ownerAccountId: `acc_${string}`;
        },
        extra: object,
      ) => Promise<void>,
    ]
  >([
    [
      'becomes its owner, whoever made it theirs',
      (fact, extra) => world.test.report(resourceAdded, { ...fact, kind: 'mail_address' }, extra),
    ],
    [
      'stays its owner where its product has come to',
      (fact, extra) => world.test.report(resourceOwnerKept, fact, extra),
    ],
  ])('is told to who %s, but not of what they gave', async (_, report) => {
    shared = [share(world.cleo), share(world.cleo, { givenBy: world.cleo.accountId, right: 'view' })];
    const { organizationId } = world.organization();
    await report(
      { organizationId, productId, resourceId, ownerAccountId: world.cleo.accountId },
      { actorId: world.cleo.accountId, time: at },
    );
    expect(await world.subjects()).toEqual([`${world.cleo.email} New access to Cleo@alpine.example`]);
    expect(world.textTo(world.cleo)).toContain('New since: 23 Nov 2026, 10:00.');
    expect(world.textTo(world.cleo)).not.toMatch(/may now view|Brought about/);
    expect(asked).toMatchObject([{ at, resourceId }]);
  });

  it.each<[string, (organizationId: `org_${string}`) => Promise<void>]>([
    [
      'a right that opens no content',
      (organizationId) =>
        world.test.report(grantGiven, {
          organizationId,
          grantId: id('grt'),
          holder,
          object: { kind: 'product', productId },
          right: 'auto_reply',
        }),
    ],
    [
      'people who leave a team',
      (organizationId) =>
        world.test.report(teamMembersChanged, {
          organizationId,
          teamId: id('team'),
          added: [],
          removed: [world.ben.accountId],
        }),
    ],
    [
      'a team that is called otherwise, and is for members only',
      (organizationId) =>
        world.test.report(teamChanged, {
          organizationId,
          teamId: id('team'),
          before: state,
          after: { ...state, name: 'Net', isMembersOnly: true },
        }),
    ],
    [
      'a team that stands alone from now on',
      (organizationId) =>
        world.test.report(teamChanged, {
          organizationId,
          teamId: id('team'),
          before: { ...state, parentId },
          after: state,
        }),
    ],
    [
      'a team that stays in its parent',
      (organizationId) =>
        world.test.report(teamChanged, {
          organizationId,
          teamId: id('team'),
          before: { ...state, parentId },
          after: { ...state, parentId, colour: 'red' },
        }),
    ],
    [
      'a membership that ends earlier',
      (organizationId) =>
        world.test.report(teamMemberChanged, {
          organizationId,
          teamId: id('team'),
          accountId: world.ben.accountId,
          before: { endsAt: null },
          after: { endsAt: '2026-12-01T11:00:00.000Z' },
        }),
    ],
    [
      'a place that ends earlier',
      (organizationId) =>
        world.test.report(teamChanged, {
          organizationId,
          teamId: id('team'),
          before: { ...state, parentId },
          after: { ...state, parentId, parentEndsAt: '2026-12-01T11:00:00.000Z' },
        }),
    ],
    [
      'a member who gets another role',
      (organizationId) =>
        world.test.report(memberChanged, {
          organizationId,
          memberId: id('mem'),
          accountId: world.ben.accountId,
          before: { role: 'collaborator', flags: [], isBlocked: false },
          after: { role: 'collaborator', flags: ['billing.view'], isBlocked: false },
        }),
    ],
    [
      'a resource that is nobody’s',
      (organizationId) =>
        world.test.report(resourceAdded, {
          organizationId,
          productId,
          resourceId: id('res'),
          kind: 'folder',
          ownerAccountId: null,
        }),
    ],
  ])('is not even asked about for %s', async (_, report) => {
    shared = [share(world.cleo)];
    const { organizationId } = world.organization();
    await report(organizationId);
    expect([await world.subjects(), await world.dropped(organizationId), asked]).toEqual([[], [], []]);
  });
});

describe('the words of the notice', () => {
  it.each(Object.keys(mailTexts) as Locale[])('are all there in %s, with nothing left to fill', (locale) => {
    const entry = {
      right: 'change',
      resource: 'plans',
      by: 'Admin',
      givenAt: '22.11.2026, 23:30',
      endsOn: 'never',
      grantReason: 'holidays',
      since: '23.11.2026, 10:00',
      causedBy: 'Anna',
      endedAt: '24.11.2026, 10:00',
    };
    const entries = [
      { ...entry, person: 'Ben' },
      { ...entry, team: 'Helpers', people: 'Cleo, Dora' },
      { ...entry, everybody: 'Alpine Rescue' },
      {
        ...entry,
        organization: 'Alpine Friends',
        people: 'Gil',
        prolonged: '25.11.2026, 10:00',
        formerEnd: '26.11.2026, 10:00',
      },
    ];
    const { subject, text, html } = composeMail({
      kind: 'content_shared',
      locale,
      number: 'R-4821-0937-51',
      values: { name: 'Eva', resource: 'everything' },
      entries,
    });
    for (const part of [subject, text, html]) expect(part).not.toMatch(/\{\w+\}|undefined|\bnever\b/);
    const said = [
      'plans',
      'Ben',
      'Helpers',
      'Cleo, Dora',
      'Alpine Rescue',
      'Alpine Friends',
      'Gil',
      '25.11.2026, 10:00',
      '26.11.2026, 10:00',
      'Admin',
      '22.11.2026, 23:30',
      'holidays',
      '23.11.2026, 10:00',
      'Anna',
      '24.11.2026, 10:00',
      'everything',
      mailTexts[locale].rights['change']!,
      mailTexts[locale].never,
    ];
    for (const words of said) expect([words, text.includes(words), html.includes(words)]).toEqual([words, true, true]);
  });
});
