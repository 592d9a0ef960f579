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
const set = (customer: Customer, wanted: Wanted, who: PersonName = 'ben') =>
  fixture.test.call(
    setPersonRights,
    {
      organizationId: customer.organizationId,
      accountId: customer.people[who],
      productId: customer.hosting,
      ...wanted,
    },
    customer.as.chief,
  );
const get = (customer: Customer, rest: object = {}, who: PersonName = 'ben') =>
  fixture.test.call(
    getPersonRights,
    { organizationId: customer.organizationId, accountId: customer.people[who], productId: customer.hosting, ...rest },
    customer.as.chief,
  );

describe('the rights of a person on a product (PROD-2)', () => {
  it('are replaced in one call, which is idempotent', async () => {
    const customer = new Customer(fixture);
    const first = await set(customer, { rights: ['technical'] });
    expect(first).toMatchObject({
      resourceId: null,
      rights: [{ right: 'technical', endsAt: null }],
      isManager: false,
      others: [],
    });
    const both = await set(customer, { rights: ['technical', 'statistics', 'technical'] });
    expect(both.rights.map(({ right }) => right)).toEqual(['statistics', 'technical']);
    expect(both.rights[1]).toEqual(first.rights[0]);
    const before = (await customer.events()).length;
    expect(await set(customer, { rights: ['statistics', 'technical'] })).toEqual(both);
    expect((await customer.events()).length).toBe(before);
    expect((await set(customer, { rights: ['statistics'] })).rights).toEqual([both.rights[0]]);
    expect([
      await customer.mayAll('ben', ['technical', 'statistics']),
      await fixture.eventTypesOf(first.rights[0]!.grantId),
    ]).toEqual([['statistics'], ['given', 'ended']]);
    expect((await set(customer, { rights: [] })).rights).toEqual([]);
    expect(await get(customer)).toEqual(await set(customer, { rights: [] }));
  });

  it('are granted again with a new end', async () => {
    const customer = new Customer(fixture);
    const endsAt = fixture.inHours(3);
    const ends = async (wanted: Wanted) => (await set(customer, wanted)).rights.map((right) => right.endsAt);
    expect(await ends({ rights: ['technical'] })).toEqual([null]);
    expect(await ends({ rights: ['technical'], endsAt })).toEqual([endsAt]);
    expect(await ends({ rights: ['technical'], endsAt: fixture.inHours(5) })).not.toEqual([endsAt]);
    expect(await ends({ rights: ['technical'] })).toEqual([null]);
    expect(await customer.grants({ includeEnded: 'true' })).toHaveLength(4);
  });

  it('leave the rights from other sources unchanged and return them', async () => {
    const customer = new Customer(fixture);
    const team = await customer.team('Web', {
      accountIds: [customer.people.ben],
      grants: hostings('technical', 'statistics'),
    });
    await customer.give({ kind: 'organization' }, 'statistics');
    await customer.give('cleo', 'technical');
    await customer.give('ben', 'user', { kind: 'product', productId: customer.drive });
    const { rights, others } = await set(customer, { rights: ['technical'] });
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
            object: { kind: 'product', productId: customer.hosting },
            endsAt: null,
            gives: ['statistics'],
          },
        ].map((row) => expect.objectContaining(row)),
      ),
    );
    expect((await set(customer, { rights: [] })).others).toEqual(others);
    expect((await get(customer, {}, 'chief')).isManager).toBe(true);
  });

  it('work for a mail address with twelve rights and for a folder with inherited rights', async () => {
    const customer = new Customer(fixture);
    const address = id('res');
    customer.sell({
      productId: customer.mail,
      type: 'mail_service',
      name: 'mail',
      resources: [{ resourceId: address, kind: 'mail_address', ownerAccountId: customer.people.ben }],
    });
    const mailbox = { productId: customer.mail, resourceId: address };
    expect((await set(customer, { ...mailbox, rights: switches })).rights.map(({ right }) => right)).toEqual(
      [...switches].sort(),
    );
    await set(customer, { ...mailbox, rights: switches.filter((right) => right !== 'forwarding') });
    expect([
      await customer.may('ben', 'forwarding', customer.mail, address),
      await customer.may('ben', 'sending', customer.mail, address),
    ]).toEqual([false, true]);

    const folder = { kind: 'resource' as const, productId: customer.drive, resourceId: customer.folder };
    await customer.give('ben', 'change', folder);
    const inner = { productId: customer.drive, resourceId: customer.inner };
    await fixture.test.call(
      restrictResource,
      { organizationId: customer.organizationId, ...inner, holder: customer.person('ben') },
      customer.as.chief,
    );
    expect(await set(customer, { ...inner, rights: ['view'] })).toMatchObject({
      resourceId: customer.inner,
      rights: [{ right: 'view' }],
      others: [{ right: 'change', object: folder, gives: [] }],
    });
  });

  it('are those of one call after concurrent calls', async () => {
    const customer = new Customer(fixture);
    await Promise.all([set(customer, { rights: ['technical'] }), set(customer, { rights: ['statistics'] })]);
    expect((await get(customer)).rights).toHaveLength(1);
  });

  it('can be set for more people at the same time than there are database connections', async () => {
    const customer = new Customer(fixture);
    const input = (accountId: `acc_${string}`) => ({
      organizationId: customer.organizationId,
      accountId,
      productId: customer.hosting,
      rights: ['technical'],
    });
    expect(
      new Set(
        await Promise.all(
          customer
            .addCollaborators(40)
            .map((accountId) => fixture.test.codeOf(setPersonRights, input(accountId), customer.as.chief)),
        ),
      ),
    ).toEqual(new Set(['ok']));
    expect(await customer.grants()).toHaveLength(40);
  }, 20_000);

  it('keep retired rights; only added rights are validated', async () => {
    const customer = new Customer(fixture);
    await set(customer, { rights: ['technical'] });
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
      expect((await set(customer, { rights: ['technical', 'statistics'] })).rights.map(({ right }) => right)).toEqual([
        'statistics',
        'technical',
      ]);
      const code = (rights: string[], rest: object, who: PersonName) =>
        fixture.test.codeOf(
          setPersonRights,
          {
            organizationId: customer.organizationId,
            accountId: customer.people[who],
            productId: customer.hosting,
            rights,
            ...rest,
          },
          customer.as.chief,
        );
      expect([
        await code(['technical'], {}, 'cleo'),
        await code(['technical'], { endsAt: fixture.inHours(2) }, 'ben'),
      ]).toEqual(['RIGHT_UNKNOWN', 'RIGHT_UNKNOWN']);
      await set(customer, { rights: [] });
      expect(await code(['technical'], {}, 'ben')).toBe('RIGHT_UNKNOWN');
    } finally {
      await retire(before, 2);
    }
  });

  it('are rejected with a pointer to the invalid field', async () => {
    const customer = new Customer(fixture);
    for (const [wanted, code, pointer] of [
      [{ rights: ['technical', 'flying'] }, 'RIGHT_UNKNOWN', '/rights/1'],
      [{ rights: [], accountId: id('acc') }, 'PERSON_NOT_FOUND', '/accountId'],
      [{ rights: [], productId: id('prd') }, 'PRODUCT_NOT_FOUND', '/productId'],
      [{ rights: [], resourceId: customer.folder }, 'RESOURCE_NOT_FOUND', '/resourceId'],
      [{ rights: ['technical'], endsAt: fixture.inHours(-1) }, 'GRANT_ENDS_IN_PAST', '/endsAt'],
      [
        {
          rights: ['view', 'manage'],
          productId: customer.drive,
          resourceId: customer.folder,
          accountId: customer.people.eva,
        },
        'RIGHT_NOT_FOR_EXTERNALS',
        '/rights/1',
      ],
    ] as const) {
      await expect(set(customer, { ...wanted, rights: [...wanted.rights] })).rejects.toMatchObject({
        code,
        errors: [{ pointer }],
      });
    }
    const input = {
      organizationId: customer.organizationId,
      accountId: customer.people.cleo,
      productId: customer.hosting,
    };
    expect([
      await fixture.test.codeOf(setPersonRights, { ...input, rights: [] }, customer.as.ben),
      await fixture.test.codeOf(getPersonRights, input, customer.as.ben),
    ]).toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED']);
  });
});
