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
import { TestService, uuid, type Caller, type StubbedGrants } from '@cordee/testing/test-service';
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

async function grant(
  { organizationId }: Organization,
  ...grants: Pick<NonNullable<StubbedGrants['grants']>[number], 'holder' | 'object' | 'right'>[]
): Promise<void> {
  test.stubbedSnapshots.grants.set(organizationId, {
    grants: grants.map((one) => ({ ...one, grantId: id('grt'), endsAt: null })),
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

  it('is in the access cache immediately', async () => {
    const organization = openOrganization();
    const { organizationId } = organization;
    expect([...(await test.process.access.forOrganization(organizationId)).products.all()]).toEqual([]);
    const [productId] = await order(organization, ['drive', 'Files']);
    expect([...(await test.process.access.forOrganization(organizationId)).products.all()]).toEqual([
      { productId, ownershipNumber: 1, type: 'drive', name: 'Files', isBlocked: false },
    ]);
  });
});

describe('the visibility of products', () => {
  it('covers all products for managers, and products with a right for others', async () => {
    const organization = openOrganization();
    const { organizationId, as } = organization;
    const [hosting, drive, other] = await order(organization, ['web_hosting', 'a'], ['drive', 'b'], ['drive', 'c']);
    const seen = async (who: Caller) =>
      (await test.call(listProducts, { organizationId }, who)).data.map((product) => product.id);
    expect(await seen(as.ben)).toEqual([]);
    await grant(
      organization,
      {
        holder: { kind: 'account', accountId: organization.ben },
        object: { kind: 'product', productId: hosting! },
        right: 'statistics',
      },
      { holder: { kind: 'organization' }, object: { kind: 'product', productId: other! }, right: 'user' },
    );
    expect(new Set(await seen(as.admin))).toEqual(new Set([hosting, drive, other]));
    expect(new Set(await seen(as.ben))).toEqual(new Set([hosting, other]));
    // A whole-organization share leaves externals out (C-ROL-18).
    expect(await seen(as.eva)).toEqual([]);
    expect(await test.codeOf(getProduct, { organizationId, productId: drive! }, as.ben)).toBe('PRODUCT_NOT_FOUND');
  });

  it('covers later products for a grant on the type, not for a grant on products (C-TEAM-08)', async () => {
    const organization = openOrganization();
    const [first] = await order(organization, ['drive', 'first']);
    await grant(
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
    const seen = async (who: Caller) =>
      (await test.call(listProducts, { organizationId: organization.organizationId }, who)).data.map(
        (product) => product.id,
      );
    expect(new Set(await seen(organization.as.ben))).toEqual(new Set([first, second]));
    expect(await seen(organization.as.eva)).toEqual([first]);
  });

  it('is listed in pages, oldest first, also when products leave in between', async () => {
    const organization = openOrganization();
    const { organizationId, as } = organization;
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
    const expected = created.map((row) => toId('prd', row['id'] as string));
    const read = async (who: Caller, limit?: number): Promise<string[][]> => {
      const pages: string[][] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const answer = await test.call(
          listProducts,
          { organizationId, ...(limit ? { limit } : {}), ...(cursor ? { cursor } : {}) },
          who,
        );
        pages.push(answer.data.map((product) => product.id));
        cursor = answer.nextCursor;
      }
      return pages;
    };
    const all = await read(as.admin);
    expect([all.map((each) => each.length), all.flat()]).toEqual([[200, 200, 50], expected]);
    expect((await read(as.admin, 7)).flat()).toEqual(expected);
    await grant(
      organization,
      ...[5, 300].map((index) => ({
        holder: { kind: 'account' as const, accountId: organization.ben },
        object: { kind: 'product' as const, productId: expected[index]! },
        right: 'technical',
      })),
    );
    expect(await read(as.ben, 1)).toEqual([[expected[5]], [expected[300]]]);
    const first = await test.call(listProducts, { organizationId, limit: 10 }, as.admin);
    await test.rows(`update product_ownership set until = since where product_id = $1`, [uuid(expected[9]!)]);
    expect(
      (await test.call(listProducts, { organizationId, limit: 1, cursor: first.nextCursor! }, as.admin)).data.map(
        (product) => product.id,
      ),
    ).toEqual([expected[10]]);
    expect(await test.codeOf(listProducts, { organizationId, cursor: 'next' }, as.admin)).toBe('CURSOR_INVALID');
    await expect(test.call(listProducts, { organizationId, limit: 201 }, as.admin)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });

  it('covers only granted or owned resources', async () => {
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
    await grant(organization, {
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

  it('never covers products of another organization, which are not found', async () => {
    const [one, two] = [openOrganization(), openOrganization()];
    const [productId] = await order(two, ['drive', 'theirs']);
    for (const foreign of [productId!, id('prd')]) {
      expect(
        await test.codeOf(getProduct, { organizationId: one.organizationId, productId: foreign }, one.as.admin),
      ).toBe('PRODUCT_NOT_FOUND');
      expect(
        await test.codeOf(
          blockProduct,
          { organizationId: one.organizationId, productId: foreign, reason: 'x' },
          one.as.admin,
        ),
      ).toBe('PRODUCT_NOT_FOUND');
      expect(
        await test.codeOf(
          addResource,
          { organizationId: one.organizationId, productId: foreign, kind: 'folder', name: 'x' },
          one.as.admin,
        ),
      ).toBe('PRODUCT_NOT_FOUND');
    }
    for (const organizationId of [two.organizationId, id('org')])
      expect(await test.codeOf(listProducts, { organizationId }, one.as.admin)).toBe('ORGANIZATION_NOT_FOUND');
    expect(
      (await test.call(getProduct, { organizationId: two.organizationId, productId: productId! }, two.as.admin)).status,
    ).toBe('active');
  });

  it('is enforced by row-level security: without a tenant context the runtime role sees no rows', async () => {
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
  ])('of a %s: kind %s, name %s → %s', async (type, kind, name, code) => {
    const organization = openOrganization();
    const [productId] = await order(organization, [type, 'p']);
    const { organizationId, as } = organization;
    expect(await test.codeOf(addResource, { organizationId, productId: productId!, kind, name }, as.admin)).toBe(code);
  });

  it('have unique names regardless of case, and the reply to an idempotency key is stored', async () => {
    const organization = openOrganization();
    const { organizationId, as } = organization;
    const [productId] = await order(organization, ['drive', 'd']);
    const input = { organizationId, productId: productId!, kind: 'folder', name: 'Contracts' };
    const codes = await Promise.all(
      ['CONTRACTS', 'contracts', 'Contracts'].map((name) => test.codeOf(addResource, { ...input, name }, as.admin)),
    );
    expect(codes.sort()).toEqual(['RESOURCE_NAME_TAKEN', 'RESOURCE_NAME_TAKEN', 'ok']);
    const key = { idempotencyKey: 'one' };
    const added = await test.call(addResource, { ...input, name: 'Bills' }, as.admin, key);
    expect(await test.call(addResource, { ...input, name: 'Bills' }, as.admin, key)).toEqual(added);
    expect(await test.codeOf(addResource, { ...input, name: 'Other' }, as.admin, key)).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await eventsOf(added.id)).toMatchObject([{ type: 'products.resource.added', data: { kind: 'folder' } }]);
  });

  it('have owners of the organization, are added by managers, and are described to services', async () => {
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
    for (const foreign of [openOrganization().organizationId, id('org')])
      expect(await test.codeOf(describeResource, { organizationId: foreign, resourceId }, search)).toBe(
        'RESOURCE_NOT_FOUND',
      );
  });
});

describe('a removed member (ROL-7, ROL-8)', () => {
  const memberOf = ({ organizationId }: Organization, accountId: AccountId) =>
    test.stubbedSnapshots.people.get(organizationId)!.find((person) => person.accountId === accountId)!.memberId;
  /** The person is a member again when the service receives the event. */
  const leaveAndReturn = (organization: Organization, accountId: AccountId): `mem_${string}` => {
    const { organizationId } = organization;
    const before = memberOf(organization, accountId);
    test.stubbedSnapshots.people.set(
      organizationId,
      test.stubbedSnapshots.people
        .get(organizationId)!
        .map((person) => (person.accountId === accountId ? { ...person, memberId: id('mem') } : person)),
    );
    test.snapshotChanged('people', organizationId);
    return before;
  };
  const remove = ({ organizationId }: Organization, accountId: AccountId, memberId: `mem_${string}`) =>
    test.publishEvent(memberRemoved, { organizationId, memberId, accountId, role: 'collaborator' });
  const ownersIn = async (organizationId: OrganizationId) =>
    (await test.call(getProductSnapshot, { organizationId }, { service: 'search' })).resources
      .flatMap(({ ownerAccountId }) => ownerAccountId ?? [])
      .sort();

  it('owns no resources, also after a return, and managers see the former owner', async () => {
    const organization = openOrganization();
    const { organizationId, as, ben, admin } = organization;
    const [mail] = await order(organization, ['mail_service', 'alpine.example']);
    const add = (name: string, ownerAccountId: AccountId) =>
      test.call(
        addResource,
        { organizationId, productId: mail!, kind: 'mail_address', name, ownerAccountId },
        as.admin,
      );
    const old = await add('ben@alpine.example', ben);
    await add('admin@alpine.example', admin);
    expect(await ownersIn(organizationId)).toEqual([ben, admin].sort());
    const reads = async () =>
      (await test.process.access.forOrganization(organizationId)).decide({
        accountId: ben,
        right: 'read',
        productId: mail!,
        resourceId: old.id,
        at: new Date(),
      }).allowed;
    expect(await reads()).toBe(true);

    const before = leaveAndReturn(organization, ben);
    // The resource is not theirs again, before and after the service receives the removal.
    expect(await reads()).toBe(false);
    await remove(organization, ben, before);
    expect([await reads(), await ownersIn(organizationId)]).toEqual([false, [admin]]);
    expect(
      await test.call(describeResource, { organizationId, resourceId: old.id }, { service: 'search' }),
    ).toMatchObject({ ownerAccountId: null });
    expect((await eventsOf(old.id)).at(-1)).toMatchObject({
      type: 'products.resource.owner_cleared',
      data: { organizationId, productId: mail, formerOwnerAccountId: ben },
    });
    const seen = async (who: Caller) =>
      (await test.call(getProduct, { organizationId, productId: mail! }, who)).resources.find(
        (resource) => resource.id === old.id,
      );
    expect(await seen(as.admin)).toMatchObject({ ownerAccountId: null, formerOwnerAccountId: ben });
    await grant(organization, {
      holder: { kind: 'account', accountId: organization.eva },
      object: { kind: 'resource', productId: mail!, resourceId: old.id },
      right: 'read',
    });
    expect(await seen(as.eva)).toEqual({
      id: old.id,
      kind: 'mail_address',
      name: 'ben@alpine.example',
      parentId: null,
      ownerAccountId: null,
    });
  });

  it('keeps resources in other organizations and of a newer membership period', async () => {
    const [left, other] = [openOrganization(), openOrganization()];
    const ben = left.ben;
    test.stubbedSnapshots.people
      .get(other.organizationId)!
      .push({ accountId: ben, memberId: id('mem'), role: 'collaborator', flags: [], isBlocked: false });
    const mailOf = async (organization: Organization) => (await order(organization, ['mail_service', 'm']))[0]!;
    const [there, here] = [await mailOf(other), await mailOf(left)];
    const add = ({ organizationId, as }: Organization, productId: ProductId) =>
      test.call(
        addResource,
        { organizationId, productId, kind: 'mail_address', name: 'ben@alpine.example', ownerAccountId: ben },
        as.admin,
      );
    await add(other, there);
    // The removal arrives late: the mailbox is newer.
    const before = leaveAndReturn(left, ben);
    await add(left, here);
    await remove(left, ben, before);
    expect([await ownersIn(left.organizationId), await ownersIn(other.organizationId)]).toEqual([[ben], [ben]]);
  });
});

describe('blocks (PROD-4)', () => {
  it('are independent: lifting one does not lift others, and a repeat changes nothing', async () => {
    const organization = openOrganization();
    const { organizationId, as } = organization;
    const [productId] = await order(organization, ['web_hosting', 'h']);
    const key = { organizationId, productId: productId! };
    await test.rows(
      `insert into product_block (organization_id, product_id, origin, reason, set_by, set_at)
       values ($1, $2, 'renewals', 'not renewed', 'service:renewals', '2026-02-01')`,
      [uuid(organizationId), uuid(productId!)],
    );
    await test.call(blockProduct, { ...key, reason: 'stolen password' }, as.admin);
    await test.call(blockProduct, { ...key, reason: 'stolen password' }, as.admin);
    expect(await test.call(blockProduct, { ...key, reason: 'audit' }, as.admin)).toMatchObject({
      status: 'blocked',
      blockReasons: ['not renewed', 'stolen password', 'audit'],
    });
    expect(await test.call(unblockProduct, { ...key, reason: 'audit' }, as.admin)).toMatchObject({
      status: 'blocked',
      blockReasons: ['not renewed', 'stolen password'],
    });
    for (let time = 0; time < 2; time += 1)
      expect(await test.call(unblockProduct, key, as.admin)).toMatchObject({
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
      await test.rows(`select count(*)::int as kept from product_block where product_id = $1`, [uuid(productId!)]),
    ).toEqual([{ kept: 3 }]);
  });

  it('put a mail service into maintenance', async () => {
    const organization = openOrganization();
    const [productId] = await order(organization, ['mail_service', 'm']);
    const key = { organizationId: organization.organizationId, productId: productId! };
    expect(await test.call(blockProduct, { ...key, reason: 'x' }, organization.as.admin)).toMatchObject({
      status: 'maintenance',
    });
    expect(await test.call(unblockProduct, key, organization.as.admin)).toMatchObject({
      status: 'active',
      blockReasons: [],
    });
  });

  it('are in the access cache immediately, and others see them without the reason (C-TEAM-10)', async () => {
    const organization = openOrganization();
    const { organizationId, as } = organization;
    const [productId] = await order(organization, ['web_hosting', 'h']);
    const key = { organizationId, productId: productId! };
    await grant(organization, {
      holder: { kind: 'account', accountId: organization.ben },
      object: { kind: 'product', productId: productId! },
      right: 'technical',
    });
    const isBlocked = async () =>
      [...(await test.process.access.forOrganization(organizationId)).products.all()][0]!.isBlocked;
    expect(await isBlocked()).toBe(false);
    expect(await test.codeOf(blockProduct, { ...key, reason: 'x' }, as.ben)).toBe('PERMISSION_DENIED');
    await test.call(blockProduct, { ...key, reason: 'unpaid' }, as.admin);
    expect(await isBlocked()).toBe(true);
    expect((await test.call(listProducts, { organizationId }, as.ben)).data).toMatchObject([
      { status: 'blocked', blockReasons: [] },
    ]);
    expect((await test.call(listProducts, { organizationId }, as.admin)).data).toMatchObject([
      { status: 'blocked', blockReasons: ['unpaid'] },
    ]);
    const reasons = async (...scopes: string[]) =>
      (
        await test.call(
          listProducts,
          { organizationId },
          { account: organization.admin, limits: { organizationId, scopes: ['product:read', ...scopes] } },
        )
      ).data.flatMap(({ blockReasons }) => blockReasons);
    expect([await reasons(), await reasons('product:manage')]).toEqual([[], ['unpaid']]);
    await test.call(unblockProduct, key, as.admin);
    expect(await isBlocked()).toBe(false);
  });
});
