import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listRecipients, memberAdded, memberRemoved } from '@cordee/contracts/identity/member';
import { cloudEventType } from '@cordee/contracts/cloud-event';
import { newId } from '@cordee/contracts/id';
import type { Role } from '@cordee/contracts/permissions';
import { describeResource } from '@cordee/contracts/products/product';
import { listProductTypes } from '@cordee/contracts/products/product-type';
import { checkAccess, explainAccess } from '@cordee/contracts/teams/access';
import { endGrant, giveGrant, listGrants } from '@cordee/contracts/teams/grant';
import { getGrantFacts } from '@cordee/contracts/teams/grant-facts';
import { addTeamMembers, changeTeam, createTeam, deleteTeam, listTeams, removeTeamMember } from '@cordee/contracts/teams/team';
import { DomainError } from '@cordee/contracts/domain-error';
import { encode } from '@cordee/messaging/reply';
import { ServiceUnderTest, uuid, type Caller } from '@cordee/testing/service-under-test';
import { teamsService } from './teams.service.ts';

type AccountId = `acc_${string}`;
type TeamId = `team_${string}`;
type ProductId = `prd_${string}`;
let test: ServiceUnderTest;
const hour = 3_600_000;
const id = <P extends 'acc' | 'org' | 'prd' | 'mem' | 'grt' | 'res' | 'team'>(prefix: P) => newId(prefix, new Date());
const inHours = (hours: number): string => new Date(test.process.clock.now().getTime() + hours * hour).toISOString();

const productType = (key: string, rights: string[], resourceRights: { kind: string; rights: string[] }[] = []) =>
  ({ key, name: key, rights, resourceKinds: resourceRights.map(({ kind }) => kind), resourceRights, vatClass: 'standard' as const, isWarrantyAtOrder: true, prices: [] });
const folder = id('res');

beforeAll(async () => {
  test = await ServiceUnderTest.start(teamsService);
  await test.answer(listProductTypes, () => ({
    data: [productType('web_hosting', ['technical', 'statistics']), productType('drive', ['admin', 'user', 'view', 'change', 'manage', 'read'], [{ kind: 'folder', rights: ['view', 'change', 'manage', 'read'] }])],
  }));
  await test.answer(describeResource, ({ organizationId, resourceId }) => {
    const drive = test.facts.products.get(organizationId)?.find(({ type }) => type === 'drive');
    if (resourceId !== folder || !drive) throw new DomainError('RESOURCE_NOT_FOUND');
    return { resourceId, productId: drive.productId, kind: 'folder', name: 'Contracts', ownerAccountId: null };
  });
  await test.answer(listRecipients, ({ organizationId }) => ({
    data: test.facts.people.get(organizationId)!.map(({ accountId, role, flags, isBlocked }) => ({ accountId, name: `Name of ${role}`, email: 'someone@example.ch', locale: 'en' as const, role, flags, isBlocked })),
  }));
});
afterAll(() => test.stop());

/** An organization with a legal representative (chief), an administrator, two collaborators, an external, a hosting and a drive. */
class Organization {
  readonly organizationId = id('org');
  readonly people = { chief: id('acc'), admin: id('acc'), ben: id('acc'), cleo: id('acc'), eva: id('acc') };
  readonly as = Object.fromEntries(Object.entries(this.people).map(([name, account]) => [name, { account }])) as Record<keyof Organization['people'], Caller>;
  readonly hosting = id('prd');
  readonly drive = id('prd');

  static open(): Organization {
    const organization = new Organization();
    const roles: Role[] = ['legal_representative', 'administrator', 'collaborator', 'collaborator', 'external'];
    test.facts.people.set(organization.organizationId, Object.values(organization.people).map((accountId, index) => ({ accountId, memberId: id('mem'), role: roles[index]!, flags: [], isBlocked: false })));
    organization.sell({ productId: organization.hosting, type: 'web_hosting', name: 'secret-hosting.example' }, { productId: organization.drive, type: 'drive', name: 'secret-drive' });
    return organization;
  }

  sell(...products: { productId: ProductId; type: string; name: string; isBlocked?: boolean }[]): void {
    test.facts.products.set(this.organizationId, products.map((product) => ({ isBlocked: false, ...product })));
  }

  async setRole(accountId: AccountId, role: Role): Promise<void> {
    test.facts.people.set(this.organizationId, test.facts.people.get(this.organizationId)!.map((person) => (person.accountId === accountId ? { ...person, role } : person)));
    await test.process.access.changed('people', this.organizationId);
  }

  team(name: string, rest: object = {}) {
    return test.call(createTeam, { organizationId: this.organizationId, name, ...rest }, this.as.chief);
  }

  give(holder: object, right: string, object: object = { kind: 'product', productId: this.hosting }, rest: object = {}) {
    return test.call(giveGrant, { organizationId: this.organizationId, holder, object, right, ...rest } as never, this.as.chief);
  }

  async may(accountId: AccountId, right: string, productId: ProductId = this.hosting, resourceId?: `res_${string}`): Promise<boolean> {
    return (await test.call(checkAccess, { organizationId: this.organizationId, accountId, right, productId, ...(resourceId ? { resourceId } : {}) }, this.as.chief)).isAllowed;
  }

  explain(accountId: AccountId, right: string, as: Caller = this.as.chief, productId: ProductId = this.hosting) {
    return test.call(explainAccess, { organizationId: this.organizationId, accountId, right, productId }, as);
  }

  async teams() {
    return (await test.call(listTeams, { organizationId: this.organizationId }, this.as.chief)).data;
  }
}

const hosting = (rights: string[]) => [{ object: { kind: 'product_type', type: 'web_hosting' }, rights }];
const factsAbout = async (entityId: string) => (await test.outbox()).filter(({ event }) => event.subject === entityId);

describe('a team', () => {
  it('is made in one call, with people, lead and rights (TEAM-1)', async () => {
    const one = Organization.open();
    const { ben, eva } = one.people;
    const team = await one.team('Web', { colour: 'blue', accountIds: [ben, eva, ben], leadAccountId: ben, grants: hosting(['technical', 'statistics']) });
    expect(team).toMatchObject({ name: 'Web', colour: 'blue', parentId: null, leadAccountId: ben, memberAccountIds: [ben, eva], version: 1 });
    expect(await one.teams()).toEqual([team]);
    const { data } = await test.call(listGrants, { organizationId: one.organizationId }, one.as.chief);
    for (const grant of data) expect(grant).toMatchObject({ holder: { kind: 'team', teamId: team.id }, object: { kind: 'product_type', type: 'web_hosting' } });
    expect(data.map(({ right }) => right).sort()).toEqual(['statistics', 'technical']);
    expect((await factsAbout(team.id)).map(({ type }) => type)).toEqual(['teams.team.created', 'teams.team.members_changed']);
    for (const account of [ben, eva]) expect([await one.may(account, 'technical'), await one.may(account, 'statistics')]).toEqual([true, true]);
  });

  it('is made wholly or not at all, and the refusal says where', async () => {
    const one = Organization.open();
    const { ben } = one.people;
    const stranger = id('acc');
    const make = (rest: object) => test.call(createTeam, { organizationId: one.organizationId, name: 'Web', ...rest }, one.as.chief);
    const grants = (object: object, right: string, rest: object = {}) => ({ accountIds: [ben], grants: [...hosting(['technical']), { object, rights: [right], ...rest }] });
    for (const [rest, code, pointer] of [
      [{ accountIds: [ben, stranger] }, 'PERSON_UNKNOWN', '/accountIds/1'],
      [{ accountIds: [ben], leadAccountId: one.people.cleo }, 'LEAD_NOT_IN_TEAM', '/leadAccountId'],
      [{ parentId: id('team') }, 'TEAM_NOT_FOUND', '/parentId'],
      [grants({ kind: 'product', productId: id('prd') }, 'technical'), 'PRODUCT_NOT_FOUND', '/grants/1/object/productId'],
      [grants({ kind: 'product_type', type: 'gas' }, 'technical'), 'PRODUCT_TYPE_UNKNOWN', '/grants/1/object/type'],
      [grants({ kind: 'product', productId: one.hosting }, 'user'), 'RIGHT_UNKNOWN', '/grants/1'],
      [grants({ kind: 'resource', productId: one.hosting, resourceId: folder }, 'view'), 'RESOURCE_NOT_FOUND', '/grants/1/object/resourceId'],
      [grants({ kind: 'resource', productId: one.drive, resourceId: folder }, 'admin'), 'RIGHT_UNKNOWN', '/grants/1'],
      [grants({ kind: 'product', productId: one.hosting }, 'technical', { endsAt: inHours(-1) }), 'GRANT_ENDS_IN_PAST', '/grants/1/endsAt'],
    ] as const) {
      await expect(make(rest)).rejects.toMatchObject({ code, errors: [{ pointer }] });
    }
    expect(await one.teams()).toEqual([]);
    expect((await test.call(listGrants, { organizationId: one.organizationId }, one.as.chief)).data).toEqual([]);
  });

  it('has a name of its own, case and accents aside, at the same moment too', async () => {
    const one = Organization.open();
    const input = (name: string) => ({ organizationId: one.organizationId, name });
    const codes = await Promise.all(['Équipe', 'equipe', 'EQUIPE', 'e\u0301quipe'].map((name) => test.codeOf(createTeam, input(name), one.as.chief)));
    expect(codes.sort()).toEqual(['TEAM_NAME_TAKEN', 'TEAM_NAME_TAKEN', 'TEAM_NAME_TAKEN', 'ok']);
    const [team] = await one.teams();
    await one.team('Other');
    expect(await test.codeOf(changeTeam, { ...input('ÓTHER'), teamId: team!.id }, one.as.chief)).toBe('TEAM_NAME_TAKEN');
    await test.call(deleteTeam, { organizationId: one.organizationId, teamId: team!.id }, one.as.chief);
    expect(await test.codeOf(createTeam, input('EQUIPE'), one.as.chief)).toBe('ok');
    expect(await test.codeOf(createTeam, { ...input('EQUIPE'), organizationId: Organization.open().organizationId }, one.as.chief)).toBe('ORGANIZATION_NOT_FOUND');
  });

  it('is made once with a key', async () => {
    const one = Organization.open();
    const key = { idempotencyKey: 'team-1' };
    const input = { organizationId: one.organizationId, name: 'Keyed' };
    const team = await test.call(createTeam, input, one.as.chief, key);
    expect(await test.call(createTeam, input, one.as.chief, key)).toEqual(team);
    expect(await test.codeOf(createTeam, { ...input, name: 'Other' }, one.as.chief, key)).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await one.teams()).toHaveLength(1);
  });

  it('is changed with what was seen, and nothing is reported where nothing changes', async () => {
    const one = Organization.open();
    const team = await one.team('Web', { accountIds: [one.people.ben] });
    const change = (rest: object) => test.call(changeTeam, { organizationId: one.organizationId, teamId: team.id, ...rest }, one.as.chief);
    expect(await change({ colour: 'green', ifMatch: 1 })).toMatchObject({ colour: 'green', version: 2, memberAccountIds: [one.people.ben] });
    await expect(change({ colour: 'red', ifMatch: 1 })).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
    expect(await change({ colour: 'green' })).toMatchObject({ version: 2 });
    expect(await change({ leadAccountId: one.people.ben })).toMatchObject({ leadAccountId: one.people.ben });
    expect(await change({ leadAccountId: null })).toMatchObject({ leadAccountId: null });
    expect((await factsAbout(team.id)).filter(({ type }) => type === 'teams.team.changed')).toHaveLength(3);
    expect((await factsAbout(team.id)).find(({ type }) => type === 'teams.team.changed')).toMatchObject({ data: { before: { colour: 'grey' }, after: { colour: 'green' } }, event: { actorid: one.people.chief } });
  });

  it('has a lead who is in it; the lead gets no right and manages nobody (C-TEAM-06)', async () => {
    const one = Organization.open();
    const { ben, cleo } = one.people;
    const team = await one.team('Web', { accountIds: [ben], leadAccountId: ben });
    const place = { organizationId: one.organizationId, teamId: team.id };
    expect(await test.codeOf(changeTeam, { ...place, leadAccountId: cleo }, one.as.chief)).toBe('LEAD_NOT_IN_TEAM');
    expect(await one.may(ben, 'technical')).toBe(false);
    expect(await test.codeOf(addTeamMembers, { ...place, members: [{ accountId: cleo }] }, one.as.ben)).toBe('PERMISSION_DENIED');
    await test.call(removeTeamMember, { ...place, accountId: ben }, one.as.chief);
    expect(await one.teams()).toMatchObject([{ leadAccountId: null, memberAccountIds: [] }]);
  });
});

describe('nesting (TEAM-5, C-TEAM-13)', () => {
  it('gives members of the child the rights of the parents, at once when it moves', async () => {
    const one = Organization.open();
    const all = await one.team('All', { grants: hosting(['statistics']) });
    const [web, deep] = [await one.team('Web'), await one.team('Deep', { accountIds: [one.people.ben] })];
    const move = (teamId: TeamId, parentId: TeamId | null) => test.codeOf(changeTeam, { organizationId: one.organizationId, teamId, parentId }, one.as.chief);
    expect(await move(deep.id, web.id)).toBe('ok');
    expect(await one.may(one.people.ben, 'statistics')).toBe(false);
    expect(await move(web.id, all.id)).toBe('ok');
    expect(await one.may(one.people.ben, 'statistics')).toBe(true);
    expect(await move(web.id, null)).toBe('ok');
    expect(await one.may(one.people.ben, 'statistics')).toBe(false);
  });

  it('refuses cycles and the eleventh level', async () => {
    const one = Organization.open();
    const line: TeamId[] = [];
    for (let level = 1; level <= 10; level += 1) line.push((await one.team(`Level ${level}`, { parentId: line.at(-1) ?? null })).id);
    const move = (teamId: TeamId, parentId: TeamId) => test.codeOf(changeTeam, { organizationId: one.organizationId, teamId, parentId }, one.as.chief);
    expect(await test.codeOf(createTeam, { organizationId: one.organizationId, name: 'Level 11', parentId: line[9]! }, one.as.chief)).toBe('TEAM_NESTING_TOO_DEEP');
    expect(await move(line[0]!, line[9]!)).toBe('TEAM_CYCLE');
    expect(await move(line[3]!, line[3]!)).toBe('TEAM_CYCLE');
    const other = await one.team('Other');
    expect(await move(line[0]!, other.id)).toBe('TEAM_NESTING_TOO_DEEP');
    expect(await move(line[1]!, other.id)).toBe('ok');
  });

  it('makes no cycle of two moves at the same moment', async () => {
    const one = Organization.open();
    const [first, second] = [await one.team('First'), await one.team('Second')];
    const move = (teamId: TeamId, parentId: TeamId) => test.codeOf(changeTeam, { organizationId: one.organizationId, teamId, parentId }, one.as.chief);
    expect((await Promise.all([move(first.id, second.id), move(second.id, first.id)])).sort()).toEqual(['TEAM_CYCLE', 'ok']);
  });

  it('moves the children of a deleted team up, and ends its grants in the same transaction (C-TEAM-04)', async () => {
    const one = Organization.open();
    const { ben, cleo } = one.people;
    const top = await one.team('Top', { grants: hosting(['statistics']) });
    const middle = await one.team('Middle', { parentId: top.id, accountIds: [cleo], leadAccountId: cleo, grants: hosting(['technical']) });
    const low = await one.team('Low', { parentId: middle.id, accountIds: [ben] });
    expect([await one.may(ben, 'technical'), await one.may(ben, 'statistics')]).toEqual([true, true]);
    for (let time = 0; time < 2; time += 1) await test.call(deleteTeam, { organizationId: one.organizationId, teamId: middle.id }, one.as.chief);
    expect([await one.may(ben, 'technical'), await one.may(ben, 'statistics'), await one.may(cleo, 'technical')]).toEqual([false, true, false]);
    expect((await one.teams()).find((team) => team.id === low.id)).toMatchObject({ parentId: top.id });
    expect(await test.rows(`select count(*)::int as kept, count(ended_at)::int as ended from access_grant where holder_team_id = $1`, [uuid(middle.id)])).toEqual([{ kept: 1, ended: 1 }]);
    expect((await factsAbout(middle.id)).map(({ type }) => type.split('.').at(-1))).toEqual(['created', 'members_changed', 'members_changed', 'deleted']);
    expect(await test.codeOf(addTeamMembers, { organizationId: one.organizationId, teamId: middle.id, members: [{ accountId: ben }] }, one.as.chief)).toBe('TEAM_NOT_FOUND');
    expect(await test.codeOf(giveGrant, { organizationId: one.organizationId, holder: { kind: 'team', teamId: middle.id }, object: { kind: 'product', productId: one.hosting }, right: 'technical' }, one.as.chief)).toBe('TEAM_NOT_FOUND');
  });
});

describe('members of a team', () => {
  it('come in by the hundred with a result per row; repeating changes nothing (C-TEAM-07)', async () => {
    const one = Organization.open();
    const many = Array.from({ length: 500 }, () => id('acc'));
    test.facts.people.set(one.organizationId, [...test.facts.people.get(one.organizationId)!, ...many.map((accountId) => ({ accountId, memberId: id('mem'), role: 'collaborator' as const, flags: [], isBlocked: false }))]);
    const team = await one.team('Web', { accountIds: [many[7]!] });
    const stranger = id('acc');
    const input = { organizationId: one.organizationId, teamId: team.id, members: [...many, stranger, many[0]!].map((accountId) => ({ accountId })) };
    const { results } = await test.call(addTeamMembers, input, one.as.chief);
    const count = (status: string) => results.filter((result) => result.status === status).length;
    expect([count('added'), count('already_member'), count('refused')]).toEqual([499, 2, 1]);
    expect([results[7], results[500], results[501]]).toMatchObject([{ index: 7, status: 'already_member' }, { index: 500, id: stranger, status: 'refused', error: { code: 'PERSON_UNKNOWN' } }, { index: 501, status: 'already_member' }]);
    expect((await one.teams())[0]!.memberAccountIds).toHaveLength(500);
    const before = (await test.outbox()).length;
    expect((await test.call(addTeamMembers, input, one.as.chief)).results.filter(({ status }) => status === 'added')).toEqual([]);
    expect((await test.outbox()).length).toBe(before);
  });

  it('have access from the call that adds them to the call that removes them (TEAM-4, C-TEAM-01)', async () => {
    const one = Organization.open();
    const { ben } = one.people;
    const [first, second] = [await one.team('First', { grants: hosting(['technical']) }), await one.team('Second', { grants: hosting(['technical', 'statistics']) })];
    const add = (teamId: TeamId) => test.call(addTeamMembers, { organizationId: one.organizationId, teamId, members: [{ accountId: ben }] }, one.as.chief);
    const remove = (teamId: TeamId) => test.call(removeTeamMember, { organizationId: one.organizationId, teamId, accountId: ben }, one.as.admin);
    const rights = async () => [await one.may(ben, 'technical'), await one.may(ben, 'statistics')];
    expect(await rights()).toEqual([false, false]);
    await add(first.id);
    expect(await rights()).toEqual([true, false]);
    await add(second.id);
    expect((await one.explain(ben, 'technical')).chains).toHaveLength(2);
    await remove(first.id);
    expect(await rights()).toEqual([true, true]);
    await remove(second.id);
    await remove(second.id);
    expect(await rights()).toEqual([false, false]);
    await add(first.id);
    expect(await rights()).toEqual([true, false]);
    expect(await test.rows(`select count(*)::int as kept from team_membership where account_id = $1`, [uuid(ben)])).toEqual([{ kept: 3 }]);
  });

  it('for a time are out at its end, and that is put on record', async () => {
    const one = Organization.open();
    const { ben } = one.people;
    const team = await one.team('Web', { grants: hosting(['technical']) });
    const place = { organizationId: one.organizationId, teamId: team.id };
    const members = (endsAt: string) => ({ ...place, members: [{ accountId: ben, endsAt }] });
    expect((await test.call(addTeamMembers, members(inHours(-1)), one.as.chief)).results).toMatchObject([{ status: 'refused', error: { code: 'MEMBERSHIP_ENDS_IN_PAST' } }]);
    await test.call(addTeamMembers, members(inHours(2)), one.as.chief);
    await test.call(changeTeam, { ...place, leadAccountId: ben }, one.as.chief);
    const grant = await one.give({ kind: 'account', accountId: one.people.cleo }, 'technical', undefined, { endsAt: inHours(2) });
    expect([await one.may(ben, 'technical'), await one.may(one.people.cleo, 'technical')]).toEqual([true, true]);
    test.moveClockTo(inHours(3));
    expect([await one.may(ben, 'technical'), await one.may(one.people.cleo, 'technical')]).toEqual([false, false]);
    const left = await test.until(async () => (await factsAbout(team.id)).find(({ data }) => (data['removed'] as string[] | undefined)?.includes(ben)), 'the end of the membership');
    expect(left.event.actorid).toBe('service:teams');
    await test.until(async () => (await factsAbout(grant.id)).find(({ type }) => type === 'teams.grant.ended'), 'the end of the grant');
    expect(await one.teams()).toMatchObject([{ leadAccountId: null, memberAccountIds: [] }]);
    expect(await test.rows(`select ended_at = ends_at as on_time from access_grant where id = $1`, [uuid(grant.id)])).toEqual([{ on_time: true }]);
    expect((await test.call(addTeamMembers, members(inHours(2)), one.as.chief)).results).toMatchObject([{ status: 'added' }]);
    expect((await one.give({ kind: 'account', accountId: one.people.cleo }, 'technical')).id).not.toBe(grant.id);
  });
});

describe('grants', () => {
  it('given twice are one, at the same moment too; ended they stay on record', async () => {
    const one = Organization.open();
    const holder = { kind: 'account', accountId: one.people.ben };
    const given = await Promise.all([1, 2, 3].map(() => one.give(holder, 'technical', undefined, { reason: 'relaunch' })));
    expect(new Set(given.map((grant) => grant.id)).size).toBe(1);
    const { id: grantId } = given[0]!;
    expect(given[0]).toMatchObject({ holder, right: 'technical', givenBy: one.people.chief, endsAt: null, endedAt: null, reason: 'relaunch' });
    expect(await factsAbout(grantId)).toHaveLength(1);
    for (let time = 0; time < 2; time += 1) await test.call(endGrant, { organizationId: one.organizationId, grantId }, one.as.chief);
    expect(await one.may(one.people.ben, 'technical')).toBe(false);
    expect((await factsAbout(grantId)).map(({ type, event }) => [type, event.organizationid])).toEqual([['teams.grant.given', one.organizationId], ['teams.grant.ended', one.organizationId]]);
    expect(await test.rows(`select ended_by from access_grant where id = $1`, [uuid(grantId)])).toEqual([{ ended_by: one.people.chief }]);
    expect((await one.give(holder, 'technical')).id).not.toBe(grantId);
    await expect(test.database.query(`begin; set local role cordee_teams; delete from access_grant`)).rejects.toThrow('permission denied');
    await test.database.query('rollback');
  });

  it('direct and by team are two sources: taking one leaves the other (C-TEAM-02)', async () => {
    const one = Organization.open();
    const { ben } = one.people;
    await one.team('Web', { accountIds: [ben], grants: hosting(['technical']) });
    const direct = await one.give({ kind: 'account', accountId: ben }, 'technical');
    expect((await one.explain(ben, 'technical')).chains).toHaveLength(2);
    await test.call(endGrant, { organizationId: one.organizationId, grantId: direct.id }, one.as.chief);
    expect(await one.explain(ben, 'technical')).toMatchObject({ isAllowed: true, chains: [{ via: 'grant', holder: { kind: 'team' }, teams: [{ name: 'Web' }] }] });
  });

  it('on a type cover what is bought later, on a product do not (C-TEAM-08)', async () => {
    const one = Organization.open();
    const { ben, cleo } = one.people;
    await one.give({ kind: 'account', accountId: ben }, 'technical', { kind: 'product_type', type: 'web_hosting' });
    await one.give({ kind: 'account', accountId: cleo }, 'technical');
    const later = id('prd');
    one.sell({ productId: one.hosting, type: 'web_hosting', name: 'a' }, { productId: later, type: 'web_hosting', name: 'b' });
    await test.process.access.changed('products', one.organizationId);
    expect([await one.may(ben, 'technical', later), await one.may(cleo, 'technical', later), await one.may(cleo, 'technical')]).toEqual([true, false, true]);
  });

  it('rest while the product is blocked, administrators aside, and come back by themselves (C-TEAM-10)', async () => {
    const one = Organization.open();
    const { ben, eva, admin } = one.people;
    await one.team('Web', { accountIds: [ben, eva], grants: hosting(['technical']) });
    const rights = async (isBlocked: boolean) => {
      one.sell({ productId: one.hosting, type: 'web_hosting', name: 'a', isBlocked });
      await test.process.access.changed('products', one.organizationId);
      return Promise.all([ben, eva, admin].map((account) => one.may(account, 'technical')));
    };
    expect(await rights(true)).toEqual([false, false, true]);
    expect(await one.explain(ben, 'technical')).toMatchObject({ refusal: 'product_blocked' });
    expect(await rights(false)).toEqual([true, true, true]);
  });

  it('cap an external at change on a drive folder (C-TEAM-11)', async () => {
    const one = Organization.open();
    const { ben, eva } = one.people;
    await one.team('Files', { accountIds: [ben, eva], grants: [{ object: { kind: 'resource', productId: one.drive, resourceId: folder }, rights: ['manage'] }] });
    const levels = async (account: AccountId) => Promise.all(['view', 'change', 'manage'].map((right) => one.may(account, right, one.drive, folder)));
    expect(await levels(ben)).toEqual([true, true, true]);
    expect(await levels(eva)).toEqual([true, true, false]);
    const explained = await test.call(explainAccess, { organizationId: one.organizationId, right: 'change', productId: one.drive, resourceId: folder }, one.as.eva);
    expect(explained.text).toContain('deletes only their own files');
    expect(await test.codeOf(giveGrant, { organizationId: one.organizationId, holder: { kind: 'account', accountId: eva }, object: { kind: 'product', productId: one.drive }, right: 'manage' }, one.as.chief)).toBe('RIGHT_NOT_FOR_EXTERNALS');
  });

  it('to the whole organization leave externals out until they are members; a team share reaches them (C-ROL-18, C-ROL-19)', async () => {
    const one = Organization.open();
    const { ben, eva } = one.people;
    await one.give({ kind: 'organization' }, 'technical');
    await one.team('Web', { accountIds: [eva], grants: hosting(['statistics']) });
    const rights = async () => [await one.may(ben, 'technical'), await one.may(eva, 'technical'), await one.may(eva, 'statistics')];
    expect(await rights()).toEqual([true, false, true]);
    await one.setRole(eva, 'collaborator');
    expect(await rights()).toEqual([true, true, true]);
    await one.setRole(eva, 'external');
    expect(await rights()).toEqual([true, false, true]);
  });

  it.each([
    ['collaborator', 'ben', 'PERMISSION_DENIED'],
    ['external', 'eva', 'PERMISSION_DENIED'],
    ['administrator', 'admin', 'ok'],
  ] as const)('are given by an upper role only: %s', async (_, who, code) => {
    const one = Organization.open();
    const input = { organizationId: one.organizationId, holder: { kind: 'account' as const, accountId: one.people.ben }, object: { kind: 'product' as const, productId: one.hosting }, right: 'technical' };
    expect(await test.codeOf(giveGrant, input, one.as[who])).toBe(code);
    expect(await test.codeOf(createTeam, { organizationId: one.organizationId, name: 'T' }, one.as[who])).toBe(code);
  });
});

describe('other organizations', () => {
  it('have teams and grants that are as unknown as any (ORG-2)', async () => {
    const [one, two] = [Organization.open(), Organization.open()];
    const theirs = await two.team('Theirs');
    const grant = await two.give({ kind: 'organization' }, 'technical');
    const { organizationId, as } = one;
    for (const teamId of [theirs.id, id('team')]) {
      expect(await test.codeOf(deleteTeam, { organizationId, teamId }, as.chief)).toBe('TEAM_NOT_FOUND');
      expect(await test.codeOf(changeTeam, { organizationId, teamId, colour: 'red' }, as.chief)).toBe('TEAM_NOT_FOUND');
      expect(await test.codeOf(removeTeamMember, { organizationId, teamId, accountId: one.people.ben }, as.chief)).toBe('TEAM_NOT_FOUND');
      expect(await test.codeOf(createTeam, { organizationId, name: 'x', parentId: teamId }, as.chief)).toBe('TEAM_NOT_FOUND');
    }
    for (const grantId of [grant.id, id('grt')]) expect(await test.codeOf(endGrant, { organizationId, grantId }, as.chief)).toBe('GRANT_NOT_FOUND');
    for (const productId of [two.hosting, id('prd')]) expect(await test.codeOf(giveGrant, { organizationId, holder: { kind: 'organization' }, object: { kind: 'product', productId }, right: 'technical' }, as.chief)).toBe('PRODUCT_NOT_FOUND');
    for (const foreign of [two.organizationId, id('org')]) {
      expect(await test.codeOf(listTeams, { organizationId: foreign }, as.chief)).toBe('ORGANIZATION_NOT_FOUND');
      expect(await test.codeOf(checkAccess, { organizationId: foreign, right: 'technical', productId: two.hosting }, as.chief)).toBe('ORGANIZATION_NOT_FOUND');
    }
  });

  it('are behind row-level security: the runtime role sees nothing without a scope', async () => {
    const one = Organization.open();
    await one.team('Web', { accountIds: [one.people.ben], grants: hosting(['technical']) });
    await test.database.query('begin; set local role cordee_teams;');
    const { rows } = await test.database.query(`select (select count(*) from team)::int as teams, (select count(*) from team_membership)::int as memberships, (select count(*) from access_grant)::int as grants`);
    await test.database.query('rollback');
    expect(rows).toEqual([{ teams: 0, memberships: 0, grants: 0 }]);
  });
});

describe('asking', () => {
  it('about others needs who manages people; about oneself is for everybody', async () => {
    const one = Organization.open();
    const { ben, cleo } = one.people;
    const ask = (as: Caller, accountId?: AccountId) => test.codeOf(explainAccess, { organizationId: one.organizationId, right: 'technical', productId: one.hosting, ...(accountId ? { accountId } : {}) }, as);
    expect([await ask(one.as.ben), await ask(one.as.ben, ben), await ask(one.as.eva), await ask(one.as.admin, cleo)]).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect([await ask(one.as.ben, cleo), await ask(one.as.eva, ben)]).toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED']);
    expect(await test.codeOf(checkAccess, { organizationId: one.organizationId, accountId: cleo, right: 'technical', productId: one.hosting }, one.as.ben)).toBe('PERMISSION_DENIED');
  });

  it('is answered in sentences, with who gave it and when', async () => {
    const one = Organization.open();
    await one.team('Web', { accountIds: [one.people.ben], grants: hosting(['technical']) });
    const { text, chains } = await one.explain(one.people.ben, 'technical');
    expect(text).toMatch(/^This is allowed\. The right was given to the team “Web” on \d+ \w+ \d{4} by Name of legal_representative\.$/);
    expect(chains).toMatchObject([{ via: 'grant', right: 'technical', givenBy: one.people.chief }]);
    expect((await one.explain(one.people.admin, 'technical')).text).toBe('This is allowed. The role of administrator gives this right on every product.');
    expect(await one.explain(one.people.admin, 'read', one.as.chief, one.drive)).toMatchObject({ isAllowed: false, refusal: 'no_grant', chains: [] });
    const inFrench = await test.call(explainAccess, { organizationId: one.organizationId, right: 'technical', productId: one.hosting }, one.as.ben, { for: { language: 'fr', requestId: 'r', traceparent: undefined, token: undefined, reason: undefined } });
    expect(inFrench.text).toMatch(/^C’est autorisé\. Le droit a été donné à l’équipe « Web » le /);
  });

  it('does not tell names of teams and products that the asker cannot see (C-TEAM-17)', async () => {
    const one = Organization.open();
    const { ben, cleo } = one.people;
    const parent = await one.team('Hidden parent', { grants: hosting(['technical']) });
    await one.team('Own', { parentId: parent.id, accountIds: [ben] });
    await one.team('Hidden other', { accountIds: [cleo], grants: hosting(['statistics']) });
    const own = await one.explain(ben, 'technical', one.as.ben);
    expect(own).toMatchObject({ isAllowed: true, chains: [{ teams: [{ name: 'Own' }] }] });
    expect(own.text).toContain('a parent team');
    const refused = await one.explain(ben, 'statistics', one.as.ben);
    expect(refused).toEqual({ isAllowed: false, chains: [], refusal: 'no_grant', text: 'This is not allowed: nobody has given this right.' });
    for (const answer of [own, refused]) expect(JSON.stringify(answer)).not.toMatch(/Hidden|secret/);
    expect((await one.explain(ben, 'technical')).chains).toMatchObject([{ teams: [{ name: 'Own' }, { name: 'Hidden parent' }] }]);
    // A product that exists and one that does not answer alike to who can see neither.
    const [hidden, none] = [await one.explain(ben, 'user', one.as.ben, one.drive), await one.explain(ben, 'user', one.as.ben, id('prd'))];
    expect(none).toEqual(hidden);
    expect(await one.explain(ben, 'user', one.as.chief, id('prd'))).toMatchObject({ refusal: 'product_unknown' });
  });
});

describe('people of the organization', () => {
  const added = (one: Organization, accountId: AccountId, teamIds: TeamId[], memberId = id('mem')) => ({ organizationId: one.organizationId, memberId, accountId, role: 'collaborator' as const, invitationId: null, teamIds });
  const removed = (one: Organization, accountId: AccountId, memberId = id('mem')) => ({ organizationId: one.organizationId, memberId, accountId, role: 'collaborator' as const });

  it('join the teams of their invitation, once; a team that was deleted meanwhile is left out (C-ROL-21)', async () => {
    const one = Organization.open();
    const [web, gone] = [await one.team('Web', { grants: hosting(['technical']) }), await one.team('Gone')];
    await test.call(deleteTeam, { organizationId: one.organizationId, teamId: gone.id }, one.as.chief);
    const fact = added(one, one.people.ben, [web.id, gone.id, id('team')]);
    await test.report(memberAdded, fact, { sequence: 1 });
    await test.report(memberAdded, fact, { sequence: 1 });
    await test.report(memberAdded, fact, { sequence: 2 });
    expect(await one.teams()).toMatchObject([{ id: web.id, memberAccountIds: [one.people.ben] }]);
    expect(await one.may(one.people.ben, 'technical')).toBe(true);
    expect(await test.rows(`select count(*)::int as live from team_membership where account_id = $1 and ended_at is null`, [uuid(one.people.ben)])).toEqual([{ live: 1 }]);
  });

  it('leave teams, lead and direct grants when they are removed; grants of teams stay (ROL-8)', async () => {
    const one = Organization.open();
    const { ben, cleo } = one.people;
    const team = await one.team('Web', { accountIds: [ben, cleo], leadAccountId: ben, grants: hosting(['technical']) });
    const direct = await one.give({ kind: 'account', accountId: ben }, 'statistics');
    const fact = removed(one, ben);
    await test.report(memberRemoved, fact, { actorId: one.people.admin });
    await test.report(memberRemoved, fact, { sequence: 1 });
    await test.report(memberRemoved, fact);
    expect(await one.teams()).toMatchObject([{ memberAccountIds: [cleo], leadAccountId: null }]);
    expect([await one.may(ben, 'technical'), await one.may(ben, 'statistics'), await one.may(cleo, 'technical')]).toEqual([false, false, true]);
    expect(await test.rows(`select ended_by from access_grant where id = $1`, [uuid(direct.id)])).toEqual([{ ended_by: one.people.admin }]);
    expect((await factsAbout(team.id)).map(({ type }) => type.split('.').at(-1))).toEqual(['created', 'members_changed', 'members_changed', 'changed']);
  });

  /** A fact that became true at an instant and arrives now. */
  const reportLate = (data: ReturnType<typeof removed>, time: string) => {
    const eventId = newId('evt', new Date(time));
    return test.bus.publishEvent(memberRemoved.subject, eventId, encode({
      specversion: '1.0', id: eventId, source: '/identity', type: cloudEventType(memberRemoved), subject: data.memberId, time, dataschema: '', datacontenttype: 'application/json',
      organizationid: data.organizationId, actorid: 'service:test', requestid: 'test', sequence: 1, data,
    }));
  };

  it('who come back start with nothing, and keep what they got since when the fact that they had gone comes late (ROL-7)', async () => {
    const one = Organization.open();
    const { ben } = one.people;
    const [old, fresh] = [await one.team('Old', { accountIds: [ben] }), await one.team('Fresh')];
    await one.give({ kind: 'account', accountId: ben }, 'technical');
    test.moveClockTo(inHours(1));
    const before = test.process.clock.now().toISOString();
    test.moveClockTo(inHours(1));
    await test.report(memberAdded, added(one, ben, [fresh.id]));
    await reportLate(removed(one, ben), before);
    expect(Object.fromEntries((await one.teams()).map((team) => [team.id, team.memberAccountIds]))).toEqual({ [old.id]: [], [fresh.id]: [ben] });
    expect(await one.may(ben, 'technical')).toBe(false);
    const { grants, memberships } = await test.call(getGrantFacts, { organizationId: one.organizationId }, { service: 'search' });
    expect({ grants, memberships }).toEqual({ grants: [], memberships: [{ teamId: fresh.id, accountId: ben, endsAt: null }] });
  });
});
