import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { invoiceIssued, invoicePaid, proFormaIssued } from '@cordee/contracts/billing/document';
import { memberAdded, memberChanged, memberRemoved } from '@cordee/contracts/identity/member';
import { productCreated, resourceAdded } from '@cordee/contracts/products/product';
import { search } from '@cordee/contracts/search/search';
import { teamChanged, teamCreated, teamDeleted } from '@cordee/contracts/teams/team';
import { uuid, type TestService } from '@cordee/testing/test-service';
import { Customer, id, SearchFixture, type PersonName } from '../../test/search.fixture.ts';

let fixture: SearchFixture;
let test: TestService;

beforeAll(async () => {
  fixture = await SearchFixture.start();
  ({ test } = fixture);
});
afterAll(() => test.stop());

it('a new team is found even if the access cache has no such team when the event arrives (SRCH-6)', async () => {
  const customer = new Customer(fixture);
  const { organizationId } = customer;
  const teamId = id('team');
  await test.process.access.forOrganization(organizationId);
  test.stubbedSnapshots.grants.set(organizationId, { teams: [{ teamId, parentId: null, name: 'Helpers' }] });
  test.changeSnapshotSilently('grants', organizationId);
  await test.publishEvent(teamCreated, { organizationId, teamId });
  const { data } = await test.call(search, { organizationId, q: 'helpers' }, customer.as('chief'));
  expect(data).toMatchObject([{ id: teamId }]);
});

describe('objects (SRCH-6)', () => {
  let customer: Customer;
  const chf = (amount: number) => ({ amount, currency: 'CHF' as const });
  /** Stubs the payment details of a document. Returns the common fields of its events. */
  function stubDocument(
    documentId: `pfm_${string}` | `inv_${string}`,
    number: string,
    amount: number,
    reference: string | null,
  ): { organizationId: `org_${string}`; documentId: typeof documentId; currency: 'CHF' } {
    const isInvoice = documentId.startsWith('inv_');
    fixture.paymentDetails.set(documentId, {
      document: {
        id: documentId,
        kind: isInvoice ? 'invoice' : 'pro_forma',
        number,
        status: isInvoice ? 'open' : 'issued',
        issuedOn: '2026-03-01',
        dueOn: '2026-03-31',
        paidOn: null,
        net: chf(amount - 500),
        vat: chf(500),
        total: chf(amount),
        open: chf(amount),
        heldUntil: null,
        reference,
        orderId: null,
        buyer: {
          name: 'Alpine Rescue',
          street: 'Rue du Rhône',
          buildingNumber: '12',
          postalCode: '1204',
          town: 'Genève',
          country: 'CH',
        },
        lines: [
          {
            productId: customer.hosting,
            text: 'Hébergement web alpine.example',
            net: chf(amount - 500),
            vatRate: '8.1',
            periodStart: null,
            periodEnd: null,
          },
        ],
      },
      iban: 'CH4431999123000889012',
      reference,
      paymentsKnownUntil: null,
      isCoveredByPrepaid: false,
    });
    return { organizationId: customer.organizationId, documentId, currency: 'CHF' };
  }
  const REFERENCE = '210000000003139471430009017';
  const teamId = id('team');
  const teamState = {
    colour: 'blue' as const,
    parentId: null,
    parentEndsAt: null,
    isMembersOnly: false,
    leadAccountId: null,
  };

  beforeAll(async () => {
    customer = new Customer(fixture);
    const { organizationId, hosting } = customer;
    for (const name of ['ben', 'carla'] as const)
      await test.publishEvent(memberAdded, {
        ...customer.member(name),
        invitationId: null,
        invitedBy: null,
        teamIds: [],
      });
    test.stubbedSnapshots.grants.set(organizationId, { teams: [{ teamId, parentId: null, name: 'Équipe réseau' }] });
    await test.publishEvent(teamCreated, { organizationId, teamId });
    await test.publishEvent(productCreated, {
      organizationId,
      productId: hosting,
      orderId: id('ord'),
      type: 'web_hosting',
      name: 'alpine.example',
      interval: 'yearly',
      periodStart: '2026-01-31',
      currency: 'CHF',
      isAutomaticRenewal: true,
      isWarranted: false,
    });
    for (const [kind, name] of [
      ['site', 'boutique.alpine.example'],
      ['folder', 'Contrats'],
      ['mail_address', 'silence@alpine.example'],
    ] as const) {
      const resourceId = id('res');
      customer.resource(hosting, resourceId, kind, name);
      await test.publishEvent(resourceAdded, {
        organizationId,
        productId: hosting,
        resourceId,
        kind,
        ownerAccountId: null,
      });
    }
    await test.publishEvent(proFormaIssued, {
      ...stubDocument(id('pfm'), 'PF-2026-000007', 11_675, 'RF18539007547034'),
      orderId: id('ord'),
      validUntil: '2026-03-31',
    });
    const invoice = stubDocument(id('inv'), 'INV-2026-000123', 199_475, REFERENCE);
    await test.publishEvent(invoiceIssued, {
      ...invoice,
      total: chf(199_475),
      isPaid: false,
      dueOn: '2026-03-31',
      heldUntil: null,
      interval: 'yearly',
      productIds: [hosting],
    });
    fixture.paymentDetails.get(invoice.documentId)!.document.status = 'paid';
    await test.publishEvent(invoicePaid, {
      ...invoice,
      paidOn: '2026-03-10',
      method: 'bank_transfer',
      productIds: [hosting],
    });
  });

  it.each([
    ['ben', ['Ben Müller']],
    ['mueller kind:person', ['Carla Müller', 'Ben Müller']],
    ['carla.mueller@alpine.example', ['Carla Müller']],
    ['equipes', ['Équipe réseau']],
    ['kind:team', ['Équipe réseau']],
    ['kind:product alpine', ['alpine.example']],
    ['"web hosting"', ['alpine.example']],
    ['boutique', ['boutique.alpine.example']],
    ['kind:drive_folder contrat', ['Contrats']],
    ['silence', []],
    ['INV-2026-000123', ['INV-2026-000123']],
    ['inv2026000123', ['INV-2026-000123']],
    ['000123', ['INV-2026-000123']],
    ['1994.75', ['INV-2026-000123']],
    ["1'994.75", ['INV-2026-000123']],
    ['CHF 1994.75', ['INV-2026-000123']],
    ['116.75', ['PF-2026-000007']],
    [REFERENCE, ['INV-2026-000123']],
    ['21 00000 00003 13947 14300 09017', ['INV-2026-000123']],
    ['RF18539007547034', ['PF-2026-000007']],
    ['"RF18 5390 0754 7034"', ['PF-2026-000007']],
    ['kind:document hébergement', ['PF-2026-000007', 'INV-2026-000123']],
    ['kind:invoice hébergement', ['INV-2026-000123']],
    ['kind:document after:2026-03-01 before:2026-03-02', ['PF-2026-000007', 'INV-2026-000123']],
    ['kind:document before:2026-03-01', []],
  ])('are found by %s', async (q, titles) => expect(await customer.titles(q, 'chief')).toEqual([...titles].sort()));

  it('have the ids of their entities, and documents have their date and status', async () => {
    const { data } = await customer.search('hébergement', 'chief');
    expect(data.map(({ kind, id: objectId, at }) => [kind, objectId.slice(0, 3), at])).toEqual(
      expect.arrayContaining([
        ['document', 'inv', '2026-03-01T12:00:00.000Z'],
        ['document', 'pfm', '2026-03-01T12:00:00.000Z'],
      ]),
    );
    expect(
      await test.rows(
        `select facets ->> 'status' as status from object_entry where organization_id = $1 and kind = 'invoice'`,
        [uuid(customer.organizationId)],
      ),
    ).toEqual([{ status: 'paid' }]);
  });

  it('are found only by people who may see them', async () => {
    const kinds = async (name: PersonName) =>
      [...new Set((await customer.search('', name)).data.map(({ kind }) => kind))].sort().join(' ');
    expect(await kinds('chief')).toBe('document drive_folder person product site team');
    expect(await kinds('admin')).toBe('document drive_folder person product site team');
    expect(await kinds('carla')).toBe('person');
    expect(await kinds('accountant')).toBe('document');
    expect(await kinds('external')).toBe('');
  });

  it('are found with an API token only within its scopes', async () => {
    const { organizationId } = customer;
    const kinds = async (...scopes: string[]) => {
      const { data } = await test.call(
        search,
        { organizationId, q: '' },
        { account: customer.people.chief, limits: { organizationId, scopes: ['search:use', ...scopes] } },
      );
      return [...new Set(data.map(({ kind }) => kind))].sort().join(' ');
    };
    expect([
      await kinds(),
      await kinds('right:*'),
      await kinds('member:read'),
      await kinds('team:read', 'document:read'),
      await kinds('product:read'),
    ]).toEqual(['', '', 'person', 'document team', 'drive_folder product site']);
  });

  it('of kind team are found by members of the team and of its subteams (C-TEAM-17)', async () => {
    const { organizationId, people } = customer;
    const grants = test.stubbedSnapshots.grants.get(organizationId)!;
    const subteam = id('team');
    const setParentEnd = (parentEndsAt: string | null) => {
      test.stubbedSnapshots.grants.set(organizationId, {
        ...grants,
        teams: [...grants.teams!, { teamId: subteam, parentId: teamId, parentEndsAt, name: 'Piquet' }],
        memberships: [{ teamId: subteam, accountId: people.carla, endsAt: null }],
      });
      test.snapshotChanged('grants', organizationId);
    };
    setParentEnd(null);
    expect([await customer.titles('kind:team', 'carla'), await customer.titles('kind:team', 'ben')]).toEqual([
      ['Équipe réseau'],
      [],
    ]);
    setParentEnd(test.process.clock.now().toISOString());
    expect(await customer.titles('kind:team', 'carla')).toEqual([]);
    test.stubbedSnapshots.grants.set(organizationId, grants);
    test.snapshotChanged('grants', organizationId);
  });

  it('of a product are found by grant holders; a grant on a resource shows the product and this resource', async () => {
    const { resourceId } = [...fixture.resources.values()].find(({ name }) => name === 'Contrats')!;
    const titles = () => customer.titles('-kind:person -kind:team', 'carla');
    customer.grant({ to: 'carla', right: 'technical', productId: customer.hosting });
    expect(await titles()).toEqual(['Contrats', 'alpine.example', 'boutique.alpine.example']);
    customer.grant({
      to: 'carla',
      right: 'view',
      productId: customer.hosting,
      resourceId: resourceId as `res_${string}`,
    });
    expect(await titles()).toEqual(['Contrats', 'alpine.example']);
    customer.grant();
    expect(await titles()).toEqual([]);
  });

  it('of billing are not found after the billing flag is withdrawn', async () => {
    expect(await customer.titles('2026', 'accountant')).toEqual(['INV-2026-000123', 'PF-2026-000007']);
    const accountant = test.stubbedSnapshots.people
      .get(customer.organizationId)!
      .find(({ accountId }) => accountId === customer.people.accountant)!;
    accountant.flags = [];
    test.snapshotChanged('people', customer.organizationId);
    expect(await customer.titles('2026', 'accountant')).toEqual([]);
    accountant.flags = ['billing.view'];
    test.snapshotChanged('people', customer.organizationId);
  });

  it('are not found by another organization', async () => {
    const otherCustomer = new Customer(fixture);
    expect(await otherCustomer.titles('', 'chief')).toEqual([]);
  });

  it('change and disappear with their entities', async () => {
    const { organizationId } = customer;
    fixture.names.set(customer.people.ben, { name: 'Benoît Favre', email: 'favre@alpine.example' });
    const { role, ...ben } = customer.member('ben');
    const memberState = { role, flags: [], isBlocked: false };
    await test.publishEvent(memberChanged, { ...ben, before: memberState, after: memberState });
    expect(await customer.titles('benoit', 'chief')).toEqual(['Benoît Favre']);
    expect(await customer.titles('ben.mueller', 'chief')).toEqual([]);
    await test.publishEvent(memberRemoved, { ...ben, role });
    expect(await customer.titles('benoit', 'chief')).toEqual([]);
    await test.publishEvent(teamChanged, {
      organizationId,
      teamId,
      before: { name: 'Équipe réseau', ...teamState },
      after: { name: 'Exploitation', ...teamState },
    });
    expect(await customer.titles('kind:team', 'chief')).toEqual(['Exploitation']);
    await test.publishEvent(teamDeleted, { organizationId, teamId });
    expect(await customer.titles('kind:team', 'chief')).toEqual([]);
  });
});
