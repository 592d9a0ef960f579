import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Input } from '@cordee/contracts/contract';
import { endGrant, giveGrants } from '@cordee/contracts/teams/grant';
import type { GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import { setPersonRights } from '@cordee/contracts/teams/person-rights';
import { restrictResource } from '@cordee/contracts/teams/restriction';
import { listSharedContent } from '@cordee/contracts/teams/shared-content';
import { addTeamMembers, changeTeam, deleteTeam, removeTeamMember } from '@cordee/contracts/teams/team';
import { Customer, id, productType, resourceKind, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

type About = Input<typeof listSharedContent>['about'];
type TeamId = `team_${string}`;

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
  fixture.catalogue = [
    ...fixture.catalogue.filter(({ key }) => key !== 'mail_service'),
    productType(
      'mail_service',
      ['read', 'view'],
      [resourceKind('mail_address', ['read']), resourceKind('calendar', ['view'])],
    ),
  ];
});
afterAll(() => fixture.test.stop());

/** Cleo owns a mailbox and a folder with an inner folder. The administrator owns a mailbox. */
function createOwners() {
  const customer = new Customer(fixture);
  const { organizationId } = customer;
  const [cleosMailbox, adminsMailbox, folder, innerFolder] = [id('res'), id('res'), id('res'), id('res')];
  const { cleo, admin } = customer.people;
  customer.putProduct({
    productId: customer.mail,
    type: 'mail_service',
    name: 'mail',
    resources: [
      { resourceId: cleosMailbox, kind: 'mail_address', name: 'cleo@', ownerAccountId: cleo },
      { resourceId: adminsMailbox, kind: 'mail_address', name: 'admin@', ownerAccountId: admin },
      { resourceId: id('res'), kind: 'mail_address', name: 'info@' },
    ],
  });
  customer.putProduct({
    productId: customer.drive,
    type: 'drive',
    name: 'drive',
    resources: [
      { resourceId: folder, name: 'plans', ownerAccountId: cleo },
      { resourceId: innerFolder, name: 'secret', parentId: folder },
    ],
  });
  const nameOf = (accountId: string): string =>
    Object.entries(customer.people).find(([, personId]) => personId === accountId)?.[0] ?? 'unknown';
  const listContent = async (about: About) =>
    (await fixture.test.call(listSharedContent, { organizationId, about }, { service: 'reminders' })).data;
  /** One line per row: owner, holder with the number of people, right and resources. */
  const summarize = async (about: About) =>
    (await listContent(about))
      .map((row) => {
        const { holder, teamName, peopleCount, resources } = row;
        const holderName = holder.kind === 'account' ? nameOf(holder.accountId) : (teamName ?? 'everybody');
        const count = peopleCount === null ? '' : ` (${peopleCount})`;
        const resourceNames = resources.map(({ name }) => name).join('+');
        return `${nameOf(row.ownerAccountId)}: ${holderName}${count} ${row.right} ${resourceNames}`;
      })
      .sort();
  /** The events of the organization whose type ends with the given text, newest last. */
  const findEvents = async (ending: string) =>
    (await customer.listEvents()).filter(({ type }) => type.endsWith(ending));
  return {
    customer,
    organizationId,
    cleosMailbox,
    folder,
    innerFolder,
    mailObject: { kind: 'product', productId: customer.mail } satisfies GrantObject,
    folderObject: (resourceId: `res_${string}`): GrantObject => ({
      kind: 'resource',
      productId: customer.drive,
      resourceId,
    }),
    listContent,
    summarizeGrant: (grantId: `grt_${string}`) => summarize({ kind: 'grant', grantId }),
    /** The rows of all grants that the latest call created. */
    summarizeNewestGrants: async () => {
      const givenEvents = await findEvents('grant.given');
      const newestEvents = givenEvents.filter(({ event }) => event.time === givenEvents.at(-1)!.event.time);
      const grantIds = newestEvents.map(({ event }) => event.subject as `grt_${string}`);
      return (await Promise.all(grantIds.map((grantId) => summarize({ kind: 'grant', grantId })))).flat().sort();
    },
    findJoining: async (teamId: TeamId, who: PersonName): Promise<About> => {
      const joinedEvent = (await findEvents('team.members_changed')).findLast(
        ({ event, data }) => event.subject === teamId && (data['added'] as string[]).includes(customer.people[who]),
      )!;
      return { kind: 'joining', teamId, accountId: customer.people[who], joinedAt: joinedEvent.event.time };
    },
    summarize,
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
    const { customer, organizationId, listContent, cleosMailbox, mailObject } = createOwners();
    const endsAt = fixture.inHours(5);
    const grant = await customer.give('ben', 'read', mailObject, { endsAt, reason: 'holidays' });
    const rows = await listContent({ kind: 'grant', grantId: grant.id });
    const cleosRow = rows.find(({ ownerAccountId }) => ownerAccountId === customer.people.cleo);
    expect(rows).toHaveLength(2);
    expect(cleosRow).toEqual({
      ownerAccountId: customer.people.cleo,
      holder: customer.holderFor('ben'),
      teamName: null,
      peopleCount: null,
      right: 'read',
      resources: [{ resourceId: cleosMailbox, productId: customer.mail, name: 'cleo@' }],
      resourceCount: 1,
      givenBy: customer.people.chief,
      givenAt: grant.givenAt,
      endsAt,
      reason: 'holidays',
    });
    // A grant that has already ended is listed with its end.
    fixture.advanceHours(1);
    await fixture.test.call(endGrant, { organizationId, grantId: grant.id }, customer.as.chief);
    const [endedRow] = await listContent({ kind: 'grant', grantId: grant.id });
    expect(Date.parse(endedRow!.endsAt!)).toBeLessThan(Date.parse(endsAt));
  });

  it('is listed with the number of people in the team and its child teams', async () => {
    const { customer, mailObject, summarizeGrant, folderObject, folder } = createOwners();
    const { ben, eva, cleo } = customer.people;
    const web = await customer.createTeam('Web', { accountIds: [ben, eva] });
    await customer.createTeam('Low', { parentId: web.id, accountIds: [ben, cleo] });
    const grant = await customer.give({ kind: 'team', teamId: web.id }, 'read', mailObject);
    expect(await summarizeGrant(grant.id)).toEqual(['admin: Web (3) read admin@', 'cleo: Web (3) read cleo@']);
    // For other holders than teams, the number of people is null.
    const organizationGrant = await customer.give({ kind: 'organization' }, 'manage', folderObject(folder));
    expect(await summarizeGrant(organizationGrant.id)).toEqual(['cleo: everybody manage plans']);
  });

  it('is listed with the people and the team name at the time of the grant', async () => {
    const { customer, organizationId, mailObject, summarizeGrant, join } = createOwners();
    const web = await customer.createTeam('Web', { accountIds: [customer.people.ben] });
    const grant = await customer.give({ kind: 'team', teamId: web.id }, 'read', mailObject);
    await join(web.id, 'eva');
    await fixture.test.call(deleteTeam, { organizationId, teamId: web.id }, customer.as.chief);
    expect(await summarizeGrant(grant.id)).toEqual(['admin: Web (1) read admin@', 'cleo: Web (1) read cleo@']);
  });

  it('includes a resource only when it is unrestricted and its kind has the right', async () => {
    const { customer, folder, innerFolder, folderObject, summarizeGrant } = createOwners();
    const grantOnType = await customer.give('ben', 'view', { kind: 'product_type', type: 'mail_service' });
    expect(await summarizeGrant(grantOnType.id)).toEqual([]);
    const grantOnInnerFolder = await customer.give('ben', 'view', folderObject(innerFolder));
    expect(await summarizeGrant(grantOnInnerFolder.id)).toEqual(['cleo: ben view secret']);
    await fixture.test.call(
      restrictResource,
      {
        organizationId: customer.organizationId,
        productId: customer.drive,
        resourceId: folder,
        holder: customer.holderFor('eva'),
      },
      customer.as.chief,
    );
    const grantOnDrive = await customer.give('eva', 'change', { kind: 'product', productId: customer.drive });
    expect(await summarizeGrant(grantOnDrive.id)).toEqual([]);
    const grantOnFolder = await customer.give('eva', 'change', folderObject(folder));
    expect(await summarizeGrant(grantOnFolder.id)).toEqual(['cleo: eva change plans']);
  });

  it('is not listed again when only the end of a grant changes', async () => {
    const { customer, organizationId, folder, summarizeNewestGrants } = createOwners();
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
    await setRights(['view'], fixture.inHours(9));
    expect(await summarizeNewestGrants()).toEqual(['cleo: ben view plans']);
    fixture.advanceHours(1);
    // An earlier end replaces the grant; a later end prolongs it.
    await setRights(['view'], fixture.inHours(5));
    expect(await summarizeNewestGrants()).toEqual([]);
    fixture.advanceHours(1);
    await setRights(['view', 'read'], null);
    expect(await summarizeNewestGrants()).toEqual(['cleo: ben read plans']);
  });

  it('includes resources that the cached products do not have yet', async () => {
    const { customer, organizationId, mailObject, summarizeGrant } = createOwners();
    const mail = customer.findProduct(customer.mail);
    const { resources } = mail;
    mail.resources = [];
    fixture.test.snapshotChanged('products', organizationId);
    const grant = await customer.give('ben', 'read', mailObject);
    expect(await summarizeGrant(grant.id)).toEqual([]);
    mail.resources = resources!;
    fixture.test.changeSnapshotSilently('products', organizationId);
    expect(await summarizeGrant(grant.id)).toHaveLength(2);
  });

  it('is empty for a right without content and for an unknown grant', async () => {
    const { customer, summarizeGrant } = createOwners();
    const grant = await customer.give('ben', 'technical');
    expect([await summarizeGrant(grant.id), await summarizeGrant(id('grt'))]).toEqual([[], []]);
  });
});

describe('content for a new team member (ACC-4)', () => {
  it('is listed for the grants of the team and its parents, with the earliest end', async () => {
    const { customer, mailObject, folderObject, folder, join, findJoining, summarize, listContent } = createOwners();
    const top = await customer.createTeam('Top', { grants: [{ object: mailObject, rights: ['read'] }] });
    const low = await customer.createTeam('Low', {
      parentId: top.id,
      grants: [{ object: folderObject(folder), rights: ['view'] }],
    });
    const endsAt = fixture.inHours(30);
    await join(low.id, 'ben', endsAt);
    const joining = await findJoining(low.id, 'ben');
    expect(await summarize(joining)).toEqual([
      'admin: Top read admin@',
      'cleo: Low view plans',
      'cleo: Top read cleo@',
    ]);
    expect(new Set((await listContent(joining)).map((row) => row.endsAt))).toEqual(new Set([endsAt]));
    await join(top.id, 'cleo');
    expect(await summarize(await findJoining(top.id, 'cleo'))).toEqual([
      'admin: Top read admin@',
      'cleo: Top read cleo@',
    ]);
  });

  it('excludes the grants of the call that adds the person, and grants given after the joining', async () => {
    const { customer, mailObject, summarizeNewestGrants, findJoining, summarize, join } = createOwners();
    const web = await customer.createTeam('Web', {
      accountIds: [customer.people.ben],
      grants: [{ object: mailObject, rights: ['read'] }],
    });
    expect(await summarizeNewestGrants()).toEqual(['admin: Web (1) read admin@', 'cleo: Web (1) read cleo@']);
    expect(await summarize(await findJoining(web.id, 'ben'))).toEqual([]);
    const empty = await customer.createTeam('Empty');
    await join(empty.id, 'ben');
    fixture.advanceHours(1);
    await customer.give({ kind: 'team', teamId: empty.id }, 'read', mailObject);
    expect(await summarizeNewestGrants()).toEqual(['admin: Empty (1) read admin@', 'cleo: Empty (1) read cleo@']);
    expect(await summarize(await findJoining(empty.id, 'ben'))).toEqual([]);
  });

  it('is listed as at the time of joining, even after the member has left and the team has been deleted', async () => {
    const { customer, organizationId, mailObject, join, findJoining, summarize } = createOwners();
    const web = await customer.createTeam('Web', { grants: [{ object: mailObject, rights: ['read'] }] });
    await join(web.id, 'ben');
    const joining = await findJoining(web.id, 'ben');
    fixture.advanceHours(1);
    await fixture.test.call(
      removeTeamMember,
      { organizationId, teamId: web.id, accountId: customer.people.ben },
      customer.as.chief,
    );
    await fixture.test.call(deleteTeam, { organizationId, teamId: web.id }, customer.as.chief);
    customer.leaveAndReturn('ben');
    expect(await summarize(joining)).toEqual(['admin: Web read admin@', 'cleo: Web read cleo@']);
  });

  it('excludes the grants of a members-only parent for an external, and the grants of a later parent', async () => {
    const { customer, organizationId, mailObject, join, findJoining, summarize } = createOwners();
    const closed = await customer.createTeam('Closed', {
      isMembersOnly: true,
      grants: [{ object: mailObject, rights: ['read'] }],
    });
    const low = await customer.createTeam('Low');
    await join(low.id, 'ben');
    fixture.advanceHours(1);
    await fixture.test.call(changeTeam, { organizationId, teamId: low.id, parentId: closed.id }, customer.as.chief);
    expect(await summarize(await findJoining(low.id, 'ben'))).toEqual([]);
    await join(low.id, 'eva');
    expect(await summarize(await findJoining(low.id, 'eva'))).toEqual([]);
    await join(low.id, 'cleo');
    expect(await summarize(await findJoining(low.id, 'cleo'))).toHaveLength(2);
  });

  it('is paged: the second page starts with the owner after the last owner of the first page', async () => {
    const { customer, organizationId, mailObject } = createOwners();
    const { results } = await fixture.test.call(
      giveGrants,
      { organizationId, grants: [{ holder: customer.holderFor('ben'), object: mailObject, right: 'read' }] },
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
