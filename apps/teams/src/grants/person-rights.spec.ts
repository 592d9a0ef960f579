import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { productTypeRetired } from '@cordee/contracts/products/product-type';
import { getPersonRights, setPersonRights } from '@cordee/contracts/teams/person-rights';
import { restrictResource } from '@cordee/contracts/teams/restriction';
import type * as z from 'zod';
import { Customer, hostings, id, switches, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

type Wanted = Partial<z.input<typeof setPersonRights.input>> & { rights: string[] };
const set = (one: Customer, wanted: Wanted, who: PersonName = 'ben') =>
  fixture.test.call(
    setPersonRights,
    { organizationId: one.organizationId, accountId: one.people[who], productId: one.hosting, ...wanted },
    one.as.chief,
  );
const get = (one: Customer, rest: object = {}, who: PersonName = 'ben') =>
  fixture.test.call(
    getPersonRights,
    { organizationId: one.organizationId, accountId: one.people[who], productId: one.hosting, ...rest },
    one.as.chief,
  );

describe('the rights of a person on a product (PROD-2)', () => {
  it('are replaced in one call, which is idempotent', async () => {
    const one = new Customer(fixture);
    const first = await set(one, { rights: ['technical'] });
    expect(first).toMatchObject({
      resourceId: null,
      rights: [{ right: 'technical', endsAt: null }],
      isManager: false,
      others: [],
    });
    const both = await set(one, { rights: ['technical', 'statistics', 'technical'] });
    expect(both.rights.map(({ right }) => right)).toEqual(['statistics', 'technical']);
    expect(both.rights[1]).toEqual(first.rights[0]);
    const before = (await one.events()).length;
    expect(await set(one, { rights: ['statistics', 'technical'] })).toEqual(both);
    expect((await one.events()).length).toBe(before);
    expect((await set(one, { rights: ['statistics'] })).rights).toEqual([both.rights[0]]);
    expect([
      await one.mayAll('ben', ['technical', 'statistics']),
      await fixture.eventTypesOf(first.rights[0]!.grantId),
    ]).toEqual([['statistics'], ['given', 'ended']]);
    expect((await set(one, { rights: [] })).rights).toEqual([]);
    expect(await get(one)).toEqual(await set(one, { rights: [] }));
  });

  it('are granted again with a new end', async () => {
    const one = new Customer(fixture);
    const endsAt = fixture.inHours(3);
    const ends = async (wanted: Wanted) => (await set(one, wanted)).rights.map((right) => right.endsAt);
    expect(await ends({ rights: ['technical'] })).toEqual([null]);
    expect(await ends({ rights: ['technical'], endsAt })).toEqual([endsAt]);
    expect(await ends({ rights: ['technical'], endsAt: fixture.inHours(5) })).not.toEqual([endsAt]);
    expect(await ends({ rights: ['technical'] })).toEqual([null]);
    expect(await one.grants({ includeEnded: 'true' })).toHaveLength(4);
  });

  it('leave the rights from other sources unchanged and return them', async () => {
    const one = new Customer(fixture);
    const team = await one.team('Web', { accountIds: [one.people.ben], grants: hostings('technical', 'statistics') });
    await one.give({ kind: 'organization' }, 'statistics');
    await one.give('cleo', 'technical');
    await one.give('ben', 'user', { kind: 'product', productId: one.drive });
    const { rights, others } = await set(one, { rights: ['technical'] });
    const type = { kind: 'product_type', type: 'web_hosting' };
    const byTeam = (right: string) => ({
      right,
      holder: { kind: 'team', teamId: team.id },
      object: type,
      endsAt: null,
      gives: [right],
    });
    expect(rights).toHaveLength(1);
    expect(others).toHaveLength(3);
    expect(others).toEqual(
      expect.arrayContaining(
        [
          byTeam('technical'),
          byTeam('statistics'),
          {
            right: 'statistics',
            holder: { kind: 'organization' },
            object: { kind: 'product', productId: one.hosting },
            endsAt: null,
            gives: ['statistics'],
          },
        ].map((row) => expect.objectContaining(row)),
      ),
    );
    expect((await set(one, { rights: [] })).others).toEqual(others);
    expect((await get(one, {}, 'chief')).isManager).toBe(true);
  });

  it('work for a mail address with twelve rights and for a folder with inherited rights', async () => {
    const one = new Customer(fixture);
    const address = id('res');
    one.sell({
      productId: one.mail,
      type: 'mail_service',
      name: 'mail',
      resources: [{ resourceId: address, kind: 'mail_address', ownerAccountId: one.people.ben }],
    });
    const mailbox = { productId: one.mail, resourceId: address };
    expect((await set(one, { ...mailbox, rights: switches })).rights.map(({ right }) => right)).toEqual(
      [...switches].sort(),
    );
    await set(one, { ...mailbox, rights: switches.filter((right) => right !== 'forwarding') });
    expect([
      await one.may('ben', 'forwarding', one.mail, address),
      await one.may('ben', 'sending', one.mail, address),
    ]).toEqual([false, true]);

    const folder = { kind: 'resource' as const, productId: one.drive, resourceId: one.folder };
    await one.give('ben', 'change', folder);
    const inner = { productId: one.drive, resourceId: one.inner };
    await fixture.test.call(
      restrictResource,
      { organizationId: one.organizationId, ...inner, holder: one.person('ben') },
      one.as.chief,
    );
    expect(await set(one, { ...inner, rights: ['view'] })).toMatchObject({
      resourceId: one.inner,
      rights: [{ right: 'view' }],
      others: [{ right: 'change', object: folder, gives: [] }],
    });
  });

  it('are those of one call after concurrent calls', async () => {
    const one = new Customer(fixture);
    await Promise.all([set(one, { rights: ['technical'] }), set(one, { rights: ['statistics'] })]);
    expect((await get(one)).rights).toHaveLength(1);
  });

  it('can be set for more people at the same time than there are database connections', async () => {
    const one = new Customer(fixture);
    const input = (accountId: `acc_${string}`) => ({
      organizationId: one.organizationId,
      accountId,
      productId: one.hosting,
      rights: ['technical'],
    });
    expect(
      new Set(
        await Promise.all(
          one
            .addCollaborators(40)
            .map((accountId) => fixture.test.codeOf(setPersonRights, input(accountId), one.as.chief)),
        ),
      ),
    ).toEqual(new Set(['ok']));
    expect(await one.grants()).toHaveLength(40);
  }, 20_000);

  it('keep retired rights; only added rights are validated', async () => {
    const one = new Customer(fixture);
    await set(one, { rights: ['technical'] });
    const before = fixture.catalogue;
    const retire = async (catalogue: typeof before, sequence: number) => {
      fixture.catalogue = catalogue;
      await fixture.test.publishEvent(productTypeRetired, { type: 'web_hosting' }, { sequence });
    };
    await retire(
      before.map((type) =>
        type.key === 'web_hosting' ? { ...type, rights: ['statistics'], productRights: ['statistics'] } : type,
      ),
      1,
    );
    try {
      expect((await set(one, { rights: ['technical', 'statistics'] })).rights.map(({ right }) => right)).toEqual([
        'statistics',
        'technical',
      ]);
      const code = (rights: string[], rest: object, who: PersonName) =>
        fixture.test.codeOf(
          setPersonRights,
          { organizationId: one.organizationId, accountId: one.people[who], productId: one.hosting, rights, ...rest },
          one.as.chief,
        );
      expect([
        await code(['technical'], {}, 'cleo'),
        await code(['technical'], { endsAt: fixture.inHours(2) }, 'ben'),
      ]).toEqual(['RIGHT_UNKNOWN', 'RIGHT_UNKNOWN']);
      await set(one, { rights: [] });
      expect(await code(['technical'], {}, 'ben')).toBe('RIGHT_UNKNOWN');
    } finally {
      await retire(before, 2);
    }
  });

  it('are rejected with a pointer to the invalid field', async () => {
    const one = new Customer(fixture);
    for (const [wanted, code, pointer] of [
      [{ rights: ['technical', 'flying'] }, 'RIGHT_UNKNOWN', '/rights/1'],
      [{ rights: [], accountId: id('acc') }, 'PERSON_NOT_FOUND', '/accountId'],
      [{ rights: [], productId: id('prd') }, 'PRODUCT_NOT_FOUND', '/productId'],
      [{ rights: [], resourceId: one.folder }, 'RESOURCE_NOT_FOUND', '/resourceId'],
      [{ rights: ['technical'], endsAt: fixture.inHours(-1) }, 'GRANT_ENDS_IN_PAST', '/endsAt'],
      [
        { rights: ['view', 'manage'], productId: one.drive, resourceId: one.folder, accountId: one.people.eva },
        'RIGHT_NOT_FOR_EXTERNALS',
        '/rights/1',
      ],
    ] as const) {
      await expect(set(one, { ...wanted, rights: [...wanted.rights] })).rejects.toMatchObject({
        code,
        errors: [{ pointer }],
      });
    }
    const input = { organizationId: one.organizationId, accountId: one.people.cleo, productId: one.hosting };
    expect([
      await fixture.test.codeOf(setPersonRights, { ...input, rights: [] }, one.as.ben),
      await fixture.test.codeOf(getPersonRights, input, one.as.ben),
    ]).toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED']);
  });
});
