import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listProductBilling } from '@cordee/contracts/billing/product-billing';
import { issueRenewalProForma, periodsPaid } from '@cordee/contracts/billing/renewal-pro-forma';
import { addDays } from '@cordee/calendar/local-date';
import type { Answer, Input } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { productCreated } from '@cordee/contracts/products/product';
import { quotePrices } from '@cordee/contracts/products/product-type';
import { listRenewals, orderRenewals } from '@cordee/contracts/renewals/renewal';
import { TestService } from '@cordee/testing/test-service';
import { renewalsService } from '../renewals.service.ts';

const anna = { account: 'acc_01je5nryg0fgz9y05x3mqpmjrg' } as const;
let test: TestService;
/** The requests that billing received. */
let requests: Input<typeof issueRenewalProForma>[];

const defaultAddressId = newId('adr', new Date());
/** The billing settings of products. */
const settings = new Map<string, Answer<typeof listProductBilling>['data'][number]>();

beforeAll(async () => {
  requests = [];
  test = await TestService.start(renewalsService);
  await test.stub(listProductBilling, ({ productIds }) => ({
    defaultAddressId,
    data: productIds.flatMap((productId) => settings.get(productId) ?? []),
  }));
  await test.stub(quotePrices, ({ currency, lines }) => ({
    lines: lines.map((line) => ({
      ...line,
      name: 'Web hosting',
      vatClass: 'standard' as const,
      canOrderWarranty: true,
      price: { amount: 10_800, currency },
    })),
  }));
  await test.stub(issueRenewalProForma, (input) => {
    requests.push(input);
    const { output } = issueRenewalProForma.example;
    const hasDeposit = input.periods.some(({ type }) => type === 'deposit');
    return { ...output, relatedProForma: hasDeposit ? { ...output, number: 'PRO-2026-000002' } : null };
  });
});
afterAll(() => test.stop());

const today = (): string => test.process.clock.now().toISOString().slice(0, 10);

function createOrganization(): `org_${string}` {
  const organizationId = newId('org', new Date());
  test.stubbedSnapshots.people.set(organizationId, [
    {
      accountId: anna.account,
      memberId: newId('mem', new Date()),
      role: 'legal_representative',
      flags: [],
      isBlocked: false,
    },
  ]);
  return organizationId;
}

async function createProduct(
  organizationId: `org_${string}`,
  {
    currency = 'CHF',
    periodStart = addDays(today(), -300),
    type = 'web_hosting',
  }: { currency?: 'CHF' | 'EUR'; periodStart?: string; type?: string } = {},
): Promise<`prd_${string}`> {
  const productId = newId('prd', new Date());
  await test.publishEvent(productCreated, {
    organizationId,
    productId,
    orderId: newId('ord', new Date()),
    type,
    name: 'alpine.example',
    interval: 'yearly',
    periodStart,
    currency,
    isAutomaticRenewal: false,
    isWarranted: false,
  });
  return productId;
}

const order = (organizationId: `org_${string}`, productIds: `prd_${string}`[]) =>
  test.codeOf(orderRenewals, { organizationId, productIds }, anna, { idempotencyKey: newId('job', new Date()) });
const renewalOf = async (organizationId: `org_${string}`, productId: `prd_${string}`) =>
  (await test.call(listRenewals, { organizationId, within: 'all' }, anna)).data.find(
    (renewal) => renewal.productId === productId,
  )!;

describe('ordering renewals (REN-1)', () => {
  it('asks billing for one pro forma per currency, with the next periods', async () => {
    const organizationId = createOrganization();
    const [firstId, secondId] = [await createProduct(organizationId), await createProduct(organizationId)];
    const euroId = await createProduct(organizationId, { currency: 'EUR' });
    requests = [];
    expect(await order(organizationId, [firstId, euroId, secondId, firstId])).toBe('ok');
    const dueOn = (await renewalOf(organizationId, firstId)).dueOn;
    expect(
      requests.map(({ currency, periods }) => [
        currency,
        periods.map(({ productId, periodStart }) => [productId, periodStart]),
      ]),
    ).toEqual([
      [
        'CHF',
        [
          [firstId, dueOn],
          [secondId, dueOn],
        ],
      ],
      ['EUR', [[euroId, dueOn]]],
    ]);
    // The pro forma is valid after the due date, because an expired product can be renewed until its termination.
    expect(requests[0]!.validUntil > dueOn).toBe(true);
  });

  it('asks billing for one pro forma per billing address, or for one with the picked address', async () => {
    const organizationId = createOrganization();
    const [firstId, secondId, thirdId] = [
      await createProduct(organizationId),
      await createProduct(organizationId),
      await createProduct(organizationId),
    ];
    const addressId = newId('adr', new Date());
    settings.set(secondId, { productId: secondId, addressId, costCentre: 'IT' });
    settings.set(thirdId, { productId: thirdId, addressId: defaultAddressId, costCentre: null });
    expect(await renewalOf(organizationId, firstId)).toMatchObject({ addressId: defaultAddressId, costCentre: null });
    expect(await renewalOf(organizationId, secondId)).toMatchObject({ addressId, costCentre: 'IT' });
    requests = [];
    const productIds = [firstId, secondId, thirdId];
    expect(await order(organizationId, productIds)).toBe('ok');
    const productsByAddress = () =>
      requests.map((request) => [request.addressId, request.periods.map(({ productId }) => productId)]);
    expect(productsByAddress()).toEqual([
      [undefined, [firstId, thirdId]],
      [addressId, [secondId]],
    ]);
    requests = [];
    const pickedId = newId('adr', new Date());
    const options = { idempotencyKey: newId('job', new Date()) };
    await test.call(orderRenewals, { organizationId, productIds, addressId: pickedId }, anna, options);
    expect(productsByAddress()).toEqual([[pickedId, productIds]]);
  });

  it('has a second pro forma for products outside of the scope of VAT (DOC-8)', async () => {
    const organizationId = createOrganization();
    const productIds = [await createProduct(organizationId), await createProduct(organizationId, { type: 'deposit' })];
    const options = { idempotencyKey: newId('job', new Date()) };
    const { proFormas } = await test.call(orderRenewals, { organizationId, productIds }, anna, options);
    expect(proFormas.map(({ number }) => number)).toEqual(['PRO-2026-000001', 'PRO-2026-000002']);
  });

  it('asks billing once per idempotency key', async () => {
    const organizationId = createOrganization();
    const productIds = [await createProduct(organizationId)];
    requests = [];
    const options = { idempotencyKey: newId('job', new Date()) };
    const send = () => test.codeOf(orderRenewals, { organizationId, productIds }, anna, options);
    const codes = await Promise.all([send(), send(), send()]);
    expect(codes).toContain('ok');
    expect(codes.filter((code) => code !== 'ok' && code !== 'IDEMPOTENCY_KEY_RUNNING')).toEqual([]);
    const first = await test.call(orderRenewals, { organizationId, productIds }, anna, options);
    expect(await test.call(orderRenewals, { organizationId, productIds }, anna, options)).toEqual(first);
    expect(requests).toHaveLength(1);
  });

  it('is refused for a product without a renewal and for a terminated product', async () => {
    const organizationId = createOrganization();
    const terminatedId = await createProduct(organizationId, { periodStart: addDays(today(), -600) });
    requests = [];
    expect(await order(organizationId, [newId('prd', new Date())])).toBe('RENEWAL_NOT_FOUND');
    expect(await order(organizationId, [terminatedId])).toBe('RENEWAL_EXPIRED');
    expect(requests).toEqual([]);
  });
});

describe('a paid period of a renewal pro forma', () => {
  it('starts once, also for an expired product', async () => {
    const organizationId = createOrganization();
    const productId = await createProduct(organizationId, { periodStart: addDays(today(), -380) });
    const before = await renewalOf(organizationId, productId);
    const period = { productId, periodStart: before.dueOn, periodEnd: addDays(before.dueOn, 365) };
    const data = { organizationId, invoiceId: newId('inv', new Date()), periods: [period] };
    await test.publishEvent(periodsPaid, data);
    const after = await renewalOf(organizationId, productId);
    expect(after.periodStart).toBe(before.dueOn);
    // The same period in another event changes nothing.
    await test.publishEvent(periodsPaid, { ...data, invoiceId: newId('inv', new Date()) });
    expect(await renewalOf(organizationId, productId)).toEqual(after);
  });
});
