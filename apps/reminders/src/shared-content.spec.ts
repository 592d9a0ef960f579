import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer, Input } from '@cordee/contracts/contract';
import { memberChanged } from '@cordee/contracts/identity/member';
import { resourceAdded, resourceOwnerRetained } from '@cordee/contracts/products/product';
import { grantGiven } from '@cordee/contracts/teams/grant';
import { inheritanceRestored } from '@cordee/contracts/teams/restriction';
import { listSharedContent } from '@cordee/contracts/teams/shared-content';
import { teamChanged, teamMemberChanged, teamMembersChanged } from '@cordee/contracts/teams/team';
import type { Locale } from '@cordee/contracts/values';
import { composeMail, mailTexts } from './compose/compose-mail.ts';
import { id, RemindersFixture, type Person } from '../test/reminders.fixture.ts';

type Shared = Answer<typeof listSharedContent>['data'][number];
let fixture: RemindersFixture;
/** The stubbed answer of `listSharedContent`, and the inputs that the stub received. */
let shared: Shared[];
let requests: Input<typeof listSharedContent>[];

beforeAll(async () => {
  fixture = await RemindersFixture.start();
  await fixture.test.stub(listSharedContent, (input) => {
    requests.push(input);
    const start = Number(input.cursor ?? 0);
    const end = start + PAGE_SIZE;
    return { data: shared.slice(start, end), nextCursor: end < shared.length ? String(end) : null };
  });
});
afterAll(() => fixture.stop());
beforeEach(() => {
  fixture.smtp.reset();
  shared = [];
  requests = [];
});

/** Small, so that a test with three rows reads two pages. */
const PAGE_SIZE = 2;
const GIVEN_AT = '2026-11-22T22:30:00.000Z';
const JOINED_AT = '2026-11-23T09:00:00.000Z';
const resource = (name: string) => ({ resourceId: id('res'), productId: id('prd'), name });
/** Content of the owner that is shared with Ben, unless `changes` says otherwise. */
function share(owner: Person, changes: Partial<Shared> = {}): Shared {
  const resources = changes.resources ?? [resource(`${owner.name}@alpine.example`)];
  return {
    ownerAccountId: owner.accountId,
    holder: { kind: 'account', accountId: fixture.ben.accountId },
    teamName: null,
    peopleCount: null,
    right: 'read',
    resources,
    resourceCount: resources.length,
    givenBy: fixture.admin.accountId,
    givenAt: GIVEN_AT,
    endsAt: null,
    reason: null,
    ...changes,
  };
}
const heldByTeam = (peopleCount: number | null = null): Partial<Shared> => ({
  holder: { kind: 'team', teamId: id('team') },
  teamName: 'Web',
  peopleCount,
});

function setUpGrant(right = 'read') {
  const { organizationId, productId } = fixture.createOrganization();
  const grantId = id('grt');
  const holder = { kind: 'account' as const, accountId: fixture.ben.accountId };
  const data = { organizationId, grantId, holder, object: { kind: 'product' as const, productId }, right };
  const publish = (extra: object = {}) =>
    fixture.test.publishEvent(grantGiven, data, { actorId: fixture.admin.accountId, time: GIVEN_AT, ...extra });
  return { organizationId, grantId, publish };
}
function setUpJoiners(...people: Person[]) {
  const { organizationId } = fixture.createOrganization();
  const teamId = id('team');
  const data = { organizationId, teamId, added: people.map(({ accountId }) => accountId), removed: [] };
  const publish = (extra: object = {}) =>
    fixture.test.publishEvent(teamMembersChanged, data, {
      actorId: fixture.admin.accountId,
      time: JOINED_AT,
      ...extra,
    });
  return { organizationId, teamId, publish };
}

describe('a content grant (ACC-4)', () => {
  it('causes a notice to the content owner with holder, right, giver, start, end and reason', async () => {
    shared = [share(fixture.anna, { endsAt: '2026-12-01T11:00:00.000Z', reason: 'holidays' })];
    const { grantId, organizationId, publish } = setUpGrant();
    await publish();
    expect(await fixture.recipientsAndSubjects()).toEqual([
      `${fixture.anna.email} Neuer Zugriff auf Anna@alpine.example`,
    ]);
    const text = fixture.textTo(fixture.anna);
    expect(text).toContain('Ben darf jetzt lesen, was in Anna@alpine.example ist.');
    expect(text).toContain('Zugriff gegeben von: Admin. Seit: 22.11.2026, 23:30. Bis: 01.12.2026, 12:00.');
    expect(text).toContain('Grund: holidays');
    expect(text).not.toContain('Team');
    expect(requests).toMatchObject([{ organizationId, about: { kind: 'grant', grantId } }]);
  });

  it.each<[string, () => Partial<Shared>, string]>([
    ['a team with its people', () => heldByTeam(6), 'The team Web (6 people) may now read what is in Cleo@'],
    ['a team of one', () => heldByTeam(1), 'The team Web (1 person) may now read what is in Cleo@'],
    ['an empty team', () => heldByTeam(0), 'The team Web (0 people) may now read what is in Cleo@'],
    [
      'the whole organization',
      () => ({ holder: { kind: 'organization' }, right: 'view' }),
      'Everybody at Alpine Rescue, but no externals, may now view what is in Cleo@',
    ],
    [
      'a former member',
      () => ({ holder: { kind: 'account', accountId: id('acc') }, right: 'change' }),
      'Somebody who left may now view and change what is in Cleo@',
    ],
  ])('causes a notice that names the holder: %s', async (_, changes, line) => {
    shared = [share(fixture.cleo, changes())];
    await setUpGrant().publish();
    await fixture.recipientsAndSubjects();
    expect(fixture.textTo(fixture.cleo)).toContain(line);
  });

  it('causes a notice to each owner with the resources of this owner, from all pages', async () => {
    const { anna, cleo, dora } = fixture;
    shared = [
      share(anna),
      share(cleo),
      share(dora, {
        resources: [1, 2, 3, 4, 5, 6].map((each) => resource(`${each}@alpine.example`)),
        // The stubbed answer names six of nine resources. The mail names five of them and counts the other four.
        resourceCount: 9,
      }),
    ];
    await setUpGrant().publish();
    expect(await fixture.recipientsAndSubjects()).toEqual([
      `${anna.email} Neuer Zugriff auf Anna@alpine.example`,
      `${cleo.email} New access to Cleo@alpine.example`,
      `${dora.email} New access to ${[1, 2, 3, 4, 5].map((each) => `${each}@alpine.example`).join(', ')}, + 4`,
    ]);
    expect(requests.map(({ cursor }) => cursor)).toEqual([undefined, '2']);
  });

  it.each<[string, () => Shared[], string]>([
    ['the grant covers no content of other people', () => [], 'the grant covers no content of other people'],
    [
      'the owner gave the grant',
      () => [share(fixture.cleo, { givenBy: fixture.cleo.accountId })],
      'the owner gave or received the grant',
    ],
    ['the owner holds the grant', () => [share(fixture.ben)], 'the owner gave or received the grant'],
    ['the owner has left', () => [{ ...share(fixture.cleo), ownerAccountId: id('acc') }], 'no recipients'],
  ])('causes no notice when %s', async (_, answer, reason) => {
    shared = answer();
    const { organizationId, publish } = setUpGrant();
    await publish();
    expect(await fixture.recipientsAndSubjects()).toEqual([]);
    expect(await fixture.droppedReminders(organizationId)).toEqual([`content_shared: ${reason}`]);
  });

  it('causes one notice per grant, despite repeated events', async () => {
    shared = [share(fixture.cleo)];
    const { publish } = setUpGrant();
    await publish();
    await publish();
    await publish({ sequence: 1 });
    expect(await fixture.recipientsAndSubjects()).toHaveLength(1);
    await setUpGrant('change').publish();
    expect(await fixture.recipientsAndSubjects()).toHaveLength(2);
  });
});

describe('a new member of a team with content grants (ACC-4)', () => {
  it('causes a notice to the owner with the new member, team, time, who added the member, and grants', async () => {
    const { cleo, ben } = fixture;
    shared = [
      share(cleo, { ...heldByTeam(), reason: 'audit' }),
      share(cleo, {
        ...heldByTeam(),
        right: 'view',
        resources: [resource('plans')],
        endsAt: '2026-12-01T11:00:00.000Z',
      }),
    ];
    const { organizationId, teamId, publish } = setUpJoiners(ben);
    await publish();
    expect(await fixture.recipientsAndSubjects()).toEqual([`${cleo.email} New access to Cleo@alpine.example, plans`]);
    const text = fixture.textTo(cleo);
    expect(text).toContain('Ben joined the team Web and may therefore read what is in Cleo@alpine.example.');
    expect(text).toContain('Ben joined the team Web and may therefore view what is in plans.');
    expect(text).toContain('In the team since: 23 Nov 2026, 10:00. Added by: Admin.');
    expect(text).toContain('Access given by: Admin. Since: 22 Nov 2026, 23:30. Until: 1 Dec 2026, 12:00.');
    expect(text).toContain('Reason: audit');
    expect(text).not.toMatch(/people|person/);
    expect(requests).toMatchObject([
      { organizationId, about: { kind: 'joining', teamId, accountId: ben.accountId, joinedAt: JOINED_AT } },
    ]);
  });

  it('causes one notice per joining, despite repeated events, and another after a later joining', async () => {
    shared = [share(fixture.cleo, heldByTeam())];
    const { publish } = setUpJoiners(fixture.ben, fixture.dora);
    await publish();
    await publish({ sequence: 1 });
    await publish();
    expect(await fixture.recipientsAndSubjects()).toHaveLength(2);
    await publish({ time: '2026-11-24T09:00:00.000Z' });
    expect(await fixture.recipientsAndSubjects()).toHaveLength(4);
  });

  it('causes no notice to an owner who is the new member or who added the new member', async () => {
    const { ben, admin } = fixture;
    shared = [
      share(ben, { ...heldByTeam(), givenBy: fixture.anna.accountId }),
      share(admin, { ...heldByTeam(), givenBy: fixture.anna.accountId }),
    ];
    const { organizationId, publish } = setUpJoiners(ben);
    await publish();
    expect(await fixture.recipientsAndSubjects()).toEqual([]);
    expect(await fixture.droppedReminders(organizationId)).toEqual([
      'content_shared: the owner joined or added the member',
    ]);
  });
});

describe('a new member of a team to which the owner gave the grant (ACC-4)', () => {
  it('causes a notice, because somebody else added the member', async () => {
    const { ben, cleo } = fixture;
    shared = [share(cleo, { ...heldByTeam(), givenBy: cleo.accountId })];
    await setUpJoiners(ben).publish();
    expect(await fixture.recipientsAndSubjects()).toEqual([expect.stringContaining(cleo.email)]);
  });
});

describe('other changes of access', () => {
  const state = {
    name: 'Web',
    colour: 'blue' as const,
    parentId: null,
    parentEndsAt: null,
    isMembersOnly: false,
    leadAccountId: null,
  };
  const [teamId, productId, resourceId] = [id('team'), id('prd'), id('res')];
  const endChange = { before: { endsAt: '2026-12-01T11:00:00.000Z' }, after: { endsAt: null } };

  it.each<[string, (organizationId: `org_${string}`) => Promise<void>]>([
    [
      'people who leave a team',
      (organizationId) =>
        fixture.test.publishEvent(teamMembersChanged, {
          organizationId,
          teamId: id('team'),
          added: [],
          removed: [fixture.ben.accountId],
        }),
    ],
    [
      'a longer membership',
      (organizationId) =>
        fixture.test.publishEvent(teamMemberChanged, {
          organizationId,
          teamId: id('team'),
          accountId: fixture.ben.accountId,
          ...endChange,
        }),
    ],
    [
      'a team that moves or admits externals',
      (organizationId) =>
        fixture.test.publishEvent(teamChanged, {
          organizationId,
          teamId: id('team'),
          before: { ...state, isMembersOnly: true },
          after: { ...state, parentId: teamId },
        }),
    ],
    [
      'a restriction that ends',
      (organizationId) =>
        fixture.test.publishEvent(inheritanceRestored, {
          organizationId,
          productId,
          resourceId: id('res'),
          holder: { kind: 'team', teamId },
        }),
    ],
    [
      'a resource that gets an owner',
      async (organizationId) => {
        const ownerAccountId = fixture.cleo.accountId;
        const data = { organizationId, productId, ownerAccountId };
        await fixture.test.publishEvent(resourceAdded, { ...data, resourceId: id('res'), kind: 'mail_address' });
        await fixture.test.publishEvent(resourceOwnerRetained, { ...data, resourceId });
      },
    ],
    [
      'an external who becomes a member',
      (organizationId) =>
        fixture.test.publishEvent(memberChanged, {
          organizationId,
          memberId: id('mem'),
          accountId: fixture.blocked.accountId,
          before: { role: 'external', flags: [], isBlocked: true },
          after: { role: 'collaborator', flags: [], isBlocked: true },
        }),
    ],
  ])('cause no notice: %s', async (_, publish) => {
    shared = [share(fixture.cleo)];
    const { organizationId } = fixture.createOrganization();
    await publish(organizationId);
    await fixture.recipientsAndSubjects();
    expect(requests).toEqual([]);
  });

  it('cause no notice: a grant whose right gives no access to content', async () => {
    shared = [share(fixture.cleo)];
    await setUpGrant('auto_reply').publish();
    expect([await fixture.recipientsAndSubjects(), requests]).toEqual([[], []]);
  });
});

describe('the texts of the notice', () => {
  it.each(Object.keys(mailTexts) as Locale[])('are complete in %s, without open placeholders', (locale) => {
    const entry = {
      right: 'change',
      resource: 'plans',
      by: 'Admin',
      givenAt: '22.11.2026, 23:30',
      endsOn: 'never',
      grantReason: 'holidays',
    };
    const entries = [
      { ...entry, person: 'Ben' },
      { ...entry, team: 'Helpers', peopleCount: '1' },
      { ...entry, team: 'Helpers', peopleCount: '6' },
      { ...entry, wholeOrganization: 'Alpine Rescue' },
      { ...entry, team: 'Diggers', joiner: 'Gil', joinedAt: '23.11.2026, 10:00', addedBy: 'Anna' },
    ];
    const { subject, text, html } = composeMail({
      kind: 'content_shared',
      locale,
      number: 'R-4821-0937-51',
      values: { name: 'Eva', resource: 'everything' },
      entries,
    });
    for (const part of [subject, text, html]) expect(part).not.toMatch(/\{\w+\}|undefined|\bnever\b/);
    const expectedTexts = [
      'plans',
      'Ben',
      'Helpers',
      ` (${mailTexts[locale].peopleCount.one!.replace('{count}', '1')}) `,
      ` (${mailTexts[locale].peopleCount.other.replace('{count}', '6')}) `,
      'Alpine Rescue',
      'Diggers',
      'Gil',
      '23.11.2026, 10:00',
      'Anna',
      'Admin',
      '22.11.2026, 23:30',
      'holidays',
      'everything',
      mailTexts[locale].rights['change']!,
      mailTexts[locale].noEnd,
    ];
    for (const words of expectedTexts)
      expect([words, text.includes(words), html.includes(words)]).toEqual([words, true, true]);
  });
});
