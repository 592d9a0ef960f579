import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId, toId } from '@cordee/contracts/id';
import { getMe } from '@cordee/contracts/identity/account';
import { acceptInvitation, listInvitations } from '@cordee/contracts/identity/invitation';
import { getMemberSnapshot, type MemberSnapshot } from '@cordee/contracts/identity/member';
import {
  changeOrganization,
  createOrganization,
  getOrganization,
  listMyOrganizations,
} from '@cordee/contracts/identity/organization';
import { confirmSecondFactor, removeSecondFactor, startSecondFactor } from '@cordee/contracts/identity/second-factor';
import { productReceived } from '@cordee/contracts/products/transfer';
import { uuid, type TestService } from '@cordee/testing/test-service';
import { Authenticator, IdentityFixture, type Joined, type Person } from '../../test/identity.fixture.ts';

let people: IdentityFixture;
let test: TestService;
/** The legal representative, with a second factor. */
let anna: Person & { codes: string[] };
let ben: Joined;
beforeAll(async () => {
  people = await IdentityFixture.start();
  test = people.service;
});
afterAll(() => test.stop());
beforeEach(async () => {
  const manager = await people.signUp();
  anna = { ...manager, codes: (await people.setUpSecondFactor(manager)).recoveryCodes };
  ben = await people.join(anna, 'administrator');
});

const setSecondFactorRequired = (
  isSecondFactorRequired: boolean,
  manager: Pick<Person, 'organizationId' | 'as'> = anna,
) => test.call(changeOrganization, { organizationId: manager.organizationId, isSecondFactorRequired }, manager.as);
const readOrganization = (person: Person, organizationId = anna.organizationId) =>
  test.codeOf(getOrganization, { organizationId }, person.as);
const removeFactor = (person: Person, codes: string[]) =>
  test.call(removeSecondFactor, { code: codes.pop()! }, person.as);
const snapshot = (
  input: { since?: number; at?: string } = {},
  organizationId = anna.organizationId,
): Promise<MemberSnapshot> => test.call(getMemberSnapshot, { organizationId, ...input }, { service: 'teams' });
const accountsWithoutFactor = ({ people: rows }: Pick<MemberSnapshot, 'people'>): string[] =>
  rows.filter(({ lacksSecondFactor }) => lacksSecondFactor).map(({ accountId }) => accountId);
const eventsOfType = async (type: string, organizationId = anna.organizationId) =>
  (await test.eventsOf(organizationId)).filter((row) => row.type === `identity.${type}`);
/** Inserts members without second factors, with the same rows that the service writes. */
async function addMembers(count: number, organizationId = anna.organizationId): Promise<void> {
  await test.rows(
    `with added as (
       insert into account (id, email, email_key, name, locale, password_hash, created_at)
       select id, id || '@example.ch', id || '@example.ch', 'Eva Frei', 'de', 'none', $2
       from (select gen_random_uuid() as id from generate_series(1, ${count})) as ids returning id
     ), joined as (
       insert into member (organization_id, id, account_id, role, flags, is_blocked, created_at)
       select $1, gen_random_uuid(), id, 'collaborator', '{}', false, $2 from added returning *
     )
     insert into member_status_history (organization_id, member_id, account_id, role, flags, is_blocked, since)
     select organization_id, id, account_id, role, flags, is_blocked, created_at from joined`,
    [uuid(organizationId), test.process.clock.now()],
  );
}

describe('an organization that requires a second factor (C-ROL-24)', () => {
  it('gives no rights to members without a second factor, who keep their account and other organizations', async () => {
    expect(await setSecondFactorRequired(true)).toMatchObject({ isSecondFactorRequired: true });
    expect([
      await readOrganization(anna),
      await readOrganization(ben),
      await readOrganization(ben, ben.organizationId),
    ]).toEqual(['ok', 'PERMISSION_DENIED', 'ok']);
    await expect(test.call(listInvitations, { organizationId: anna.organizationId }, ben.as)).rejects.toMatchObject({
      detail: 'the organization requires a second factor, and this account has none',
    });
    expect(await test.codeOf(getMe, {}, ben.as)).toBe('ok');
    expect(
      (await test.call(listMyOrganizations, {}, ben.as)).data.map(({ organization, lacksSecondFactor }) => [
        organization.id,
        lacksSecondFactor,
      ]),
    ).toEqual([
      [anna.organizationId, true],
      [ben.organizationId, false],
    ]);
    const { recoveryCodes } = await people.setUpSecondFactor(ben);
    expect(await readOrganization(ben)).toBe('ok');
    expect(
      (await test.call(listMyOrganizations, {}, ben.as)).data.map(({ lacksSecondFactor }) => lacksSecondFactor),
    ).toEqual([false, false]);
    await removeFactor(ben, recoveryCodes);
    expect(await readOrganization(ben)).toBe('PERMISSION_DENIED');
    await setSecondFactorRequired(false);
    expect(await readOrganization(ben)).toBe('ok');
  });

  it('lets its only legal representative set up a second factor again', async () => {
    await setSecondFactorRequired(true);
    await removeFactor(anna, anna.codes);
    expect(await readOrganization(anna)).toBe('PERMISSION_DENIED');
    expect(
      await test.codeOf(
        changeOrganization,
        { organizationId: anna.organizationId, isSecondFactorRequired: false },
        anna.as,
      ),
    ).toBe('PERMISSION_DENIED');
    await people.setUpSecondFactor(anna);
    expect(await readOrganization(anna)).toBe('ok');
  });

  it('accepts the requirement only from a manager who has a second factor', async () => {
    const carla = await people.join(anna, 'collaborator');
    await people.setUpSecondFactor(carla);
    const requireAs = (person: Person) =>
      test.codeOf(changeOrganization, { organizationId: anna.organizationId, isSecondFactorRequired: true }, person.as);
    expect([await requireAs(ben), await requireAs(carla), await requireAs(anna), await requireAs(anna)]).toEqual([
      'SECOND_FACTOR_MISSING',
      'PERMISSION_DENIED',
      'ok',
      'ok',
    ]);
    // The repeat changed nothing.
    expect((await eventsOfType('organization.second_factor_requirement_changed')).map(({ data }) => data)).toEqual([
      { organizationId: anna.organizationId, isSecondFactorRequired: true },
    ]);
  });

  it('keeps its access revision after a request that changes no field', async () => {
    const { revision } = await snapshot();
    expect(await test.call(changeOrganization, { organizationId: anna.organizationId }, anna.as)).toMatchObject({
      isSecondFactorRequired: false,
    });
    expect((await snapshot()).revision).toBe(revision);
  });

  it('requires a second factor also of later members, who join by invitation or with a received product', async () => {
    await setSecondFactorRequired(true);
    const [carla, dora, eva] = [await people.join(anna, 'collaborator'), await people.signUp(), await people.signUp()];
    await people.setUpSecondFactor(eva);
    const retained = [dora, eva].map(({ accountId }) => ({ accountId, endsAt: null }));
    const productId = newId('prd', new Date());
    test.stubbedSnapshots.products.set(anna.organizationId, [{ productId, type: 'drive', name: 'Files' }]);
    test.snapshotChanged('products', anna.organizationId);
    await test.publishEvent(productReceived, {
      organizationId: anna.organizationId,
      productId,
      transferId: newId('trf', new Date()),
      fromOrganizationId: newId('org', new Date()),
      ownershipNumber: 1,
      type: 'drive',
      name: 'Files',
      retained,
      retainedRight: 'user',
      renewal: {
        interval: 'yearly',
        currency: 'CHF',
        anchor: '2026-01-31',
        periodStart: '2026-01-31',
        periodEnd: '2027-01-31',
        hasExpired: false,
      },
    });
    expect(accountsWithoutFactor(await snapshot()).sort()).toEqual(
      [ben, carla, dora].map(({ accountId }) => accountId).sort(),
    );
    expect([await readOrganization(carla), await readOrganization(dora), await readOrganization(eva)]).toEqual([
      'PERMISSION_DENIED',
      'PERMISSION_DENIED',
      'ok',
    ]);
  });
});

describe('the member snapshot', () => {
  it('tells who lacked a second factor at a past instant', async () => {
    const instants: string[] = [];
    const recordInstant = (): void => {
      const now = test.process.clock.now();
      instants.push(now.toISOString());
      test.moveClockTo(new Date(now.getTime() + 60_000).toISOString());
    };
    recordInstant();
    await setSecondFactorRequired(true);
    recordInstant();
    const { recoveryCodes } = await people.setUpSecondFactor(ben);
    recordInstant();
    await removeFactor(ben, recoveryCodes);
    recordInstant();
    await setSecondFactorRequired(false);
    recordInstant();
    const lackingAtInstants = await Promise.all(
      instants.map(async (at) => accountsWithoutFactor(await snapshot({ at }))),
    );
    expect(lackingAtInstants).toEqual([[], [ben.accountId], [], [ben.accountId], []]);
  });

  it('contains all affected members; each change of the requirement has one revision and one event', async () => {
    await addMembers(1_500);
    const carla = await people.join(anna, 'collaborator');
    await people.setUpSecondFactor(carla);
    for (const isRequired of [true, false]) {
      const { revision } = await snapshot();
      await setSecondFactorRequired(isRequired);
      const change = await snapshot({ since: revision });
      expect(change.revision).toBe(revision + 1);
      // The new members and Ben have no second factor. `changed` also contains the id of the organization.
      expect(change.changed).toHaveLength(1_502);
      expect(change.people).toHaveLength(1_501);
      expect(new Set(change.changed)).toEqual(
        new Set([anna.organizationId, ...change.people.map(({ memberId }) => memberId)]),
      );
      expect(accountsWithoutFactor(change)).toHaveLength(isRequired ? 1_501 : 0);
      expect(JSON.stringify(change).length).toBeLessThan(512 * 1_024);
    }
    expect(await eventsOfType('organization.second_factor_requirement_changed')).toHaveLength(2);
  });

  it('reaches the access cache when the organization has more than a page of members', async () => {
    const { id: organizationId } = await test.call(createOrganization, { name: 'Many' }, anna.as);
    const manager = { ...anna, organizationId };
    await addMembers(4_500, organizationId);
    const before = await test.process.access.people(organizationId);
    expect(before.size).toBe(4_501);
    await setSecondFactorRequired(true, manager);
    const after = await test.process.access.people(organizationId);
    expect(Array.from(after.all()).filter(({ lacksSecondFactor }) => lacksSecondFactor)).toHaveLength(4_500);
    expect(after.may(anna.accountId, 'team:manage')).toBe(true);
    await setSecondFactorRequired(false, manager);
    const afterEnd = await test.process.access.people(organizationId);
    expect(Array.from(afterEnd.all()).filter(({ lacksSecondFactor }) => lacksSecondFactor)).toHaveLength(0);
  });

  it('changes in every organization that requires a second factor from the person, and in no other', async () => {
    const requiringIds: string[] = [anna.organizationId];
    for (const name of ['One', 'Two', 'Three']) {
      const { id } = await test.call(createOrganization, { name }, anna.as);
      const manager = { ...anna, organizationId: id };
      await test.call(acceptInvitation, { token: await people.invite(manager, 'collaborator', ben.email) }, ben.as);
      if (name === 'Three') continue;
      await setSecondFactorRequired(true, manager);
      requiringIds.push(id);
    }
    await setSecondFactorRequired(true);
    const revisions = async () =>
      new Map(
        (await test.rows('select organization_id, revision::int from access_revision')).map((row) => [
          toId('org', row['organization_id'] as string),
          row['revision'] as number,
        ]),
      );
    const before = await revisions();
    const { recoveryCodes } = await people.setUpSecondFactor(ben);
    const between = await revisions();
    await removeFactor(ben, recoveryCodes);
    const after = await revisions();
    const changedIds = (from: Map<string, number>, to: Map<string, number>): string[] =>
      [...to]
        .filter(([id, revision]) => revision !== from.get(id))
        .map(([id]) => id)
        .sort();
    expect([changedIds(before, between), changedIds(between, after)]).toEqual([
      [...requiringIds].sort(),
      [...requiringIds].sort(),
    ]);
    const changes = (await test.outbox()).filter(
      ({ type, data }) => type === 'identity.member.second_factor_changed' && data['accountId'] === ben.accountId,
    );
    expect(
      changes.map(({ data }) => `${String(data['organizationId'])} ${String(data['lacksSecondFactor'])}`).sort(),
    ).toEqual(requiringIds.flatMap((id) => [`${id} false`, `${id} true`]).sort());
  });

  it('is correct after concurrent changes, without deadlocks', async () => {
    const carla = await people.join(anna, 'collaborator');
    const newcomers = [await people.signUp(), await people.signUp()];
    const recoveryCodesByPerson = new Map<Person, string[]>();
    for (let round = 0; round < 6; round += 1) {
      const setUps = await Promise.all(
        [ben, carla, ...newcomers]
          .filter((person) => !recoveryCodesByPerson.has(person))
          .map(async (person) => ({ person, secret: (await test.call(startSecondFactor, {}, person.as)).secret })),
      );
      const tokens =
        round === 0 ? await Promise.all(newcomers.map(({ email }) => people.invite(anna, 'collaborator', email))) : [];
      const removals = [...recoveryCodesByPerson];
      await Promise.all([
        setSecondFactorRequired(round % 2 === 0),
        ...setUps.map(async ({ person, secret }) => {
          recoveryCodesByPerson.set(
            person,
            (await test.call(confirmSecondFactor, { code: new Authenticator(test, secret).code() }, person.as))
              .recoveryCodes,
          );
        }),
        ...removals.map(async ([person, codes]) => {
          await removeFactor(person, codes);
          recoveryCodesByPerson.delete(person);
        }),
        ...tokens.map((token, index) => test.call(acceptInvitation, { token }, newcomers[index]!.as)),
      ]);
      const expected =
        round % 2 === 0
          ? [ben, carla, ...newcomers]
              .filter((person) => !recoveryCodesByPerson.has(person))
              .map(({ accountId }) => accountId)
          : [];
      expect(accountsWithoutFactor(await snapshot()).sort()).toEqual([...expected].sort());
      const cachedPeople = await test.process.access.people(anna.organizationId);
      expect(accountsWithoutFactor({ people: Array.from(cachedPeople.all()) }).sort()).toEqual([...expected].sort());
    }
    const deadlocks = await test.rows('select deadlocks::int from pg_stat_database where datname = current_database()');
    expect(deadlocks).toEqual([{ deadlocks: 0 }]);
  });
});

describe('row-level security', () => {
  it('lets a person lock their organizations without writing them', async () => {
    const rowCountOf = async (account: Person, sql: string): Promise<number | string> => {
      await test.database.query('begin; set local role cordee_identity;');
      await test.database.query(`select set_config('cordee.account_id', $1, true)`, [uuid(account.accountId)]);
      const result = await test.database.query(sql).then(
        ({ rowCount }) => rowCount ?? 0,
        ({ message }: Error) => message,
      );
      await test.database.query('rollback');
      return result;
    };
    const carla = await people.signUp();
    // Ben has his own organization and the organization of Anna.
    expect([
      await rowCountOf(ben, 'select from organization for share'),
      await rowCountOf(carla, 'select from organization for share'),
    ]).toEqual([2, 1]);
    expect(await rowCountOf(ben, `update organization set name = 'Mine'`)).toContain('row-level security');
    expect([
      await rowCountOf(ben, 'select from member_status_history'),
      await rowCountOf(carla, 'select from member_status_history'),
    ]).toEqual([0, 0]);
  });
});
