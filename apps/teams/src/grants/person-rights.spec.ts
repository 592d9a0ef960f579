import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { productTypeRetired } from '@cordee/contracts/products/product-type';
import { getPersonRights, setPersonRights } from '@cordee/contracts/teams/person-rights';
import { restrictResource } from '@cordee/contracts/teams/restriction';
import type * as z from 'zod';
import {
  Customer,
  hostingGrants,
  id,
  mailAddressRights,
  TeamsFixture,
  type PersonName,
} from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

type RightsInput = Partial<z.input<typeof setPersonRights.input>> & { rights: string[] };
const setRights = (customer: Customer, input: RightsInput, who: PersonName = 'ben') =>
  fixture.test.call(
    setPersonRights,
    {
      organizationId: customer.organizationId,
      accountId: customer.people[who],
      productId: customer.hosting,
      ...input,
    },
    customer.as.chief,
  );
const getRights = (customer: Customer, input: object = {}, who: PersonName = 'ben') =>
  fixture.test.call(
    getPersonRights,
    { organizationId: customer.organizationId, accountId: customer.people[who], productId: customer.hosting, ...input },
    customer.as.chief,
  );

describe('the rights of a person on a product (PROD-2)', () => {
  it('are replaced in one idempotent call', async () => {
    const customer = new Customer(fixture);
    const first = await setRights(customer, { rights: ['technical'] });
    expect(first).toMatchObject({
      resourceId: null,
      rights: [{ right: 'technical', endsAt: null }],
      isManager: false,
      others: [],
    });
    const changed = await setRights(customer, { rights: ['technical', 'statistics', 'technical'] });
    expect(changed.rights.map(({ right }) => right)).toEqual(['statistics', 'technical']);
    expect(changed.rights[1]).toEqual(first.rights[0]);
    const eventCount = (await customer.listEvents()).length;
    expect(await setRights(customer, { rights: ['statistics', 'technical'] })).toEqual(changed);
    expect((await customer.listEvents()).length).toBe(eventCount);
    expect((await setRights(customer, { rights: ['statistics'] })).rights).toEqual([changed.rights[0]]);
    expect([
      await customer.allowedRights('ben', ['technical', 'statistics']),
      await fixture.eventTypesOf(first.rights[0]!.grantId),
    ]).toEqual([['statistics'], ['given', 'ended']]);
    expect((await setRights(customer, { rights: [] })).rights).toEqual([]);
    expect(await getRights(customer)).toEqual(await setRights(customer, { rights: [] }));
  });

  it('are prolonged in place by a later end, and granted again with an earlier end', async () => {
    const customer = new Customer(fixture);
    const set = async (endsAt: string | null) => (await setRights(customer, { rights: ['technical'], endsAt })).rights;
    const [first] = await set(null);
    const [shortened] = await set(fixture.inHours(3));
    expect(shortened!.grantId).not.toBe(first!.grantId);
    const later = fixture.inHours(5);
    expect(await set(later)).toEqual([{ ...shortened!, endsAt: later }]);
    expect(await set(null)).toEqual([{ ...shortened!, endsAt: null }]);
    expect(await fixture.eventTypesOf(shortened!.grantId)).toEqual(['given', 'prolonged', 'prolonged']);
    expect(await customer.listGrants({ includeEnded: 'true' })).toHaveLength(2);
  });

  it('do not change the rights from other sources; the answer contains these rights', async () => {
    const customer = new Customer(fixture);
    const team = await customer.createTeam('Web', {
      accountIds: [customer.people.ben],
      grants: hostingGrants('technical', 'statistics'),
    });
    await customer.give({ kind: 'organization' }, 'statistics');
    await customer.give('cleo', 'technical');
    await customer.give('ben', 'user', { kind: 'product', productId: customer.drive });
    const { rights, others } = await setRights(customer, { rights: ['technical'] });
    const hostingType = { kind: 'product_type', type: 'web_hosting' };
    const teamGrant = (right: string) => ({
      right,
      holder: { kind: 'team', teamId: team.id },
      object: hostingType,
      endsAt: null,
      gives: [right],
    });
    expect(rights).toHaveLength(1);
    expect(others).toHaveLength(3);
    expect(others).toEqual(
      expect.arrayContaining(
        [
          teamGrant('technical'),
          teamGrant('statistics'),
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
    expect((await setRights(customer, { rights: [] })).others).toEqual(others);
    expect((await getRights(customer, {}, 'chief')).isManager).toBe(true);
  });

  it('can be set on a mail address with twelve rights and on a folder with inherited rights', async () => {
    const customer = new Customer(fixture);
    const mailAddress = id('res');
    customer.putProduct({
      productId: customer.mail,
      type: 'mail_service',
      name: 'mail',
      resources: [{ resourceId: mailAddress, kind: 'mail_address', ownerAccountId: customer.people.ben }],
    });
    const mailbox = { productId: customer.mail, resourceId: mailAddress };
    expect(
      (await setRights(customer, { ...mailbox, rights: mailAddressRights })).rights.map(({ right }) => right),
    ).toEqual([...mailAddressRights].sort());
    await setRights(customer, { ...mailbox, rights: mailAddressRights.filter((right) => right !== 'forwarding') });
    expect([
      await customer.may('ben', 'forwarding', customer.mail, mailAddress),
      await customer.may('ben', 'sending', customer.mail, mailAddress),
    ]).toEqual([false, true]);

    const folder = { kind: 'resource' as const, productId: customer.drive, resourceId: customer.folder };
    await customer.give('ben', 'change', folder);
    const innerFolder = { productId: customer.drive, resourceId: customer.innerFolder };
    await fixture.test.call(
      restrictResource,
      { organizationId: customer.organizationId, ...innerFolder, holder: customer.holderFor('ben') },
      customer.as.chief,
    );
    expect(await setRights(customer, { ...innerFolder, rights: ['view'] })).toMatchObject({
      resourceId: customer.innerFolder,
      rights: [{ right: 'view' }],
      others: [{ right: 'change', object: folder, gives: [] }],
    });
  });

  it('are the rights of one of the calls after two concurrent calls, not the rights of both calls', async () => {
    const customer = new Customer(fixture);
    await Promise.all([
      setRights(customer, { rights: ['technical'] }),
      setRights(customer, { rights: ['statistics'] }),
    ]);
    expect((await getRights(customer)).rights).toHaveLength(1);
  });

  it('can be set for more people at the same time than there are database connections', async () => {
    const customer = new Customer(fixture);
    const input = (accountId: `acc_${string}`) => ({
      organizationId: customer.organizationId,
      accountId,
      productId: customer.hosting,
      rights: ['technical'],
    });
    // The service has fewer than 40 database connections.
    expect(
      new Set(
        await Promise.all(
          customer
            .addCollaborators(40)
            .map((accountId) => fixture.test.codeOf(setPersonRights, input(accountId), customer.as.chief)),
        ),
      ),
    ).toEqual(new Set(['ok']));
    expect(await customer.listGrants()).toHaveLength(40);
  }, 20_000);

  it('may contain existing rights that the catalogue has retired; only added rights are validated', async () => {
    const customer = new Customer(fixture);
    await setRights(customer, { rights: ['technical'] });
    const catalogueBefore = fixture.catalogue;
    const changeCatalogue = async (catalogue: typeof catalogueBefore, sequence: number) => {
      fixture.catalogue = catalogue;
      await fixture.test.publishEvent(productTypeRetired, { type: 'web_hosting' }, { sequence });
    };
    await changeCatalogue(
      catalogueBefore.map((type) =>
        type.key === 'web_hosting' ? { ...type, rights: ['statistics'], productRights: ['statistics'] } : type,
      ),
      1,
    );
    try {
      expect(
        (await setRights(customer, { rights: ['technical', 'statistics'] })).rights.map(({ right }) => right),
      ).toEqual(['statistics', 'technical']);
      const codeOf = (rights: string[], options: object, who: PersonName) =>
        fixture.test.codeOf(
          setPersonRights,
          {
            organizationId: customer.organizationId,
            accountId: customer.people[who],
            productId: customer.hosting,
            rights,
            ...options,
          },
          customer.as.chief,
        );
      // An existing right with another end counts as an added right.
      expect([
        await codeOf(['technical'], {}, 'cleo'),
        await codeOf(['technical'], { endsAt: fixture.inHours(2) }, 'ben'),
      ]).toEqual(['RIGHT_UNKNOWN', 'RIGHT_UNKNOWN']);
      await setRights(customer, { rights: [] });
      expect(await codeOf(['technical'], {}, 'ben')).toBe('RIGHT_UNKNOWN');
    } finally {
      await changeCatalogue(catalogueBefore, 2);
    }
  });

  it('are rejected with a pointer to the invalid field', async () => {
    const customer = new Customer(fixture);
    for (const [input, code, pointer] of [
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
      await expect(setRights(customer, { ...input, rights: [...input.rights] })).rejects.toMatchObject({
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
