import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { invoicePaid } from '@cordee/contracts/billing/document';
import type { Input } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { quotePrices } from '@cordee/contracts/products/product-type';
import { productCreated } from '@cordee/contracts/products/product';
import { productReceived } from '@cordee/contracts/products/transfer';
import {
  describeRenewal,
  detachRenewal,
  listRenewals,
  simulateRenewals,
  switchAutomaticRenewal,
  type RenewalTerms,
} from '@cordee/contracts/renewals/renewal';
import { DomainError } from '@cordee/contracts/domain-error';
import { TestService, uuid, type Caller } from '@cordee/testing/test-service';
import { renewalsService } from '../renewals.service.ts';

type OrganizationId = `org_${string}`;
type ProductId = `prd_${string}`;
let test: TestService;
const anna = 'acc_01je5nryg0fgz9y05x3mqpmjrg' as const;
const products: Caller = { service: 'products' };
const total = { amount: 11_675, currency: 'CHF' as const };
const chargeRequests = new Map<string, Input<typeof chargePeriod>[]>();
/** Callbacks by product that run during the charge. An error that they throw is the answer of billing. */
const duringCharge = new Map<string, () => Promise<unknown>>();

beforeAll(async () => {
  test = await TestService.start(renewalsService);
  await test.answer(quotePrices, ({ lines }) => ({
    lines: lines.map((line) => ({
      ...line,
      name: 'Web hosting',
      vatClass: 'standard' as const,
      isWarrantyAtOrder: true,
      price: total,
    })),
  }));
  await test.answer(chargePeriod, async (input) => {
    chargeRequests.set(input.productId, [...(chargeRequests.get(input.productId) ?? []), input]);
    await duringCharge.get(input.productId)?.();
    return {
      status: input.method === 'on_credit' ? ('issued' as const) : ('paid' as const),
      invoiceId: newId('inv', new Date()),
      total,
      dueOn: input.periodStart,
      declineReason: null,
    };
  });
});
afterAll(() => test.stop());

const today = (): string => test.process.clock.now().toISOString().slice(0, 10);
const plusDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
const plusYears = (date: string, years: number): string => `${Number(date.slice(0, 4)) + years}${date.slice(4)}`;
const transferId = () => newId('trf', new Date());

function organization(): OrganizationId {
  const organizationId = newId('org', new Date());
  test.stubbedSnapshots.people.set(organizationId, [
    {
      accountId: anna,
      memberId: 'mem_01je5nryg0fgz9y05x3mqpmjrg',
      role: 'legal_representative',
      flags: [],
      isBlocked: false,
    },
  ]);
  return organizationId;
}

async function product(
  given: { periodStart?: string; isAutomaticRenewal?: boolean; isWarranted?: boolean } = {},
  prepare: (id: ProductId) => void = () => undefined,
): Promise<{ organizationId: OrganizationId; productId: ProductId }> {
  const [organizationId, productId] = [organization(), newId('prd', new Date())];
  prepare(productId);
  const { periodStart = today(), isAutomaticRenewal = false, isWarranted = false } = given;
  await test.publishEvent(productCreated, {
    organizationId,
    productId,
    orderId: newId('ord', new Date()),
    type: 'web_hosting',
    name: 'alpine.example',
    interval: 'yearly',
    periodStart,
    currency: 'CHF',
    isAutomaticRenewal,
    isWarranted,
  });
  return { organizationId, productId };
}

const detach = async (from: { organizationId: OrganizationId; productId: ProductId }, id = transferId()) =>
  (await test.call(detachRenewal, { ...from, transferId: id }, products)).terms;
const receive = (
  organizationId: OrganizationId,
  { organizationId: from, productId }: { organizationId: OrganizationId; productId: ProductId },
  renewal: RenewalTerms,
) =>
  test.publishEvent(productReceived, {
    organizationId,
    productId,
    transferId: transferId(),
    fromOrganizationId: from,
    ownershipNumber: 1,
    type: 'web_hosting',
    name: 'alpine.example',
    renewal,
    retained: [],
    retainedRight: null,
  });
const listed = async (organizationId: OrganizationId) =>
  (await test.call(listRenewals, { organizationId, within: 'all' }, { account: anna })).data;
const eventsOf = async (productId: string) =>
  (await test.outbox())
    .filter(({ data }) => data['productId'] === productId)
    .map(({ type, data }) => ({ type: type.replace('renewals.', ''), data }));
const waitForEvent = (productId: string, type: string, count = 1) =>
  test.until(
    async () => (await eventsOf(productId)).filter((fact) => fact.type === type).length >= count,
    `${count} × ${type}`,
  );
const periodsOf = (productId: ProductId) =>
  test.rows(
    `select organization_id, period_start::text as start, origin
     from period where product_id = $1 order by period_start`,
    [uuid(productId)],
  );

describe('a detached renewal (PROD-5)', () => {
  it('is removed from the organization at once, with one event, also when the command is repeated', async () => {
    const from = await product({ isAutomaticRenewal: true, isWarranted: true });
    const id = transferId();
    const terms = {
      interval: 'yearly',
      currency: 'CHF',
      anchor: today(),
      periodStart: today(),
      periodEnd: plusYears(today(), 1),
      hasExpired: false,
    };
    expect(await test.call(describeRenewal, from, products)).toEqual({
      terms,
      isAutomatic: true,
      isWarranted: true,
      openPeriods: 0,
    });
    expect(await Promise.all([detach(from, id), detach(from, id)])).toEqual([terms, terms]);
    expect(await detach(from, id)).toEqual(terms);
    expect(await listed(from.organizationId)).toEqual([]);
    expect(
      (await test.call(simulateRenewals, { organizationId: from.organizationId }, { account: anna })).data,
    ).toEqual([]);
    expect((await eventsOf(from.productId)).map(({ type }) => type)).toEqual(['period.started', 'renewal.detached']);
    for (const code of [
      await test.codeOf(describeRenewal, from, products),
      await test.codeOf(detachRenewal, { ...from, transferId: transferId() }, products),
    ])
      expect(code).toBe('RENEWAL_NOT_FOUND');
  });

  it('continues at the receiving organization with the same period, not automatic and not warranted', async () => {
    const from = await product({ periodStart: plusDays(today(), -355), isAutomaticRenewal: false, isWarranted: true });
    const [to, terms] = [organization(), await detach(from)];
    await receive(to, from, terms);
    const [renewal] = await listed(to);
    expect(renewal).toMatchObject({
      productId: from.productId,
      name: 'alpine.example',
      periodStart: terms.periodStart,
      dueOn: terms.periodEnd,
      isAutomatic: false,
      isWarranted: false,
      nextAttemptOn: null,
      openPeriods: 0,
    });
    expect((await eventsOf(from.productId)).at(-1)).toMatchObject({
      type: 'period.started',
      data: { organizationId: to, how: 'transferred', isAutomatic: false, invoiceId: null, periodEnd: terms.periodEnd },
    });
    await test.call(
      switchAutomaticRenewal,
      { organizationId: to, productIds: [from.productId], isOn: true },
      { account: anna },
    );
    await waitForEvent(from.productId, 'period.started', 3);
    expect(chargeRequests.get(from.productId)).toMatchObject([{ organizationId: to, periodStart: terms.periodEnd }]);
    // Each period is recorded once, at the organization that paid it.
    expect(await periodsOf(from.productId)).toEqual([
      { organization_id: uuid(from.organizationId), start: terms.periodStart, origin: 'ordered' },
      { organization_id: uuid(to), start: terms.periodEnd, origin: 'automatic' },
    ]);
  });

  it('keeps its terms when the product is transferred back and forth', async () => {
    const from = await product();
    const other = organization();
    for (const [giver, taker] of [
      [from.organizationId, other],
      [other, from.organizationId],
      [from.organizationId, other],
    ] as const)
      await receive(taker, { ...from, organizationId: giver }, await detach({ ...from, organizationId: giver }));
    expect([await listed(from.organizationId), (await listed(other)).map((renewal) => renewal.dueOn)]).toEqual([
      [],
      [plusYears(today(), 1)],
    ]);
  });

  it('is still expired at the receiving organization', async () => {
    const from = await product({ periodStart: plusDays(today(), -400) });
    test.moveClockTo(new Date(test.process.clock.now().getTime() + 1_000).toISOString());
    await test.until(
      async () =>
        (
          await test.rows(`select 1 from renewal where product_id = $1 and next_step_on is null`, [
            uuid(from.productId),
          ])
        ).length > 0,
      'expiry',
    );
    const [to, terms] = [organization(), await detach(from)];
    expect(terms.hasExpired).toBe(true);
    await receive(to, from, terms);
    expect(await test.rows(`select next_step_on from renewal where product_id = $1`, [uuid(from.productId)])).toEqual([
      { next_step_on: null },
    ]);
  });
});

describe('a renewal cannot be detached', () => {
  const due = async (...given: Parameters<typeof product>) => {
    const created = await product(...given);
    test.moveClockTo(new Date(test.process.clock.now().getTime() + 1_000).toISOString());
    return created;
  };

  it('until its debt of the renewal warranty is paid (C-REN-23)', async () => {
    const from = await due({ periodStart: plusYears(today(), -1), isWarranted: true });
    await waitForEvent(from.productId, 'warranty.triggered');
    expect(await test.call(describeRenewal, from, products)).toMatchObject({ openPeriods: 1 });
    expect(await test.codeOf(detachRenewal, { ...from, transferId: transferId() }, products)).toBe(
      'WARRANTY_DEBT_OPEN',
    );
    const { data } = (await eventsOf(from.productId)).find(({ type }) => type === 'warranty.triggered')!;
    await test.publishEvent(invoicePaid, {
      organizationId: from.organizationId,
      documentId: data['invoiceId'] as string,
      currency: 'CHF',
      paidOn: today(),
      method: 'bank_transfer',
      productIds: [from.productId],
    });
    expect((await detach(from)).periodStart).toBe(today());
  });

  it('while billing charges its next period; the period is then recorded', async () => {
    let code: string | undefined;
    let from: { organizationId: OrganizationId; productId: ProductId } | undefined;
    const answered = new Promise<void>((resolve) => {
      void due({ periodStart: plusDays(today(), -355), isAutomaticRenewal: true }, (productId) =>
        duringCharge.set(productId, async () => {
          const [row] = await test.rows(`select organization_id from renewal where product_id = $1`, [uuid(productId)]);
          const organizationId = chargeRequests.get(productId)![0]!.organizationId;
          expect(row!['organization_id']).toBe(uuid(organizationId));
          from = { organizationId, productId };
          code = await test.codeOf(detachRenewal, { ...from, transferId: transferId() }, products);
          resolve();
        }),
      );
    });
    await answered;
    expect(code).toBe('RENEWAL_CHARGE_RUNNING');
    await waitForEvent(from!.productId, 'period.started', 2);
    expect((await detach(from!)).periodStart).toBe(chargeRequests.get(from!.productId)![0]!.periodStart);
  });

  it('while the outcome of a charge is unknown; a refusal is a known outcome', async () => {
    const failing = await due({ periodStart: plusDays(today(), -355), isAutomaticRenewal: true }, (id) =>
      duringCharge.set(id, () => Promise.reject(new DomainError('SERVICE_UNAVAILABLE'))),
    );
    await test.until(
      async () =>
        (await test.rows(`select 1 from renewal where product_id = $1 and failures > 0`, [uuid(failing.productId)]))
          .length > 0,
      'a failure',
    );
    expect(await test.codeOf(detachRenewal, { ...failing, transferId: transferId() }, products)).toBe(
      'RENEWAL_CHARGE_RUNNING',
    );
    const refused = await due({ periodStart: plusYears(today(), -1), isWarranted: true }, (id) =>
      duringCharge.set(id, () => Promise.reject(new DomainError('ADDRESS_MISSING'))),
    );
    await waitForEvent(refused.productId, 'automatic.failed');
    expect((await detach(refused)).periodEnd).toBe(today());
  });
});
