import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { localDateIn } from '@cordee/calendar/local-date';
import { orderPaid } from '@cordee/contracts/billing/order';
import type { Contract, Input } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { addResource, getProduct } from '@cordee/contracts/products/product';
import {
  changeProductType,
  createProductType,
  getCatalogue,
  getTypeRights,
  getProductTypeAsStaff,
  listProductTypes,
  listProductTypesAsStaff,
  quotePrices,
  reinstateProductType,
  retireProductType,
} from '@cordee/contracts/products/product-type';
import { listPrices, setPrice, withdrawPrice } from '@cordee/contracts/products/price';
import { Locale } from '@cordee/contracts/values';
import { TestService, type Caller } from '@cordee/testing/test-service';
import type * as z from 'zod';
import { productsService } from '../products.service.ts';

let test: TestService;
const id = <P extends 'acc' | 'org' | 'prd' | 'ord' | 'inv' | 'mem'>(prefix: P) => newId(prefix, new Date());
const admin = id('acc');
const staff: Caller = { staff: id('acc') };
const billing: Caller = { service: 'billing' };
const today = () => localDateIn('Europe/Zurich', test.process.clock.now());

beforeAll(async () => {
  test = await TestService.start(productsService);
});
afterAll(() => test.stop());

const listSoldTypes = async () =>
  new Map((await test.call(listProductTypes, {}, 'nobody')).data.map((type) => [type.key, type]));
const entryOf = (key: string) => test.call(getProductTypeAsStaff, { key }, staff);
const eventsOf = async (key: string) =>
  (await test.outbox())
    .filter(({ event }) => event.subject === key)
    .map(({ type, data }) => ({ type: type.replace('products.', ''), data }));

let keyCount = 0;
const uniqueKey = () => `made_${String.fromCharCode(97 + Math.floor(keyCount / 26), 97 + (keyCount++ % 26))}`;
async function createType(input: Partial<z.input<typeof createProductType.input>> = {}) {
  return test.call(createProductType, { key: uniqueKey(), name: 'Notes', ...input }, staff);
}
const boardKind = { kind: 'board', rights: ['view', 'change'], defaultRights: ['view'] };

const mailRights = [
  'devices',
  'auto_reply',
  'signatures',
  'forwarding',
  'aliases',
  'history',
  'restore',
  'filters',
  'rules',
  'folders',
  'security',
  'sending',
];

describe('the catalogue (PROD-1, PROD-2)', () => {
  it('contains twelve types in order, with yearly prices in CHF and EUR', async () => {
    const catalogue = await listSoldTypes();
    // The types that other tests create come after these twelve types.
    expect([...catalogue.keys()].slice(0, 12)).toEqual([
      'web_hosting',
      'cloud_server',
      'domain',
      'mail_service',
      'drive',
      'streaming',
      'ticketing',
      'backup',
      'network_storage',
      'certificate',
      'suite',
      'premium_support',
    ]);
    for (const { prices, rights } of catalogue.values()) {
      expect(prices.filter(({ interval }) => interval === 'yearly').map(({ price }) => price.currency)).toEqual([
        'CHF',
        'EUR',
      ]);
      expect(rights.length).toBeGreaterThan(0);
    }
  });

  it.each<[string, string[]]>([
    ['web_hosting', ['technical', 'statistics']],
    ['streaming', ['technical', 'statistics']],
    ['ticketing', ['technical', 'statistics', 'ticket_control', 'sales_control']],
    ['mail_service', [...mailRights, 'read', 'change']],
    ['drive', ['admin', 'user', 'view', 'change', 'manage']],
  ])('lists for %s the rights %j', async (key, rights) => {
    expect([...(await listSoldTypes()).get(key)!.rights].sort()).toEqual([...rights].sort());
  });

  it('contains the rights of resources and the default rights of their owners', async () => {
    const catalogue = await listSoldTypes();
    expect(catalogue.get('drive')).toMatchObject({
      resourceKinds: ['folder'],
      resourceRights: [{ kind: 'folder', rights: ['view', 'change', 'manage'], defaultRights: [] }],
    });
    expect(catalogue.get('mail_service')).toMatchObject({
      resourceKinds: ['mail_address', 'calendar', 'address_book'],
      resourceRights: [
        {
          rights: [...mailRights, 'read'],
          defaultRights: ['devices', 'auto_reply', 'signatures', 'filters', 'rules', 'folders', 'security', 'sending'],
        },
        { defaultRights: [] },
        { defaultRights: [] },
      ],
    });
  });

  it('offers the renewal warranty at order for all types but network storage', async () => {
    expect(
      [...(await listSoldTypes()).values()].filter(({ canOrderWarranty }) => !canOrderWarranty).map(({ key }) => key),
    ).toEqual(['network_storage']);
  });

  it('has the same additional details for staff and for services', async () => {
    const { data } = await test.call(listProductTypesAsStaff, {}, staff);
    expect((await test.call(getCatalogue, {}, { service: 'teams' })).data).toEqual(data);
    expect(data.find(({ key }) => key === 'mail_service')).toMatchObject({
      blockedStatus: 'maintenance',
      firstResourceKind: null,
      productRights: [],
      isRetired: false,
      retiredRights: [],
      retiredKinds: [],
      version: 1,
    });
    expect((await listSoldTypes()).get('mail_service')).not.toHaveProperty('version');
  });

  it('is paginated for staff', async () => {
    const all = (await test.call(listProductTypesAsStaff, {}, staff)).data.map(({ key }) => key);
    const pages: string[][] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const input = { limit: 5, ...(cursor === undefined ? {} : { cursor }) };
      const { data, nextCursor } = await test.call(listProductTypesAsStaff, input, staff);
      pages.push(data.map(({ key }) => key));
      cursor = nextCursor;
    }
    expect(pages.flat()).toEqual(all);
    expect(pages.slice(0, -1).map(({ length }) => length)).toEqual(pages.slice(1).map(() => 5));
    expect(await test.codeOf(listProductTypesAsStaff, { cursor: 'x' }, staff)).toBe('CURSOR_INVALID');
  });

  const staffCalls: [string, Contract, object][] = [
    ['listProductTypesAsStaff', listProductTypesAsStaff, {}],
    ['getProductTypeAsStaff', getProductTypeAsStaff, { key: 'drive' }],
    ['createProductType', createProductType, { key: 'gas', name: 'Gas' }],
    ['changeProductType', changeProductType, { key: 'drive', name: 'Mine' }],
    ['retireProductType', retireProductType, { key: 'drive' }],
    ['reinstateProductType', reinstateProductType, { key: 'drive' }],
    ['listPrices', listPrices, { type: 'drive' }],
    ['setPrice', setPrice, { type: 'drive', currency: 'CHF', interval: 'yearly', amount: 1, validFrom: '2999-01-01' }],
    ['withdrawPrice', withdrawPrice, { type: 'drive', currency: 'CHF', interval: 'yearly', validFrom: '2999-01-01' }],
  ];
  it.each(staffCalls)('rejects %s of callers who are not staff', async (_, contract, input) => {
    expect(await test.codeOf(contract, input, { account: admin })).toBe('NOT_FOUND');
    expect(await test.codeOf(contract, input, 'nobody')).toBe('SIGN_IN_REQUIRED');
  });
});

describe('quotes of prices', () => {
  const quote = (
    lines: Input<typeof quotePrices>['lines'],
    currency: 'CHF' | 'EUR' | 'USD' = 'CHF',
    on = '2026-06-01',
  ) => ({ currency, on, lines });

  it('are in the order of the lines, also for a repeated type', async () => {
    const { lines } = await test.call(
      quotePrices,
      quote([
        { type: 'drive', interval: 'yearly' },
        { type: 'web_hosting', interval: 'yearly' },
        { type: 'drive', interval: 'monthly' },
      ]),
      billing,
    );
    expect(lines).toMatchObject([
      { type: 'drive', interval: 'yearly', name: 'Drive', price: { amount: 6_700, currency: 'CHF' } },
      {
        type: 'web_hosting',
        price: { amount: 10_800, currency: 'CHF' },
        vatClass: 'standard',
        canOrderWarranty: true,
      },
      { type: 'drive', interval: 'monthly', price: { amount: 650 } },
    ]);
  });

  it.each([
    [
      'an unknown type',
      quote([
        { type: 'drive', interval: 'yearly' },
        { type: 'gas', interval: 'yearly' },
      ]),
      'PRODUCT_TYPE_UNKNOWN',
      '/lines/1/type',
    ],
    ['a currency without prices', quote([{ type: 'drive', interval: 'yearly' }], 'USD'), 'PRICE_MISSING', '/lines/0'],
    ['an interval without a price', quote([{ type: 'domain', interval: 'monthly' }]), 'PRICE_MISSING', '/lines/0'],
    [
      'a day before the first price',
      quote([{ type: 'drive', interval: 'yearly' }], 'CHF', '2023-12-31'),
      'PRICE_MISSING',
      '/lines/0',
    ],
  ])('are rejected for %s, and the error points to the wrong line', async (_, input, code, pointer) => {
    await expect(test.call(quotePrices, input, billing)).rejects.toMatchObject({ code, errors: [{ pointer }] });
  });
});

describe('a new product type', () => {
  it('can be outside of the scope of VAT (DOC-8)', async () => {
    const key = uniqueKey();
    const prices = [{ currency: 'CHF' as const, interval: 'yearly' as const, amount: 5_000, validFrom: today() }];
    await createType({ key, name: 'Deposit', vatClass: 'out_of_scope', prices });
    const { lines } = await test.call(
      quotePrices,
      { currency: 'CHF', on: today(), lines: [{ type: key, interval: 'yearly' }] },
      billing,
    );
    expect(lines).toMatchObject([{ vatClass: 'out_of_scope' }]);
  });

  it('is created in one call with rights, kinds and prices, and can be ordered', async () => {
    const key = uniqueKey();
    const entry = await createType({
      key,
      name: 'Notes',
      vatClass: 'reduced',
      productRights: ['technical'],
      resourceRights: [boardKind],
      firstResourceKind: 'board',
      blockedStatus: 'maintenance',
      canOrderWarranty: false,
      prices: [
        { currency: 'CHF', interval: 'yearly', amount: 1_200, validFrom: today() },
        { currency: 'CHF', interval: 'yearly', amount: 1_300, validFrom: '2999-01-01' },
      ],
    });
    expect(entry).toEqual({
      key,
      name: 'Notes',
      translatedNames: {},
      vatClass: 'reduced',
      productRights: ['technical'],
      rights: ['technical', 'view', 'change'],
      resourceKinds: ['board'],
      resourceRights: [boardKind],
      firstResourceKind: 'board',
      blockedStatus: 'maintenance',
      canOrderWarranty: false,
      isRetired: false,
      retiredKinds: [],
      retiredRights: [],
      version: 1,
      prices: [{ interval: 'yearly', price: { amount: 1_200, currency: 'CHF' } }],
    });
    expect([...(await listSoldTypes()).keys()].at(-1)).toBe(key);
    expect(await eventsOf(key)).toMatchObject([
      {
        type: 'product_type.created',
        data: { type: key, values: { name: 'Notes', productRights: ['technical'], resourceRights: [boardKind] } },
      },
      { type: 'price.set', data: { price: { amount: 1_200 }, replaced: null } },
      { type: 'price.set', data: { price: { amount: 1_300 } } },
    ]);
    const { organizationId, productId } = await buy(key);
    expect((await test.call(getProduct, { organizationId, productId }, { account: admin })).resources).toMatchObject([
      { kind: 'board', name: 'Mine' },
    ]);
  });

  it('can be created without prices, rights and resource kinds', async () => {
    expect(await createType()).toMatchObject({
      rights: [],
      resourceKinds: [],
      prices: [],
      vatClass: 'standard',
      blockedStatus: 'blocked',
      canOrderWarranty: true,
      firstResourceKind: null,
    });
  });

  it('has a unique key, also for concurrent requests; a repeated idempotency key returns the first reply', async () => {
    const key = uniqueKey();
    const codes = await Promise.all([1, 2, 3].map(() => test.codeOf(createProductType, { key, name: 'Notes' }, staff)));
    expect(codes.sort()).toEqual(['PRODUCT_TYPE_KEY_TAKEN', 'PRODUCT_TYPE_KEY_TAKEN', 'ok']);
    const input = { key: uniqueKey(), name: 'Notes' };
    const first = await test.call(createProductType, input, staff, { idempotencyKey: 'once' });
    expect(await test.call(createProductType, input, staff, { idempotencyKey: 'once' })).toEqual(first);
    expect(await eventsOf(input.key)).toHaveLength(1);
  });

  it('gets its own position in the catalogue, also when several types are created concurrently', async () => {
    const keys = [uniqueKey(), uniqueKey(), uniqueKey()];
    await Promise.all(keys.map((key) => createType({ key })));
    const [counts] = await test.rows(
      `select count(distinct position)::int as positions, count(*)::int as types from product_type`,
    );
    expect(counts!['positions']).toBe(counts!['types']);
  });

  it.each<[object, string, string?]>([
    [{ key: 'Web Hosting' }, 'INPUT_INVALID', '/key'],
    [{ name: ' ' }, 'INPUT_INVALID', '/name'],
    [{ vatClass: 'none' }, 'INPUT_INVALID', '/vatClass'],
    [{ productRights: ['technical', 'technical'] }, 'INPUT_INVALID', '/productRights'],
    [{ productRights: ['Technical!'] }, 'INPUT_INVALID', '/productRights/0'],
    [{ resourceRights: [boardKind, boardKind] }, 'INPUT_INVALID', '/resourceRights'],
    [
      { resourceRights: [{ ...boardKind, defaultRights: ['manage'] }] },
      'DEFAULT_RIGHT_UNKNOWN',
      '/resourceRights/0/defaultRights',
    ],
    [{ firstResourceKind: 'board' }, 'FIRST_RESOURCE_KIND_UNKNOWN', '/firstResourceKind'],
    [{ blockedStatus: 'gone' }, 'INPUT_INVALID', '/blockedStatus'],
    [
      { prices: [{ currency: 'CHF', interval: 'yearly', amount: 9.5, validFrom: '2999-01-01' }] },
      'INPUT_INVALID',
      '/prices/0/amount',
    ],
    [
      { prices: [{ currency: 'CHF', interval: 'yearly', amount: 1, validFrom: '2020-01-01' }] },
      'PRICE_VALID_FROM_PAST',
      '/prices/0/validFrom',
    ],
    [
      { prices: [1, 2].map((amount) => ({ currency: 'CHF', interval: 'yearly', amount, validFrom: '2999-01-01' })) },
      'INPUT_INVALID',
      '/prices',
    ],
  ])('with %j is rejected with %s and is not stored', async (wrong, code, pointer) => {
    const key = uniqueKey();
    await expect(test.call(createProductType, { key, name: 'Notes', ...wrong }, staff)).rejects.toMatchObject({
      code,
      errors: [{ pointer }],
    });
    expect(await test.codeOf(getProductTypeAsStaff, { key }, staff)).toBe('PRODUCT_TYPE_NOT_FOUND');
  });
});

describe('a change of a product type', () => {
  it('changes only the requested fields, and its event has the values before and after', async () => {
    const { key } = await createType({ productRights: ['technical'] });
    expect(await test.call(changeProductType, { key, name: 'Boards', canOrderWarranty: false }, staff)).toMatchObject({
      name: 'Boards',
      canOrderWarranty: false,
      vatClass: 'standard',
      productRights: ['technical'],
      version: 2,
    });
    expect((await eventsOf(key)).at(-1)).toMatchObject({
      type: 'product_type.changed',
      data: {
        type: key,
        before: { name: 'Notes', canOrderWarranty: true },
        after: { name: 'Boards', canOrderWarranty: false },
      },
    });
  });

  it('without a difference changes no version and publishes no event', async () => {
    const { key, name, productRights, resourceRights } = await createType({
      productRights: ['technical'],
      resourceRights: [boardKind],
    });
    for (const change of [{}, { name }, { productRights, resourceRights }])
      expect(await test.call(changeProductType, { key, ...change }, staff)).toMatchObject({ version: 1 });
    expect(await eventsOf(key)).toHaveLength(1);
  });

  it('with an outdated version is rejected, also when two changes are concurrent (API-1)', async () => {
    const { key, version } = await createType();
    const codes = await Promise.all(
      ['a', 'b'].map((name) => test.codeOf(changeProductType, { key, name, ifMatch: [version] }, staff)),
    );
    expect(codes.sort()).toEqual(['VERSION_MISMATCH', 'ok']);
    for (const contract of [retireProductType, reinstateProductType])
      expect(await test.codeOf(contract, { key, ifMatch: [version] }, staff)).toBe('VERSION_MISMATCH');
    expect((await entryOf(key)).version).toBe(2);
  });

  it('retires rights that the list omits, and reinstates rights that the list contains again', async () => {
    const { key } = await createType({ productRights: ['technical', 'statistics'], resourceRights: [boardKind] });
    const changed = await test.call(
      changeProductType,
      { key, productRights: ['statistics'], resourceRights: [{ kind: 'board', rights: ['change', 'view', 'manage'] }] },
      staff,
    );
    expect(changed).toMatchObject({
      productRights: ['statistics'],
      rights: ['statistics', 'change', 'view', 'manage'],
      retiredRights: [{ kind: null, right: 'technical' }],
      resourceRights: [{ rights: ['change', 'view', 'manage'], defaultRights: [] }],
      version: 2,
    });
    const reinstated = await test.call(changeProductType, { key, productRights: ['technical', 'statistics'] }, staff);
    expect(reinstated).toMatchObject({
      productRights: ['technical', 'statistics'],
      retiredRights: [],
      resourceRights: changed.resourceRights,
      version: 3,
    });
  });

  it('keeps retired rights and the rights of resources in the list for access checks', async () => {
    const { key } = await createType({
      productRights: ['technical', 'statistics'],
      resourceRights: [boardKind, { kind: 'list', rights: ['view', 'read'] }],
    });
    const listedRights = async () =>
      (await test.call(getTypeRights, {}, billing)).data.find(({ type }) => type === key)?.rights;
    const rights = ['change', 'read', 'statistics', 'technical', 'view'];
    expect(await listedRights()).toEqual(rights);
    await test.call(changeProductType, { key, productRights: ['statistics'], resourceRights: [boardKind] }, staff);
    await test.call(retireProductType, { key }, staff);
    expect(await listedRights()).toEqual(rights);
    await test.call(changeProductType, { key, productRights: ['support'] }, staff);
    expect(await listedRights()).toEqual([...rights, 'support'].sort());
  });

  it('retires resource kinds that the list omits: resources stay, and new resources are rejected', async () => {
    const { key } = await createType({
      resourceRights: [boardKind, { kind: 'list', rights: ['view'] }],
      prices: [{ currency: 'CHF', interval: 'yearly', amount: 1, validFrom: today() }],
    });
    const { organizationId, productId } = await buy(key);
    const add = (name: string) =>
      test.codeOf(addResource, { organizationId, productId, kind: 'list', name }, { account: admin });
    expect(await add('before')).toBe('ok');
    const retired = await test.call(changeProductType, { key, resourceRights: [boardKind] }, staff);
    expect(retired).toMatchObject({
      resourceKinds: ['board'],
      resourceRights: [boardKind],
      retiredKinds: [{ kind: 'list', rights: ['view'] }],
      retiredRights: [],
    });
    expect(await add('after')).toBe('RESOURCE_KIND_UNKNOWN');
    expect((await test.call(getProduct, { organizationId, productId }, { account: admin })).resources).toMatchObject([
      { kind: 'list', name: 'before' },
    ]);
    expect(
      (
        await test.call(
          changeProductType,
          { key, resourceRights: [boardKind, { kind: 'list', rights: ['view'] }] },
          staff,
        )
      ).retiredKinds,
    ).toEqual([]);
    expect(await add('after')).toBe('ok');
  });

  it.each<[object, string]>([
    [{ resourceRights: [] }, 'FIRST_RESOURCE_KIND_UNKNOWN'],
    [{ firstResourceKind: 'list' }, 'FIRST_RESOURCE_KIND_UNKNOWN'],
    [{ resourceRights: [{ kind: 'board', rights: ['view'], defaultRights: ['change'] }] }, 'DEFAULT_RIGHT_UNKNOWN'],
    [{ firstResourceKind: null, resourceRights: [] }, 'ok'],
    [{ name: null }, 'INPUT_INVALID'],
  ])('to %j returns %s', async (change, code) => {
    const { key } = await createType({ resourceRights: [boardKind], firstResourceKind: 'board' });
    expect(await test.codeOf(changeProductType, { key, ...change }, staff)).toBe(code);
    expect((await entryOf(key)).version).toBe(code === 'ok' ? 2 : 1);
  });

  it('of an unknown type is rejected', async () => {
    for (const contract of [changeProductType, retireProductType, reinstateProductType])
      expect(await test.codeOf(contract, { key: 'gas' }, staff)).toBe('PRODUCT_TYPE_NOT_FOUND');
  });
});

describe('a retired product type', () => {
  it('cannot be ordered but can be renewed, until it is reinstated; a repeated command changes nothing', async () => {
    const { key } = await createType({
      prices: [{ currency: 'CHF', interval: 'yearly', amount: 900, validFrom: today() }],
    });
    const lines = [
      { type: 'drive', interval: 'yearly' as const },
      { type: key, interval: 'yearly' as const },
    ];
    const quoteRequest = { currency: 'CHF' as const, on: today(), lines };
    for (let attempt = 0; attempt < 2; attempt += 1)
      expect(await test.call(retireProductType, { key }, staff)).toMatchObject({ isRetired: true, version: 2 });
    expect((await listSoldTypes()).has(key)).toBe(false);
    expect((await test.call(getCatalogue, {}, billing)).data.map((type) => type.key)).toContain(key);
    await expect(test.call(quotePrices, quoteRequest, billing)).rejects.toMatchObject({
      code: 'PRODUCT_TYPE_RETIRED',
      errors: [{ pointer: '/lines/1/type' }],
    });
    expect((await test.call(quotePrices, { ...quoteRequest, for: 'renewal' }, billing)).lines[1]).toMatchObject({
      price: { amount: 900 },
    });
    expect(
      await test.codeOf(
        setPrice,
        { type: key, currency: 'CHF', interval: 'yearly', amount: 950, validFrom: '2999-01-01' },
        staff,
      ),
    ).toBe('ok');
    for (let attempt = 0; attempt < 2; attempt += 1)
      expect(await test.call(reinstateProductType, { key }, staff)).toMatchObject({ isRetired: false, version: 3 });
    expect((await test.call(quotePrices, quoteRequest, billing)).lines).toHaveLength(2);
    expect((await eventsOf(key)).map(({ type }) => type)).toEqual([
      'product_type.created',
      'price.set',
      'product_type.retired',
      'price.set',
      'product_type.reinstated',
    ]);
  });

  it('still becomes a product of the customer when an earlier order is paid after the retirement', async () => {
    const { key } = await createType({ resourceRights: [boardKind], firstResourceKind: 'board' });
    await test.call(retireProductType, { key }, staff);
    const { organizationId, productId } = await buy(key);
    expect(await test.call(getProduct, { organizationId, productId }, { account: admin })).toMatchObject({
      type: key,
      status: 'active',
      resources: [{ kind: 'board' }],
    });
  });
});

async function buy(type: string) {
  const [organizationId, productId] = [id('org'), id('prd')];
  test.stubbedSnapshots.people.set(organizationId, [
    { accountId: admin, memberId: id('mem'), role: 'administrator', flags: [], isBlocked: false },
  ]);
  await test.publishEvent(orderPaid, {
    organizationId,
    orderId: id('ord'),
    invoiceId: id('inv'),
    lines: [
      {
        productId,
        type,
        name: 'Mine',
        interval: 'yearly',
        price: { amount: 1, currency: 'CHF' },
        isAutomaticRenewal: true,
        isWarranted: false,
        periodStart: '2026-01-31',
        periodEnd: '2027-01-31',
      },
    ],
  });
  return { organizationId, productId };
}

describe('the names of product types', () => {
  const listIn = async (language: Locale) => {
    const causedBy = { language, requestId: 'r', traceparent: undefined, token: undefined, reason: undefined };
    const { data } = await test.call(listProductTypes, {}, 'nobody', { causedBy });
    return new Map(data.map(({ key, name }) => [key, name]));
  };

  it('are in the language of the caller for the shipped catalogue', async () => {
    expect((await listIn('fr')).get('web_hosting')).toBe('Hébergement web');
    expect((await listIn('de')).get('network_storage')).toBe('Netzwerkspeicher');
    expect((await listIn('it')).get('certificate')).toBe('Certificato');
    expect((await listIn('es')).get('backup')).toBe('Copia de seguridad');
    expect((await listIn('en')).get('web_hosting')).toBe('Web hosting');
  });

  it('are changed by staff for each language; the English name replaces a missing name', async () => {
    const prices = [{ currency: 'CHF' as const, interval: 'yearly' as const, amount: 100, validFrom: today() }];
    const { key } = await createType({ translatedNames: { fr: 'Bloc-notes', de: 'Notizen' }, prices });
    const changed = await test.call(
      changeProductType,
      { key, name: 'Notebook', translatedNames: { de: 'Notizbuch', fr: null, it: 'Taccuino' } },
      staff,
    );
    expect([changed.name, changed.translatedNames, changed.version]).toEqual([
      'Notebook',
      { de: 'Notizbuch', it: 'Taccuino' },
      2,
    ]);
    const names = await Promise.all(Locale.options.map(async (language) => (await listIn(language)).get(key)));
    expect(names).toEqual(['Notizbuch', 'Notebook', 'Taccuino', 'Notebook', 'Notebook']);
    expect(await eventsOf(key)).toContainEqual(
      expect.objectContaining({
        data: expect.objectContaining({
          before: expect.objectContaining({ translatedNames: { de: 'Notizen', fr: 'Bloc-notes' } }),
          after: expect.objectContaining({ translatedNames: { de: 'Notizbuch', it: 'Taccuino' } }),
        }),
      }),
    );
  });
});
