import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { invoiceIssued, invoicePaid, proFormaIssued } from '@cordee/contracts/billing/document-events';
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

it('a new team is found even if the access cache does not have the team when the event arrives (SRCH-6)', async () => {
  const customer = new Customer(fixture);
  const { organizationId } = customer;
  const teamId = id('team');
  await test.process.access.forOrganization(organizationId);
  test.stubbedSnapshots.grants.set(organizationId, { teams: [{ teamId, parentId: null, name: 'Helpers' }] });
  // The access cache is not notified of the new team.
  test.changeSnapshotSilently('grants', organizationId);
  await test.publishEvent(teamCreated, { organizationId, teamId });
  const { data } = await test.call(search, { organizationId, q: 'helpers' }, customer.as('chief'));
  expect(data).toMatchObject([{ id: teamId }]);
});

describe('objects (SRCH-6)', () => {
  let customer: Customer;
  const chf = (amount: number) => ({ amount, currency: 'CHF' as const });
  const VAT_AMOUNT = 500;
  /** Stubs the payment details of a document. Returns the common fields of its events. */
  function stubDocument(
    documentId: `pfm_${string}` | `inv_${string}`,
    number: string,
    totalAmount: number,
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
        net: chf(totalAmount - VAT_AMOUNT),
        vat: chf(VAT_AMOUNT),
        rounding: chf(0),
        total: chf(totalAmount),
        paid: chf(0),
        credited: chf(0),
        refunded: chf(0),
        vatTotals: [],
        open: chf(totalAmount),
        reserved: { amount: 0, currency: 'CHF' },
        heldUntil: null,
        reference,
        orderId: null,
        proFormaId: null,
        proFormaNumber: null,
        invoiceId: null,
        invoiceNumber: null,
        correction: null,
        buyer: {
          name: 'Alpine Rescue',
          street: 'Rue du Rhône',
          buildingNumber: '12',
          postalCode: '1204',
          town: 'Genève',
          country: 'CH',
          vatNumber: null,
          buyerReference: null,
          purchaseOrder: null,
          peppolId: null,
          mailboxes: [],
          delivery: 'mail_with_pdf',
          language: null,
        },
        lines: [
          {
            productId: customer.hostingProductId,
            text: 'Hébergement web alpine.example',
            costCentre: null,
            net: chf(totalAmount - VAT_AMOUNT),
            vatRate: '8.1',
            vatCategory: 'S',
            vat: chf(VAT_AMOUNT),
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
    const { organizationId, hostingProductId } = customer;
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
      productId: hostingProductId,
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
      customer.setResource(hostingProductId, resourceId, kind, name);
      await test.publishEvent(resourceAdded, {
        organizationId,
        productId: hostingProductId,
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
      productIds: [hostingProductId],
    });
    fixture.paymentDetails.get(invoice.documentId)!.document.status = 'paid';
    await test.publishEvent(invoicePaid, {
      ...invoice,
      paidOn: '2026-03-10',
      method: 'bank_transfer',
      productIds: [hostingProductId],
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
  ])('are found by the query %s with the titles %j', async (q, titles) =>
    expect(await customer.titles(q, 'chief')).toEqual([...titles].sort()),
  );

  it('of kind document have an id with the prefix of the document, the issue date and the current status', async () => {
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

  it('are found by managers; other people find only the kinds that their permissions allow', async () => {
    const kindsFoundBy = async (name: PersonName) =>
      [...new Set((await customer.search('', name)).data.map(({ kind }) => kind))].sort().join(' ');
    expect(await kindsFoundBy('chief')).toBe('document drive_folder person product site team');
    expect(await kindsFoundBy('admin')).toBe('document drive_folder person product site team');
    expect(await kindsFoundBy('carla')).toBe('person');
    expect(await kindsFoundBy('accountant')).toBe('document');
    expect(await kindsFoundBy('external')).toBe('');
  });

  it('of kind person are found by managers, and by other people who see the person', async () => {
    const { organizationId, accountIds } = customer;
    const peopleFoundBy = (name: PersonName) => customer.titles('kind:person', name);
    const allNames = await peopleFoundBy('chief');
    expect(await peopleFoundBy('admin')).toEqual(allNames);
    const managersAndCarla = await peopleFoundBy('carla');
    expect(managersAndCarla.length).toBeLessThan(allNames.length);
    const grants = test.stubbedSnapshots.grants.get(organizationId)!;
    const shared = id('team');
    test.stubbedSnapshots.grants.set(organizationId, {
      ...grants,
      teams: [...grants.teams!, { teamId: shared, parentId: null, name: 'Piquet' }],
      memberships: (['carla', 'ben', 'accountant'] as const).map((name) => ({
        teamId: shared,
        accountId: accountIds[name],
        endsAt: null,
      })),
    });
    test.snapshotChanged('grants', organizationId);
    expect(await peopleFoundBy('carla')).toEqual(allNames);
    test.stubbedSnapshots.grants.set(organizationId, grants);
    test.snapshotChanged('grants', organizationId);
    expect(await peopleFoundBy('carla')).toEqual(managersAndCarla);
  });

  it('are found with an API token only if the scopes of the token allow it', async () => {
    const { organizationId } = customer;
    const kindsFoundWith = async (...scopes: string[]) => {
      const { data } = await test.call(
        search,
        { organizationId, q: '' },
        { account: customer.accountIds.chief, limits: { organizationId, scopes: ['search:use', ...scopes] } },
      );
      return [...new Set(data.map(({ kind }) => kind))].sort().join(' ');
    };
    expect([
      await kindsFoundWith(),
      await kindsFoundWith('right:*'),
      await kindsFoundWith('member:read'),
      await kindsFoundWith('team:read', 'document:read'),
      await kindsFoundWith('product:read'),
    ]).toEqual(['', '', 'person', 'document team', 'drive_folder product site']);
  });

  it('of kind team are found by members of a subteam until the subteam leaves the team (C-TEAM-17)', async () => {
    const { organizationId, accountIds } = customer;
    const grants = test.stubbedSnapshots.grants.get(organizationId)!;
    const subteam = id('team');
    /** Adds a subteam with the member Carla. No event announces it, so the index contains only the parent team. */
    const stubSubteam = (parentEndsAt: string | null) => {
      test.stubbedSnapshots.grants.set(organizationId, {
        ...grants,
        teams: [...grants.teams!, { teamId: subteam, parentId: teamId, parentEndsAt, name: 'Piquet' }],
        memberships: [{ teamId: subteam, accountId: accountIds.carla, endsAt: null }],
      });
      test.snapshotChanged('grants', organizationId);
    };
    stubSubteam(null);
    expect([await customer.titles('kind:team', 'carla'), await customer.titles('kind:team', 'ben')]).toEqual([
      ['Équipe réseau'],
      [],
    ]);
    stubSubteam(test.process.clock.now().toISOString());
    expect(await customer.titles('kind:team', 'carla')).toEqual([]);
    test.stubbedSnapshots.grants.set(organizationId, grants);
    test.snapshotChanged('grants', organizationId);
  });

  it('of a product are found by grant holders; a grant on a resource shows the product and this resource', async () => {
    const { resourceId } = [...fixture.resources.values()].find(({ name }) => name === 'Contrats')!;
    const titles = () => customer.titles('-kind:person -kind:team', 'carla');
    customer.setGrants({ to: 'carla', right: 'technical', productId: customer.hostingProductId });
    expect(await titles()).toEqual(['Contrats', 'alpine.example', 'boutique.alpine.example']);
    customer.setGrants({
      to: 'carla',
      right: 'view',
      productId: customer.hostingProductId,
      resourceId: resourceId as `res_${string}`,
    });
    expect(await titles()).toEqual(['Contrats', 'alpine.example']);
    customer.setGrants(); // The organization has no grants any more.
    expect(await titles()).toEqual([]);
  });

  it('of kind document are not found by a person who has lost the flag billing.view', async () => {
    expect(await customer.titles('2026', 'accountant')).toEqual(['INV-2026-000123', 'PF-2026-000007']);
    const accountant = test.stubbedSnapshots.people
      .get(customer.organizationId)!
      .find(({ accountId }) => accountId === customer.accountIds.accountant)!;
    accountant.flags = [];
    test.snapshotChanged('people', customer.organizationId);
    expect(await customer.titles('2026', 'accountant')).toEqual([]);
    accountant.flags = ['billing.view'];
    test.snapshotChanged('people', customer.organizationId);
  });

  it('are not found by people of another organization', async () => {
    const otherCustomer = new Customer(fixture);
    expect(await otherCustomer.titles('', 'chief')).toEqual([]);
  });

  it('are updated when a member or team is changed, and are not found after it is removed', async () => {
    const { organizationId } = customer;
    fixture.names.set(customer.accountIds.ben, { name: 'Benoît Favre', email: 'favre@alpine.example' });
    const { role, ...ben } = customer.member('ben');
    // The event contains no name, so its state before and after the change is equal: the service fetches the new name.
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
