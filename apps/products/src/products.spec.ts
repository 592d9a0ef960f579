import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { orderPaid } from '@cordee/contracts/billing/order';
import { newId, toId } from '@cordee/contracts/id';
import { memberRemoved } from '@cordee/contracts/identity/member';
import type { Role } from '@cordee/contracts/permissions';
import {
  addResource,
  blockProduct,
  describeResource,
  getProduct,
  listProducts,
  unblockProduct,
} from '@cordee/contracts/products/product';
import { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import type { StubbedGrants } from '@cordee/testing/stubbed-snapshots';
import { TestService, uuid, type Caller } from '@cordee/testing/test-service';
import { productsService } from './products.service.ts';

type ProductId = `prd_${string}`;
type AccountId = `acc_${string}`;
type OrganizationId = `org_${string}`;
let test: TestService;

beforeAll(async () => {
  test = await TestService.start(productsService);
});
afterAll(() => test.stop());

const id = <P extends 'acc' | 'org' | 'prd' | 'ord' | 'inv' | 'mem' | 'grt' | 'res'>(prefix: P) =>
  newId(prefix, new Date());

interface Organization {
  organizationId: OrganizationId;
  admin: AccountId;
  ben: AccountId;
  eva: AccountId;
  as: { admin: Caller; ben: Caller; eva: Caller };
}

function openOrganization(): Organization {
  const [organizationId, admin, ben, eva] = [id('org'), id('acc'), id('acc'), id('acc')];
  const person = (accountId: AccountId, role: Role) => ({
    accountId,
    memberId: id('mem'),
    role,
    flags: [],
    isBlocked: false,
  });
  test.stubbedSnapshots.people.set(organizationId, [
    person(admin, 'administrator'),
    person(ben, 'collaborator'),
    person(eva, 'external'),
  ]);
  return {
    organizationId,
    admin,
    ben,
    eva,
    as: { admin: { account: admin }, ben: { account: ben }, eva: { account: eva } },
  };
}

/** Replaces the grants of the organization. */
async function setGrants(
  { organizationId }: Organization,
  ...grants: Pick<NonNullable<StubbedGrants['grants']>[number], 'holder' | 'object' | 'right'>[]
): Promise<void> {
  test.stubbedSnapshots.grants.set(organizationId, {
    grants: grants.map((fields) => ({ ...fields, grantId: id('grt'), endsAt: null })),
  });
  test.snapshotChanged('grants', organizationId);
}

const line = (type: string, name: string) => ({
  productId: id('prd'),
  type,
  name,
  interval: 'yearly' as const,
  price: { amount: 10_800, currency: 'CHF' as const },
  isAutomaticRenewal: true,
  isWarranted: false,
  periodStart: '2026-01-31',
  periodEnd: '2027-01-31',
});

async function order(
  { organizationId }: Organization,
  ...ordered: [type: string, name: string][]
): Promise<ProductId[]> {
  const lines = ordered.map(([type, name]) => line(type, name));
  await test.publishEvent(orderPaid, { organizationId, orderId: id('ord'), invoiceId: id('inv'), lines });
  return lines.map(({ productId }) => productId);
}

const eventsOf = async (entityId: string) => (await test.outbox()).filter(({ event }) => event.subject === entityId);

describe('a paid order', () => {
  it('creates a product per line, with the id of the line and its first resource', async () => {
    const organization = openOrganization();
    const [hosting, mail, drive] = await order(
      organization,
      ['web_hosting', 'alpine.example'],
      ['mail_service', 'alpine.example'],
      ['drive', 'Files'],
    );
    const { data } = await test.call(
      listProducts,
      { organizationId: organization.organizationId },
      organization.as.admin,
    );
    expect(new Set(data.map((product) => product.id))).toEqual(new Set([hosting, mail, drive]));
    const resourcesOf = async (productId: ProductId) =>
      (await test.call(getProduct, { organizationId: organization.organizationId, productId }, organization.as.admin))
        .resources;
    expect(await resourcesOf(hosting!)).toMatchObject([{ kind: 'site', name: 'alpine.example', ownerAccountId: null }]);
    expect(await resourcesOf(mail!)).toEqual([]);
    expect(await resourcesOf(drive!)).toMatchObject([{ kind: 'folder', name: 'Files' }]);
    const [event] = await eventsOf(hosting!);
    expect(event).toMatchObject({
      type: 'products.product.created',
      event: { organizationid: organization.organizationId },
      data: {
        type: 'web_hosting',
        interval: 'yearly',
        periodStart: '2026-01-31',
        currency: 'CHF',
        isAutomaticRenewal: true,
        isWarranted: false,
      },
    });
  });

  it('creates each product once, also when the event or its line is repeated (C-PLT-01)', async () => {
    const { organizationId } = openOrganization();
    const event = { organizationId, orderId: id('ord'), invoiceId: id('inv'), lines: [line('drive', 'Files')] };
    await test.publishEvent(orderPaid, event);
    // The same sequence again is the same event; the next sequence is another event with the same line.
    await test.publishEvent(orderPaid, event, { sequence: 1 });
    await test.publishEvent(orderPaid, event, { sequence: 2 });
    expect(
      await test.rows(
        `select (select count(*) from product where organization_id = $1)::int as products,
                (select count(*) from resource where organization_id = $1)::int as resources`,
        [uuid(organizationId)],
      ),
    ).toEqual([{ products: 1, resources: 1 }]);
    expect(await eventsOf(event.lines[0]!.productId)).toHaveLength(1);
  });

  it('updates the access cache immediately', async () => {
    const organization = openOrganization();
    const { organizationId } = organization;
    expect([...(await test.process.access.forOrganization(organizationId)).products.all()]).toEqual([]);
    const [productId] = await order(organization, ['drive', 'Files']);
    expect([...(await test.process.access.forOrganization(organizationId)).products.all()]).toEqual([
      { productId, ownershipNumber: 1, type: 'drive', name: 'Files', isBlocked: false },
    ]);
  });
});

describe('the visible products', () => {
  it('are all products for managers, and products with a right for other people', async () => {
    const organization = openOrganization();
    const { organizationId, as } = organization;
    const [hosting, drive, other] = await order(organization, ['web_hosting', 'a'], ['drive', 'b'], ['drive', 'c']);
    const productsVisibleTo = async (caller: Caller) =>
      (await test.call(listProducts, { organizationId }, caller)).data.map((product) => product.id);
    expect(await productsVisibleTo(as.ben)).toEqual([]);
    await setGrants(
      organization,
      {
        holder: { kind: 'account', accountId: organization.ben },
        object: { kind: 'product', productId: hosting! },
        right: 'statistics',
      },
      { holder: { kind: 'organization' }, object: { kind: 'product', productId: other! }, right: 'user' },
    );
    expect(new Set(await productsVisibleTo(as.admin))).toEqual(new Set([hosting, drive, other]));
    expect(new Set(await productsVisibleTo(as.ben))).toEqual(new Set([hosting, other]));
    // A grant to the whole organization does not apply to externals (C-ROL-18).
    expect(await productsVisibleTo(as.eva)).toEqual([]);
    expect(await test.codeOf(getProduct, { organizationId, productId: drive! }, as.ben)).toBe('PRODUCT_NOT_FOUND');
  });

  it('include later products for a grant on the type, but not for a grant on a product (C-TEAM-08)', async () => {
    const organization = openOrganization();
    const [first] = await order(organization, ['drive', 'first']);
    await setGrants(
      organization,
      {
        holder: { kind: 'account', accountId: organization.ben },
        object: { kind: 'product_type', type: 'drive' },
        right: 'user',
      },
      {
        holder: { kind: 'account', accountId: organization.eva },
        object: { kind: 'product', productId: first! },
        right: 'user',
      },
    );
    const [second] = await order(organization, ['drive', 'second']);
    const productsVisibleTo = async (caller: Caller) =>
      (await test.call(listProducts, { organizationId: organization.organizationId }, caller)).data.map(
        (product) => product.id,
      );
    expect(new Set(await productsVisibleTo(organization.as.ben))).toEqual(new Set([first, second]));
    expect(await productsVisibleTo(organization.as.eva)).toEqual([first]);
  });

  it('are listed in pages, oldest first, also when a product is transferred away between two pages', async () => {
    const organization = openOrganization();
    const { organizationId, as } = organization;
    // Every group of three products has the same creation time, so the order also depends on the id.
    const created = await test.rows(
      `with created as (
         insert into product (organization_id, id, order_id, type, name, created_at)
         select $1::uuid, gen_random_uuid(), gen_random_uuid(), 'domain', n || '.example',
                timestamptz '2026-01-01' + (n / 3) * interval '1 hour'
         from generate_series(1, 450) n returning id, created_at
       ), owned as (
         insert into product_ownership (organization_id, product_id, ownership_number, since)
         select $1::uuid, id, 1, created_at from created returning product_id
       )
       select id from created order by created_at, id`,
      [uuid(organizationId)],
    );
    test.snapshotChanged('products', organizationId);
    const expectedIds = created.map((row) => toId('prd', row['id'] as string));
    const readPages = async (caller: Caller, limit?: number): Promise<string[][]> => {
      const pages: string[][] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const answer = await test.call(
          listProducts,
          { organizationId, ...(limit ? { limit } : {}), ...(cursor ? { cursor } : {}) },
          caller,
        );
        pages.push(answer.data.map((product) => product.id));
        cursor = answer.nextCursor;
      }
      return pages;
    };
    const managerPages = await readPages(as.admin);
    expect([managerPages.map((page) => page.length), managerPages.flat()]).toEqual([[200, 200, 50], expectedIds]);
    expect((await readPages(as.admin, 7)).flat()).toEqual(expectedIds);
    await setGrants(
      organization,
      ...[5, 300].map((index) => ({
        holder: { kind: 'account' as const, accountId: organization.ben },
        object: { kind: 'product' as const, productId: expectedIds[index]! },
        right: 'technical',
      })),
    );
    expect(await readPages(as.ben, 1)).toEqual([[expectedIds[5]], [expectedIds[300]]]);
    const first = await test.call(listProducts, { organizationId, limit: 10 }, as.admin);
    // The last product of the first page is transferred away before the second page is read.
    await test.rows(`update product_ownership set until = since where product_id = $1`, [uuid(expectedIds[9]!)]);
    expect(
      (await test.call(listProducts, { organizationId, limit: 1, cursor: first.nextCursor! }, as.admin)).data.map(
        (product) => product.id,
      ),
    ).toEqual([expectedIds[10]]);
    expect(await test.codeOf(listProducts, { organizationId, cursor: 'next' }, as.admin)).toBe('CURSOR_INVALID');
    // A page has at most 200 products.
    await expect(test.call(listProducts, { organizationId, limit: 201 }, as.admin)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });

  it('contain only granted or owned resources for people who are not managers', async () => {
    const organization = openOrganization();
    const { organizationId, as } = organization;
    const [mail] = await order(organization, ['mail_service', 'alpine.example']);
    const add = (name: string, ownerAccountId: AccountId | null) =>
      test.call(
        addResource,
        { organizationId, productId: mail!, kind: 'mail_address', name, ownerAccountId },
        as.admin,
      );
    const [own, shared] = [
      await add('ben@alpine.example', organization.ben),
      await add('info@alpine.example', null),
      await add('admin@alpine.example', organization.admin),
    ];
    await setGrants(organization, {
      holder: { kind: 'account', accountId: organization.ben },
      object: { kind: 'resource', productId: mail!, resourceId: shared.id },
      right: 'read',
    });
    expect(
      (await test.call(getProduct, { organizationId, productId: mail! }, as.ben)).resources.map(
        (resource) => resource.id,
      ),
    ).toEqual([own.id, shared.id]);
    expect((await test.call(getProduct, { organizationId, productId: mail! }, as.admin)).resources).toHaveLength(3);
    expect((await test.call(getProductSnapshot, { organizationId }, { service: 'search' })).resources).toContainEqual(
      expect.objectContaining({ resourceId: own.id, ownerAccountId: organization.ben }),
    );
  });

  it('never include products of another organization: requests for them return PRODUCT_NOT_FOUND', async () => {
    const [caller, other] = [openOrganization(), openOrganization()];
    const [productId] = await order(other, ['drive', 'theirs']);
    for (const invisibleProductId of [productId!, id('prd')]) {
      expect(
        await test.codeOf(
          getProduct,
          { organizationId: caller.organizationId, productId: invisibleProductId },
          caller.as.admin,
        ),
      ).toBe('PRODUCT_NOT_FOUND');
      expect(
        await test.codeOf(
          blockProduct,
          { organizationId: caller.organizationId, productId: invisibleProductId, reason: 'x' },
          caller.as.admin,
        ),
      ).toBe('PRODUCT_NOT_FOUND');
      expect(
        await test.codeOf(
          addResource,
          { organizationId: caller.organizationId, productId: invisibleProductId, kind: 'folder', name: 'x' },
          caller.as.admin,
        ),
      ).toBe('PRODUCT_NOT_FOUND');
    }
    for (const organizationId of [other.organizationId, id('org')])
      expect(await test.codeOf(listProducts, { organizationId }, caller.as.admin)).toBe('ORGANIZATION_NOT_FOUND');
    expect(
      (await test.call(getProduct, { organizationId: other.organizationId, productId: productId! }, other.as.admin))
        .status,
    ).toBe('active');
  });

  it('are protected by row-level security: without a tenant context, the runtime role sees no rows', async () => {
    await order(openOrganization(), ['drive', 'x']);
    await test.database.query('begin; set local role cordee_products;');
    const { rows } = await test.database.query(
      `select (select count(*) from product)::int as products, (select count(*) from resource)::int as resources,
              (select count(*) from product_block)::int as blocks`,
    );
    await test.database.query('rollback');
    expect(rows).toEqual([{ products: 0, resources: 0, blocks: 0 }]);
  });
});

describe('resources', () => {
  it.each([
    ['web_hosting', 'folder', 'x', 'RESOURCE_KIND_UNKNOWN'],
    ['cloud_server', 'site', 'x', 'RESOURCE_KIND_UNKNOWN'],
    ['mail_service', 'mail_address', 'no address', 'RESOURCE_NAME_INVALID'],
    ['mail_service', 'mail_address', 'anna@alpine.example', 'ok'],
    ['mail_service', 'calendar', 'Team', 'ok'],
    ['drive', 'folder', 'Contracts', 'ok'],
  ])('of a %s product with the kind %s and the name %j: `addResource` returns %s', async (type, kind, name, code) => {
    const organization = openOrganization();
    const [productId] = await order(organization, [type, 'p']);
    const { organizationId, as } = organization;
    expect(await test.codeOf(addResource, { organizationId, productId: productId!, kind, name }, as.admin)).toBe(code);
  });

  it('have unique names regardless of case; a repeated idempotency key returns the first reply', async () => {
    const organization = openOrganization();
    const { organizationId, as } = organization;
    const [productId] = await order(organization, ['drive', 'd']);
    const input = { organizationId, productId: productId!, kind: 'folder', name: 'Contracts' };
    const codes = await Promise.all(
      ['CONTRACTS', 'contracts', 'Contracts'].map((name) => test.codeOf(addResource, { ...input, name }, as.admin)),
    );
    expect(codes.sort()).toEqual(['RESOURCE_NAME_TAKEN', 'RESOURCE_NAME_TAKEN', 'ok']);
    const options = { idempotencyKey: 'one' };
    const added = await test.call(addResource, { ...input, name: 'Bills' }, as.admin, options);
    expect(await test.call(addResource, { ...input, name: 'Bills' }, as.admin, options)).toEqual(added);
    expect(await test.codeOf(addResource, { ...input, name: 'Other' }, as.admin, options)).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect(await eventsOf(added.id)).toMatchObject([{ type: 'products.resource.added', data: { kind: 'folder' } }]);
  });

  it('have owners from the organization, are added only by managers, and are described to services', async () => {
    const organization = openOrganization();
    const { organizationId, as } = organization;
    const [productId] = await order(organization, ['mail_service', 'm']);
    const input = { organizationId, productId: productId!, kind: 'mail_address', name: 'ben@alpine.example' };
    expect(await test.codeOf(addResource, { ...input, ownerAccountId: id('acc') }, as.admin)).toBe('PERSON_UNKNOWN');
    expect(await test.codeOf(addResource, input, as.ben)).toBe('PERMISSION_DENIED');
    const { id: resourceId } = await test.call(addResource, { ...input, ownerAccountId: organization.ben }, as.admin);
    const search: Caller = { service: 'search' };
    expect(await test.call(describeResource, { organizationId, resourceId }, search)).toEqual({
      resourceId,
      productId,
      kind: 'mail_address',
      name: 'ben@alpine.example',
      ownerAccountId: organization.ben,
    });
    for (const otherOrganizationId of [openOrganization().organizationId, id('org')])
      expect(await test.codeOf(describeResource, { organizationId: otherOrganizationId, resourceId }, search)).toBe(
        'RESOURCE_NOT_FOUND',
      );
  });
});

describe('a removed member (ROL-7, ROL-8)', () => {
  const memberIdOf = ({ organizationId }: Organization, accountId: AccountId) =>
    test.stubbedSnapshots.people.get(organizationId)!.find((person) => person.accountId === accountId)!.memberId;
  /**
   * Gives the person a new membership period before the service receives the event of the removal. Returns the id of
   * the ended period.
   */
  const leaveAndReturn = (organization: Organization, accountId: AccountId): `mem_${string}` => {
    const { organizationId } = organization;
    const endedMemberId = memberIdOf(organization, accountId);
    test.stubbedSnapshots.people.set(
      organizationId,
      test.stubbedSnapshots.people
        .get(organizationId)!
        .map((person) => (person.accountId === accountId ? { ...person, memberId: id('mem') } : person)),
    );
    test.snapshotChanged('people', organizationId);
    return endedMemberId;
  };
  const publishRemoval = ({ organizationId }: Organization, accountId: AccountId, memberId: `mem_${string}`) =>
    test.publishEvent(memberRemoved, { organizationId, memberId, accountId, role: 'collaborator' });
  const ownersIn = async (organizationId: OrganizationId) =>
    (await test.call(getProductSnapshot, { organizationId }, { service: 'search' })).resources
      .flatMap(({ ownerAccountId }) => ownerAccountId ?? [])
      .sort();

  it('owns no resources, also after joining again, and managers see the former owner', async () => {
    const organization = openOrganization();
    const { organizationId, as, ben, admin } = organization;
    const [mail] = await order(organization, ['mail_service', 'alpine.example']);
    const add = (name: string, ownerAccountId: AccountId) =>
      test.call(
        addResource,
        { organizationId, productId: mail!, kind: 'mail_address', name, ownerAccountId },
        as.admin,
      );
    const mailbox = await add('ben@alpine.example', ben);
    await add('admin@alpine.example', admin);
    expect(await ownersIn(organizationId)).toEqual([ben, admin].sort());
    const canRead = async () =>
      (await test.process.access.forOrganization(organizationId)).decide({
        accountId: ben,
        right: 'read',
        productId: mail!,
        resourceId: mailbox.id,
        at: new Date(),
      }).isAllowed;
    expect(await canRead()).toBe(true);

    const endedMemberId = leaveAndReturn(organization, ben);
    // The person no longer owns the resource, before and after the service receives the event of the removal.
    expect(await canRead()).toBe(false);
    await publishRemoval(organization, ben, endedMemberId);
    expect([await canRead(), await ownersIn(organizationId)]).toEqual([false, [admin]]);
    expect(
      await test.call(describeResource, { organizationId, resourceId: mailbox.id }, { service: 'search' }),
    ).toMatchObject({ ownerAccountId: null });
    expect((await eventsOf(mailbox.id)).at(-1)).toMatchObject({
      type: 'products.resource.owner_cleared',
      data: { organizationId, productId: mail, formerOwnerAccountId: ben },
    });
    const resourceVisibleTo = async (caller: Caller) =>
      (await test.call(getProduct, { organizationId, productId: mail! }, caller)).resources.find(
        (resource) => resource.id === mailbox.id,
      );
    expect(await resourceVisibleTo(as.admin)).toMatchObject({ ownerAccountId: null, formerOwnerAccountId: ben });
    await setGrants(organization, {
      holder: { kind: 'account', accountId: organization.eva },
      object: { kind: 'resource', productId: mail!, resourceId: mailbox.id },
      right: 'read',
    });
    expect(await resourceVisibleTo(as.eva)).toEqual({
      id: mailbox.id,
      kind: 'mail_address',
      name: 'ben@alpine.example',
      parentId: null,
      ownerAccountId: null,
    });
  });

  it('keeps resources in other organizations and of a newer membership period', async () => {
    const [leftOrganization, otherOrganization] = [openOrganization(), openOrganization()];
    const ben = leftOrganization.ben;
    test.stubbedSnapshots.people
      .get(otherOrganization.organizationId)!
      .push({ accountId: ben, memberId: id('mem'), role: 'collaborator', flags: [], isBlocked: false });
    const mailOf = async (organization: Organization) => (await order(organization, ['mail_service', 'm']))[0]!;
    const [otherMail, mail] = [await mailOf(otherOrganization), await mailOf(leftOrganization)];
    const add = ({ organizationId, as }: Organization, productId: ProductId) =>
      test.call(
        addResource,
        { organizationId, productId, kind: 'mail_address', name: 'ben@alpine.example', ownerAccountId: ben },
        as.admin,
      );
    await add(otherOrganization, otherMail);
    // The event of the removal arrives after the person owns a mailbox in the new membership period.
    const endedMemberId = leaveAndReturn(leftOrganization, ben);
    await add(leftOrganization, mail);
    await publishRemoval(leftOrganization, ben, endedMemberId);
    expect([await ownersIn(leftOrganization.organizationId), await ownersIn(otherOrganization.organizationId)]).toEqual(
      [[ben], [ben]],
    );
  });
});

describe('blocks (PROD-4)', () => {
  it('are independent: lifting one block keeps the other blocks, and a repeated command changes nothing', async () => {
    const organization = openOrganization();
    const { organizationId, as } = organization;
    const [productId] = await order(organization, ['web_hosting', 'h']);
    const productKey = { organizationId, productId: productId! };
    await test.rows(
      `insert into product_block (organization_id, product_id, origin, reason, set_by, set_at)
       values ($1, $2, 'renewals', 'not renewed', 'service:renewals', '2026-02-01')`,
      [uuid(organizationId), uuid(productId!)],
    );
    await test.call(blockProduct, { ...productKey, reason: 'stolen password' }, as.admin);
    await test.call(blockProduct, { ...productKey, reason: 'stolen password' }, as.admin);
    expect(await test.call(blockProduct, { ...productKey, reason: 'audit' }, as.admin)).toMatchObject({
      status: 'blocked',
      blockReasons: ['not renewed', 'stolen password', 'audit'],
    });
    expect(await test.call(unblockProduct, { ...productKey, reason: 'audit' }, as.admin)).toMatchObject({
      status: 'blocked',
      blockReasons: ['not renewed', 'stolen password'],
    });
    for (let attempt = 0; attempt < 2; attempt += 1)
      expect(await test.call(unblockProduct, productKey, as.admin)).toMatchObject({
        status: 'blocked',
        blockReasons: ['not renewed'],
      });
    expect((await eventsOf(productId!)).map(({ type, data }) => [type.split('.').at(-1), data['reason']])).toEqual([
      ['created', undefined],
      ['blocked', 'stolen password'],
      ['blocked', 'audit'],
      ['unblocked', 'audit'],
      ['unblocked', 'stolen password'],
    ]);
    expect(
      await test.rows(`select count(*)::int as blocks from product_block where product_id = $1`, [uuid(productId!)]),
    ).toEqual([{ blocks: 3 }]);
  });

  it('put a mail service into maintenance', async () => {
    const organization = openOrganization();
    const [productId] = await order(organization, ['mail_service', 'm']);
    const productKey = { organizationId: organization.organizationId, productId: productId! };
    expect(await test.call(blockProduct, { ...productKey, reason: 'x' }, organization.as.admin)).toMatchObject({
      status: 'maintenance',
    });
    expect(await test.call(unblockProduct, productKey, organization.as.admin)).toMatchObject({
      status: 'active',
      blockReasons: [],
    });
  });

  it('are in the access cache immediately, and only managers see their reasons (C-TEAM-10)', async () => {
    const organization = openOrganization();
    const { organizationId, as } = organization;
    const [productId] = await order(organization, ['web_hosting', 'h']);
    const productKey = { organizationId, productId: productId! };
    await setGrants(organization, {
      holder: { kind: 'account', accountId: organization.ben },
      object: { kind: 'product', productId: productId! },
      right: 'technical',
    });
    const isBlocked = async () =>
      [...(await test.process.access.forOrganization(organizationId)).products.all()][0]!.isBlocked;
    expect(await isBlocked()).toBe(false);
    expect(await test.codeOf(blockProduct, { ...productKey, reason: 'x' }, as.ben)).toBe('PERMISSION_DENIED');
    await test.call(blockProduct, { ...productKey, reason: 'unpaid' }, as.admin);
    expect(await isBlocked()).toBe(true);
    expect((await test.call(listProducts, { organizationId }, as.ben)).data).toMatchObject([
      { status: 'blocked', blockReasons: [] },
    ]);
    expect((await test.call(listProducts, { organizationId }, as.admin)).data).toMatchObject([
      { status: 'blocked', blockReasons: ['unpaid'] },
    ]);
    const reasonsSeenWith = async (...scopes: string[]) =>
      (
        await test.call(
          listProducts,
          { organizationId },
          { account: organization.admin, limits: { organizationId, scopes: ['product:read', ...scopes] } },
        )
      ).data.flatMap(({ blockReasons }) => blockReasons);
    expect([await reasonsSeenWith(), await reasonsSeenWith('product:manage')]).toEqual([[], ['unpaid']]);
    await test.call(unblockProduct, productKey, as.admin);
    expect(await isBlocked()).toBe(false);
  });
});
