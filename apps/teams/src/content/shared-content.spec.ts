import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Input } from '@cordee/contracts/contract';
import { endGrant, giveGrants } from '@cordee/contracts/teams/grant';
import type { GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import { setPersonRights } from '@cordee/contracts/teams/person-rights';
import { restrictResource } from '@cordee/contracts/teams/restriction';
import { listSharedContent } from '@cordee/contracts/teams/shared-content';
import { addTeamMembers, changeTeam, deleteTeam, removeTeamMember } from '@cordee/contracts/teams/team';
import { Customer, id, kind, productType, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

type About = Input<typeof listSharedContent>['about'];
type TeamId = `team_${string}`;

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
  fixture.catalogue = [
    ...fixture.catalogue.filter(({ key }) => key !== 'mail_service'),
    productType('mail_service', ['read', 'view'], [kind('mail_address', ['read']), kind('calendar', ['view'])]),
  ];
});
afterAll(() => fixture.test.stop());

/** Cleo has a mailbox and a nested folder; the administrator has a mailbox. */
function withOwners() {
  const customer = new Customer(fixture);
  const { organizationId } = customer;
  const [cleos, admins, folder, inner] = [id('res'), id('res'), id('res'), id('res')];
  const { cleo, admin } = customer.people;
  customer.sell({
    productId: customer.mail,
    type: 'mail_service',
    name: 'mail',
    resources: [
      { resourceId: cleos, kind: 'mail_address', name: 'cleo@', ownerAccountId: cleo },
      { resourceId: admins, kind: 'mail_address', name: 'admin@', ownerAccountId: admin },
      { resourceId: id('res'), kind: 'mail_address', name: 'info@' },
    ],
  });
  customer.sell({
    productId: customer.drive,
    type: 'drive',
    name: 'drive',
    resources: [
      { resourceId: folder, name: 'plans', ownerAccountId: cleo },
      { resourceId: inner, name: 'secret', parentId: folder },
    ],
  });
  const nameOf = (accountId: string): string =>
    Object.entries(customer.people).find(([, each]) => each === accountId)?.[0] ?? 'somebody';
  const ask = async (about: About) =>
    (await fixture.test.call(listSharedContent, { organizationId, about }, { service: 'reminders' })).data;
  const inShort = async (about: About) =>
    (await ask(about))
      .map((row) => {
        const { holder, teamName, peopleCount, resources } = row;
        const who = holder.kind === 'account' ? nameOf(holder.accountId) : (teamName ?? 'everybody');
        const count = peopleCount === null ? '' : ` (${peopleCount})`;
        const things = resources.map(({ name }) => name).join('+');
        return `${nameOf(row.ownerAccountId)}: ${who}${count} ${row.right} ${things}`;
      })
      .sort();
  /** The events of a type, newest last. */
  const events = async (verb: string) => (await customer.events()).filter(({ type }) => type.endsWith(verb));
  return {
    customer,
    organizationId,
    cleos,
    folder,
    inner,
    onMail: { kind: 'product', productId: customer.mail } satisfies GrantObject,
    inDrive: (resourceId: `res_${string}`): GrantObject => ({
      kind: 'resource',
      productId: customer.drive,
      resourceId,
    }),
    ask,
    ofGrant: (grantId: `grt_${string}`) => inShort({ kind: 'grant', grantId }),
    /** The rows of each grant that the latest call created. */
    ofNewest: async () => {
      const given = await events('grant.given');
      const newest = given.filter(({ event }) => event.time === given.at(-1)!.event.time);
      const grantIds = newest.map(({ event }) => event.subject as `grt_${string}`);
      return (await Promise.all(grantIds.map((grantId) => inShort({ kind: 'grant', grantId })))).flat().sort();
    },
    joiningOf: async (teamId: TeamId, who: PersonName): Promise<About> => {
      const joined = (await events('team.members_changed')).findLast(
        ({ event, data }) => event.subject === teamId && (data['added'] as string[]).includes(customer.people[who]),
      )!;
      return { kind: 'joining', teamId, accountId: customer.people[who], joinedAt: joined.event.time };
    },
    inShort,
    join: async (teamId: TeamId, who: PersonName, endsAt: string | null = null) => {
      fixture.advanceHours(1);
      await fixture.test.call(
        addTeamMembers,
        { organizationId, teamId, members: [{ accountId: customer.people[who], endsAt }] },
        customer.as.chief,
      );
    },
  };
}

describe('content that a grant covers (ACC-4)', () => {
  it('is listed with owner, holder, right, names, giver, times and reason', async () => {
    const { customer, organizationId, ask, cleos, onMail } = withOwners();
    const endsAt = fixture.inHours(5);
    const grant = await customer.give('ben', 'read', onMail, { endsAt, reason: 'holidays' });
    const rows = await ask({ kind: 'grant', grantId: grant.id });
    const ofCleo = rows.find(({ ownerAccountId }) => ownerAccountId === customer.people.cleo);
    expect(rows).toHaveLength(2);
    expect(ofCleo).toEqual({
      ownerAccountId: customer.people.cleo,
      holder: customer.person('ben'),
      teamName: null,
      peopleCount: null,
      right: 'read',
      resources: [{ resourceId: cleos, productId: customer.mail, name: 'cleo@' }],
      resourceCount: 1,
      givenBy: customer.people.chief,
      givenAt: grant.givenAt,
      endsAt,
      reason: 'holidays',
    });
    // A grant that has already ended is listed with its end.
    fixture.advanceHours(1);
    await fixture.test.call(endGrant, { organizationId, grantId: grant.id }, customer.as.chief);
    const [ended] = await ask({ kind: 'grant', grantId: grant.id });
    expect(Date.parse(ended!.endsAt!)).toBeLessThan(Date.parse(endsAt));
  });

  it('lists the people of a team with nested teams, and of the organization', async () => {
    const { customer, onMail, ofGrant, inDrive, folder } = withOwners();
    const { ben, eva, cleo } = customer.people;
    const web = await customer.team('Web', { accountIds: [ben, eva] });
    await customer.team('Low', { parentId: web.id, accountIds: [ben, cleo] });
    const grant = await customer.give({ kind: 'team', teamId: web.id }, 'read', onMail);
    expect(await ofGrant(grant.id)).toEqual(['admin: Web (3) read admin@', 'cleo: Web (3) read cleo@']);
    const toAll = await customer.give({ kind: 'organization' }, 'manage', inDrive(folder));
    expect(await ofGrant(toAll.id)).toEqual(['cleo: everybody manage plans']);
  });

  it('uses the people and the team name at the time of the grant', async () => {
    const { customer, organizationId, onMail, ofGrant, join } = withOwners();
    const web = await customer.team('Web', { accountIds: [customer.people.ben] });
    const grant = await customer.give({ kind: 'team', teamId: web.id }, 'read', onMail);
    await join(web.id, 'eva');
    await fixture.test.call(deleteTeam, { organizationId, teamId: web.id }, customer.as.chief);
    expect(await ofGrant(grant.id)).toEqual(['admin: Web (1) read admin@', 'cleo: Web (1) read cleo@']);
  });

  it('includes kinds with the right, below the object, without restrictions of the holder', async () => {
    const { customer, folder, inner, inDrive, ofGrant } = withOwners();
    const onType = await customer.give('ben', 'view', { kind: 'product_type', type: 'mail_service' });
    expect(await ofGrant(onType.id)).toEqual([]);
    const onInner = await customer.give('ben', 'view', inDrive(inner));
    expect(await ofGrant(onInner.id)).toEqual(['cleo: ben view secret']);
    await fixture.test.call(
      restrictResource,
      {
        organizationId: customer.organizationId,
        productId: customer.drive,
        resourceId: folder,
        holder: customer.person('eva'),
      },
      customer.as.chief,
    );
    const onDrive = await customer.give('eva', 'change', { kind: 'product', productId: customer.drive });
    expect(await ofGrant(onDrive.id)).toEqual([]);
    const onFolder = await customer.give('eva', 'change', inDrive(folder));
    expect(await ofGrant(onFolder.id)).toEqual(['cleo: eva change plans']);
  });

  it('is empty when only the end of a grant changes', async () => {
    const { customer, organizationId, folder, ofNewest } = withOwners();
    const setRights = (rights: string[], endsAt: string | null) =>
      fixture.test.call(
        setPersonRights,
        {
          organizationId,
          accountId: customer.people.ben,
          productId: customer.drive,
          resourceId: folder,
          rights,
          endsAt,
        },
        customer.as.chief,
      );
    await setRights(['view'], fixture.inHours(5));
    expect(await ofNewest()).toEqual(['cleo: ben view plans']);
    fixture.advanceHours(1);
    await setRights(['view'], fixture.inHours(9));
    expect(await ofNewest()).toEqual([]);
    fixture.advanceHours(1);
    await setRights(['view', 'read'], null);
    expect(await ofNewest()).toEqual(['cleo: ben read plans']);
  });

  it('includes a resource that the access cache does not have yet', async () => {
    const { customer, organizationId, onMail, ofGrant } = withOwners();
    const mail = customer.products.find(({ productId }) => productId === customer.mail)!;
    const { resources } = mail;
    mail.resources = [];
    fixture.test.snapshotChanged('products', organizationId);
    const grant = await customer.give('ben', 'read', onMail);
    expect(await ofGrant(grant.id)).toEqual([]);
    mail.resources = resources!;
    fixture.test.snapshotChangedUnnotified('products', organizationId);
    expect(await ofGrant(grant.id)).toHaveLength(2);
  });

  it('is empty for a right without content and for an unknown grant', async () => {
    const { customer, ofGrant } = withOwners();
    const grant = await customer.give('ben', 'technical');
    expect([await ofGrant(grant.id), await ofGrant(id('grt'))]).toEqual([[], []]);
  });
});

describe('content for a new team member (ACC-4)', () => {
  it('covers the grants of the team and its parents, with the earliest end', async () => {
    const { customer, onMail, inDrive, folder, join, joiningOf, inShort, ask } = withOwners();
    const top = await customer.team('Top', { grants: [{ object: onMail, rights: ['read'] }] });
    const low = await customer.team('Low', {
      parentId: top.id,
      grants: [{ object: inDrive(folder), rights: ['view'] }],
    });
    const endsAt = fixture.inHours(30);
    await join(low.id, 'ben', endsAt);
    const joining = await joiningOf(low.id, 'ben');
    expect(await inShort(joining)).toEqual(['admin: Top read admin@', 'cleo: Low view plans', 'cleo: Top read cleo@']);
    expect(new Set((await ask(joining)).map((row) => row.endsAt))).toEqual(new Set([endsAt]));
    await join(top.id, 'cleo');
    expect(await inShort(await joiningOf(top.id, 'cleo'))).toEqual(['admin: Top read admin@', 'cleo: Top read cleo@']);
  });

  it('is empty for a team created with people and grants in one call, and for later grants', async () => {
    const { customer, onMail, ofNewest, joiningOf, inShort, join } = withOwners();
    const web = await customer.team('Web', {
      accountIds: [customer.people.ben],
      grants: [{ object: onMail, rights: ['read'] }],
    });
    expect(await ofNewest()).toEqual(['admin: Web (1) read admin@', 'cleo: Web (1) read cleo@']);
    expect(await inShort(await joiningOf(web.id, 'ben'))).toEqual([]);
    const empty = await customer.team('Empty');
    await join(empty.id, 'ben');
    fixture.advanceHours(1);
    await customer.give({ kind: 'team', teamId: empty.id }, 'read', onMail);
    expect(await ofNewest()).toEqual(['admin: Empty (1) read admin@', 'cleo: Empty (1) read cleo@']);
    expect(await inShort(await joiningOf(empty.id, 'ben'))).toEqual([]);
  });

  it('is that of the time of joining, even after the member or the grant is gone', async () => {
    const { customer, organizationId, onMail, join, joiningOf, inShort } = withOwners();
    const web = await customer.team('Web', { grants: [{ object: onMail, rights: ['read'] }] });
    await join(web.id, 'ben');
    const joining = await joiningOf(web.id, 'ben');
    fixture.advanceHours(1);
    await fixture.test.call(
      removeTeamMember,
      { organizationId, teamId: web.id, accountId: customer.people.ben },
      customer.as.chief,
    );
    await fixture.test.call(deleteTeam, { organizationId, teamId: web.id }, customer.as.chief);
    customer.leaveAndReturn('ben');
    expect(await inShort(joining)).toEqual(['admin: Web read admin@', 'cleo: Web read cleo@']);
  });

  it('excludes a members-only parent for an external, and a team that moves', async () => {
    const { customer, organizationId, onMail, join, joiningOf, inShort } = withOwners();
    const closed = await customer.team('Closed', {
      isMembersOnly: true,
      grants: [{ object: onMail, rights: ['read'] }],
    });
    const low = await customer.team('Low');
    await join(low.id, 'ben');
    fixture.advanceHours(1);
    await fixture.test.call(changeTeam, { organizationId, teamId: low.id, parentId: closed.id }, customer.as.chief);
    expect(await inShort(await joiningOf(low.id, 'ben'))).toEqual([]);
    await join(low.id, 'eva');
    expect(await inShort(await joiningOf(low.id, 'eva'))).toEqual([]);
    await join(low.id, 'cleo');
    expect(await inShort(await joiningOf(low.id, 'cleo'))).toHaveLength(2);
  });

  it('is paged by owner', async () => {
    const { customer, organizationId, onMail } = withOwners();
    const { results } = await fixture.test.call(
      giveGrants,
      { organizationId, grants: [{ holder: customer.person('ben'), object: onMail, right: 'read' }] },
      customer.as.chief,
    );
    const about = { kind: 'grant' as const, grantId: results[0]!.id! };
    const page = (cursor?: string) =>
      fixture.test.call(listSharedContent, { organizationId, about, limit: 1, cursor }, { service: 'reminders' });
    const first = await page();
    const second = await page(first.nextCursor!);
    expect([...first.data, ...second.data].map(({ ownerAccountId }) => ownerAccountId)).toEqual(
      [customer.people.cleo, customer.people.admin].sort(),
    );
    expect(second.nextCursor).toBeNull();
  });
});
