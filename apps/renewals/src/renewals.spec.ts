import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listProductBilling } from '@cordee/contracts/billing/product-billing';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { invoiceCredited } from '@cordee/contracts/billing/credit-note';
import { invoicePaid, invoiceReopened } from '@cordee/contracts/billing/document-events';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import { quotePrices } from '@cordee/contracts/products/product-type';
import { productCreated } from '@cordee/contracts/products/product';
import {
  listRenewals,
  orderRenewals,
  simulateRenewals,
  switchAutomaticRenewal,
  switchWarranty,
} from '@cordee/contracts/renewals/renewal';
import { Locale } from '@cordee/contracts/values';
import { TestService, uuid } from '@cordee/testing/test-service';
import { simulationTexts } from './renewals/simulation-texts.ts';
import { renewalsService } from './renewals.service.ts';

let test: TestService;
const anna = 'acc_01je5nryg0fgz9y05x3mqpmjrg' as const;
const ben = 'acc_01je5nryg0fgz9y05x3mqpmjrh' as const;
const price = { amount: 11_675, currency: 'CHF' as const };
/** The charge requests that billing received, by product. */
const chargeRequests = new Map<string, Input<typeof chargePeriod>[]>();
/** Prepaid balances by organization. */
const balances = new Map<string, number>();
/** The error codes with which billing refuses to charge products, by product. */
const refusalCodes = new Map<string, string>();
/** Callbacks by product that run while billing handles the charge request, before billing replies. */
const duringCharge = new Map<string, (invoiceId: `inv_${string}`) => Promise<unknown>>();

/** Returns the reply of the stubbed billing service to a charge request. */
function answerCharge(input: Input<typeof chargePeriod>, invoiceId: `inv_${string}`): Output<typeof chargePeriod> {
  const refusalCode = refusalCodes.get(input.productId);
  if (refusalCode) throw new DomainError(refusalCode);
  if (input.method === 'on_credit')
    return { status: 'issued', invoiceId, total: price, dueOn: input.periodStart, declineReason: null };
  const balance = balances.get(input.organizationId) ?? 0;
  if (balance < price.amount)
    return { status: 'declined', invoiceId: null, total: price, dueOn: null, declineReason: 'prepaid_insufficient' };
  balances.set(input.organizationId, balance - price.amount);
  return { status: 'paid', invoiceId, total: price, dueOn: input.periodStart, declineReason: null };
}

beforeAll(async () => {
  test = await TestService.start(renewalsService);
  await test.stub(listProductBilling, () => ({ defaultAddressId: null, data: [] }));
  await test.stub(quotePrices, ({ lines }) => ({
    lines: lines.map((line) => ({
      ...line,
      name: 'Web hosting',
      vatClass: 'standard' as const,
      canOrderWarranty: true,
      price,
    })),
  }));
  await test.stub(chargePeriod, async (input) => {
    chargeRequests.set(input.productId, [...(chargeRequests.get(input.productId) ?? []), input]);
    const invoiceId = newId('inv', new Date());
    await duringCharge.get(input.productId)?.(invoiceId);
    return answerCharge(input, invoiceId);
  });
});
afterAll(() => test.stop());

const today = (): string => test.process.clock.now().toISOString().slice(0, 10);
const plusDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
/** Days of the attempts of a yearly renewal, relative to the end of the period. */
const ATTEMPT_DAYS = [-14, -9, -4, -1];
/** The days from the end of the last paid period to the last day of the hold, for a yearly renewal on credit. */
const HOLD_DAYS = 280;
const plusYears = (date: string, years: number): string => `${Number(date.slice(0, 4)) + years}${date.slice(4)}`;

interface ProductOptions {
  interval?: 'monthly' | 'yearly';
  periodStart?: string;
  isAutomaticRenewal?: boolean;
  isWarranted?: boolean;
  prepaid?: number;
}

/** Creates a product of a new organization. `prepare` runs before the event that creates the renewal. */
async function createProduct(
  options: ProductOptions = {},
  prepare: (productId: `prd_${string}`) => void = () => undefined,
): Promise<{ organizationId: `org_${string}`; productId: `prd_${string}` }> {
  const organizationId = newId('org', new Date());
  const productId = newId('prd', new Date());
  test.stubbedSnapshots.people.set(organizationId, [
    {
      accountId: anna,
      memberId: 'mem_01je5nryg0fgz9y05x3mqpmjrg',
      role: 'legal_representative',
      flags: [],
      isBlocked: false,
    },
    {
      accountId: ben,
      memberId: 'mem_01je5nryg0fgz9y05x3mqpmjrh',
      role: 'collaborator',
      flags: ['billing.view'],
      isBlocked: false,
    },
  ]);
  prepare(productId);
  balances.set(organizationId, options.prepaid ?? 0);
  const { interval = 'yearly', periodStart = today(), isAutomaticRenewal = false, isWarranted = false } = options;
  await test.publishEvent(productCreated, {
    organizationId,
    productId,
    orderId: newId('ord', new Date()),
    type: 'web_hosting',
    name: 'alpine.example',
    interval,
    periodStart,
    currency: 'CHF',
    isAutomaticRenewal,
    isWarranted,
  });
  return { organizationId, productId };
}

const eventsOf = async (productId: string) =>
  (await test.outbox())
    .filter(({ data }) => data['productId'] === productId)
    .map(({ type, data }) => ({ type: type.replace('renewals.', ''), data }));
/** Waits for `count` events of a product. The first `period.started` is from the order. */
const waitForEvents = (productId: string, type: string, count = 1) =>
  test.until(async () => {
    const found = (await eventsOf(productId)).filter((event) => event.type === type);
    return found.length >= count && found;
  }, `${count} × ${type} of ${productId}`);
const periodsOf = async (productId: `prd_${string}`) =>
  (await test.rows(
    `select period_start::text as start, period_end::text as "end", origin
     from period where product_id = $1 order by period_start`,
    [uuid(productId)],
  )) as { start: string; end: string; origin: string }[];

describe('a new product', () => {
  it('gets its first period once, also when the event is delivered twice', async () => {
    const start = today();
    const { organizationId, productId } = await createProduct({ isAutomaticRenewal: true });
    await test.publishEvent(
      productCreated,
      {
        organizationId,
        productId,
        orderId: newId('ord', new Date()),
        type: 'web_hosting',
        name: 'x',
        interval: 'yearly',
        periodStart: start,
        currency: 'CHF',
        isAutomaticRenewal: true,
        isWarranted: false,
      },
      // The first event of the product also had the sequence 1.
      { sequence: 1 },
    );
    const { data } = await test.call(listRenewals, { organizationId, within: 'all' }, { account: anna });
    expect(data).toEqual([
      {
        productId,
        type: 'web_hosting',
        name: 'alpine.example',
        interval: 'yearly',
        periodStart: start,
        endsOn: null,
        dueOn: plusYears(start, 1),
        amount: price,
        isAutomatic: true,
        isWarranted: false,
        nextAttemptOn: plusDays(plusYears(start, 1), -14),
        openPeriods: 0,
        addressId: null,
        costCentre: null,
      },
    ]);
    expect((await eventsOf(productId)).map(({ type }) => type)).toEqual(['period.started']);
  });

  it('is not listed as due while its period ends in more than two months (REN-1)', async () => {
    const { organizationId } = await createProduct({ interval: 'yearly' });
    expect((await test.call(listRenewals, { organizationId }, { account: ben })).data).toEqual([]);
  });

  it('has a period that ends on the last day of a month without the anchor day (C-REN-01)', async () => {
    const { organizationId, productId } = await createProduct({
      interval: 'monthly',
      periodStart: '2027-01-31',
      isAutomaticRenewal: true,
      prepaid: 100_000,
    });
    expect((await test.call(listRenewals, { organizationId, within: 'all' }, { account: anna })).data).toMatchObject([
      { dueOn: '2027-02-28', nextAttemptOn: '2027-02-25' },
    ]);
    expect(await periodsOf(productId)).toEqual([{ start: '2027-01-31', end: '2027-02-28', origin: 'ordered' }]);
  });
});

describe('switching renewal settings', () => {
  it('returns one result per entry, changes a product once and requires the permission to pay', async () => {
    const { organizationId, productId } = await createProduct();
    const unknownProductId = newId('prd', new Date());
    const { results } = await test.call(
      switchWarranty,
      { organizationId, productIds: [productId, unknownProductId, productId], isOn: true },
      { account: anna },
    );
    expect(results).toEqual([
      { index: 0, id: productId, status: 'changed' },
      {
        index: 1,
        id: unknownProductId,
        status: 'refused',
        error: { code: 'RENEWAL_NOT_FOUND', detail: 'the organization has no such product' },
      },
      { index: 2, id: productId, status: 'unchanged' },
    ]);
    expect(
      await test.codeOf(switchWarranty, { organizationId, productIds: [productId], isOn: false }, { account: ben }),
    ).toBe('PERMISSION_DENIED');
    expect((await eventsOf(productId)).map(({ type }) => type)).toEqual(['period.started', 'warranty.switched']);
  });

  it('refuses a product of another organization', async () => {
    const ownProduct = await createProduct();
    const foreignProduct = await createProduct();
    const { results } = await test.call(
      switchAutomaticRenewal,
      { organizationId: ownProduct.organizationId, productIds: [foreignProduct.productId], isOn: true },
      { account: anna },
    );
    expect(results).toMatchObject([{ status: 'refused', error: { code: 'RENEWAL_NOT_FOUND' } }]);
  });

  it('attempts a charge today when automatic renewal is switched on in the attempt window (C-REN-08)', async () => {
    // The period ends in 10 days, which is inside the attempt window of 14 days.
    const periodStart = plusDays(today(), -355);
    const { organizationId, productId } = await createProduct({ periodStart, prepaid: 20_000 });
    await test.call(switchAutomaticRenewal, { organizationId, productIds: [productId], isOn: true }, { account: anna });
    await waitForEvents(productId, 'period.started', 2);
    expect(chargeRequests.get(productId)).toHaveLength(1);
  });
});

describe('a renewal', () => {
  it('is simulated for a customer who pays nothing (WAR-4)', async () => {
    const start = today();
    const { organizationId } = await createProduct({ isAutomaticRenewal: true, isWarranted: true });
    const end = plusYears(start, 1);
    const { data } = await test.call(simulateRenewals, { organizationId }, { account: anna });
    // Later steps depend on bank holidays.
    expect(data.map(({ on, step }) => ({ on, step })).slice(0, 6)).toEqual([
      ...ATTEMPT_DAYS.map((day) => ({ on: plusDays(end, day), step: 'automatic_attempt' })),
      { on: end, step: 'renewed_on_credit' },
      { on: plusDays(end, HOLD_DAYS + 1), step: 'hold_ends' },
    ]);
  });

  it('is simulated in the language of the caller', async () => {
    const { organizationId } = await createProduct({ isAutomaticRenewal: true });
    const texts = new Set<string>();
    for (const language of Locale.options) {
      const causedBy = { language, requestId: 'r', traceparent: undefined, token: undefined, reason: undefined };
      const { data } = await test.call(simulateRenewals, { organizationId }, { account: anna }, { causedBy });
      expect(data.at(-1)).toMatchObject({ step: 'purged', text: simulationTexts[language].purged });
      texts.add(data[0]!.text);
    }
    expect(texts.size).toBe(5);
  });

  it('is charged once to the prepaid account, 14 days before the period ends (REN-2, REN-3)', async () => {
    const start = today();
    const { productId } = await createProduct({ isAutomaticRenewal: true, prepaid: 20_000 });
    const end = plusYears(start, 1);
    test.moveClockTo(`${plusDays(end, -14)}T08:00:00.000Z`);
    await waitForEvents(productId, 'period.started', 2);
    expect(chargeRequests.get(productId)).toMatchObject([
      { method: 'prepaid', periodStart: end, periodEnd: plusYears(end, 1) },
    ]);
    expect(await periodsOf(productId)).toEqual([
      { start, end, origin: 'ordered' },
      { start: end, end: plusYears(end, 1), origin: 'automatic' },
    ]);
  });

  it('starts a period on credit after four declined attempts; the period is a debt until paid (WAR-2)', async () => {
    const start = today();
    const { organizationId, productId } = await createProduct({ isAutomaticRenewal: true, isWarranted: true });
    const end = plusYears(start, 1);
    for (const [index, day] of ATTEMPT_DAYS.entries()) {
      test.moveClockTo(`${plusDays(end, day)}T08:00:00.000Z`);
      const failures = await waitForEvents(productId, 'automatic.failed', index + 1);
      expect(failures.at(-1)!.data['attemptOn']).toBe(plusDays(end, day));
    }
    test.moveClockTo(`${end}T08:00:00.000Z`);
    const [triggered] = await waitForEvents(productId, 'warranty.triggered');
    expect(triggered!.data).toMatchObject({
      periodStart: end,
      periodEnd: plusYears(end, 1),
      heldUntil: plusDays(end, HOLD_DAYS),
    });
    expect(chargeRequests.get(productId)!.map(({ method }) => method)).toEqual([
      'prepaid',
      'prepaid',
      'prepaid',
      'prepaid',
      'on_credit',
    ]);
    expect((await test.call(listRenewals, { organizationId, within: 'all' }, { account: anna })).data).toMatchObject([
      { openPeriods: 1 },
    ]);

    await test.publishEvent(invoicePaid, {
      organizationId,
      documentId: triggered!.data['invoiceId'] as string,
      currency: 'CHF',
      paidOn: end,
      method: 'bank_transfer',
      productIds: [productId],
    });
    expect((await test.call(listRenewals, { organizationId, within: 'all' }, { account: anna })).data).toMatchObject([
      { openPeriods: 0 },
    ]);
  });

  it('expires without payment and warranty, and then refuses renewal warranty (C-REN-17)', async () => {
    const { organizationId, productId } = await createProduct({ interval: 'monthly' });
    test.moveClockTo(`${plusDays(today(), 40)}T08:00:00.000Z`);
    await test.until(
      async () =>
        (await test.rows(`select 1 from renewal where product_id = $1 and next_step_on is null`, [uuid(productId)]))
          .length > 0,
      'expiry',
    );
    expect(chargeRequests.get(productId)).toBeUndefined();
    expect(
      (await test.call(switchWarranty, { organizationId, productIds: [productId], isOn: true }, { account: anna }))
        .results,
    ).toMatchObject([{ status: 'refused', error: { code: 'RENEWAL_EXPIRED' } }]);
  });

  it('repeats an interrupted charge with the same charge id', async () => {
    // The period ends in 10 days, which is inside the attempt window of 14 days.
    const periodStart = plusDays(today(), -355);
    const { organizationId, productId } = await createProduct({ periodStart, prepaid: 20_000 });
    // The state after a crash between the stored charge and the answer of billing.
    const chargeId = newId('chg', new Date());
    const end = (await periodsOf(productId))[0]!.end;
    await test.database.query(
      `insert into charge (organization_id, id, product_id, period_start, attempt_on, method, status, created_at)
       values ($1, $2, $3, $4, $5, 'prepaid', 'pending', now())`,
      [uuid(organizationId), uuid(chargeId), uuid(productId), end, today()],
    );
    await test.call(switchAutomaticRenewal, { organizationId, productIds: [productId], isOn: true }, { account: anna });
    await waitForEvents(productId, 'period.started', 2);
    expect(chargeRequests.get(productId)).toMatchObject([{ chargeId }]);
  });
});

describe('when a due step of a renewal runs,', () => {
  /** The start of a yearly period that ends in `days` days. An attempt is due if the period ends within 14 days. */
  const startOfPeriodEndingIn = (days: number): string => plusDays(plusYears(today(), -1), days);
  /** Creates a product with a due step. Moves the clock, which wakes the sweep. */
  const createDueProduct = async (...parameters: Parameters<typeof createProduct>) => {
    const created = await createProduct(...parameters);
    moveClockBy(1);
    return created;
  };
  const moveClockBy = (seconds: number) =>
    test.moveClockTo(new Date(test.process.clock.now().getTime() + seconds * 1_000).toISOString());
  const renewalOf = async (productId: `prd_${string}`) =>
    (
      await test.rows(
        `select next_step_on::text as step, next_retry_at as retry, failures from renewal where product_id = $1`,
        [uuid(productId)],
      )
    )[0] as { step: string | null; retry: Date | null; failures: number };
  /** Returns a callback that lets billing refuse the charges of a product with this error code. */
  const refusalWith = (code: string) => (productId: string) => void refusalCodes.set(productId, code);
  const countOpenPeriods = async (organizationId: `org_${string}`) =>
    (await test.call(listRenewals, { organizationId, within: 'all' }, { account: anna })).data[0]!.openPeriods;
  const waitForChargeRequests = (productId: string, count: number) =>
    test.until(async () => (chargeRequests.get(productId) ?? []).length >= count, `${count} charge requests`);

  it('a paid charge waits for the lock of the renewal and records its period (REN-3)', async () => {
    const periodStart = startOfPeriodEndingIn(10);
    const { productId } = await createDueProduct({ periodStart, isAutomaticRenewal: true, prepaid: 20_000 }, (id) =>
      duringCharge.set(id, () =>
        test.database.query(`begin; select from renewal where product_id = '${uuid(id)}' for update`),
      ),
    );
    await waitForChargeRequests(productId, 1);
    /** Transactions that wait for the transaction of the test, which has locked the renewal. */
    const waitingLocks = () =>
      test.rows(
        `select from pg_locks
         where locktype = 'transactionid' and transactionid = pg_current_xact_id()::xid and not granted`,
      );
    try {
      await test.until(async () => (await waitingLocks()).length > 0, 'a waiting worker');
    } finally {
      await test.database.query('commit');
    }
    await waitForEvents(productId, 'period.started', 2);
    expect(await periodsOf(productId)).toMatchObject([
      { start: periodStart },
      { start: plusYears(periodStart, 1), origin: 'automatic' },
    ]);
    expect(chargeRequests.get(productId)).toHaveLength(1);
  });

  it('a period on credit is no debt if its payment arrives first; a reversal makes it a debt (C-REM-07)', async () => {
    const invoiceFields = { currency: 'CHF' as const, productIds: [] };
    let invoiceId: `inv_${string}` | undefined;
    const organizationOf = (id: string): `org_${string}` => chargeRequests.get(id)![0]!.organizationId;
    const { organizationId, productId } = await createDueProduct(
      { periodStart: startOfPeriodEndingIn(0), isWarranted: true },
      (id) =>
        duringCharge.set(id, (issuedId) =>
          test.publishEvent(invoicePaid, {
            ...invoiceFields,
            organizationId: organizationOf(id),
            documentId: (invoiceId = issuedId),
            paidOn: today(),
            method: 'bank_transfer',
          }),
        ),
    );
    await waitForEvents(productId, 'warranty.triggered');
    expect(await countOpenPeriods(organizationId)).toBe(0);
    await test.publishEvent(invoiceReopened, {
      ...invoiceFields,
      organizationId,
      documentId: invoiceId!,
      open: price,
      dueOn: today(),
      heldUntil: plusDays(today(), HOLD_DAYS),
      interval: 'yearly',
    });
    expect(await countOpenPeriods(organizationId)).toBe(1);
  });

  it('a credit note that ends a product ends its renewal; the product expires after its last day (PAY-5)', async () => {
    const { organizationId, productId } = await createDueProduct({
      periodStart: startOfPeriodEndingIn(100),
      isAutomaticRenewal: true,
      isWarranted: true,
    });
    const creditNote = { ...invoiceCredited.example, organizationId, productIds: [productId] };
    await test.publishEvent(invoiceCredited, {
      ...creditNote,
      productEffect: 'continues',
      productsEndOn: null,
      documentId: newId('inv', new Date()),
    });
    const endsOn = plusDays(today(), 3);
    await test.publishEvent(invoiceCredited, {
      ...creditNote,
      productsEndOn: endsOn,
      documentId: newId('inv', new Date()),
    });
    const [ended] = await waitForEvents(productId, 'renewal.ended');
    expect(ended!.data).toMatchObject({ endsOn });
    const as = { account: anna };
    const { data } = await test.call(listRenewals, { organizationId, within: 'all' }, as);
    expect(data).toMatchObject([{ isAutomatic: false, isWarranted: false, endsOn, nextAttemptOn: null }]);
    const input = { organizationId, productIds: [productId], isOn: true };
    for (const command of [switchAutomaticRenewal, switchWarranty])
      expect((await test.call(command, input, as)).results).toMatchObject([
        { status: 'refused', error: { code: 'PRODUCT_ENDS' } },
      ]);
    expect(
      await test.codeOf(orderRenewals, { organizationId, productIds: [productId] }, as, { idempotencyKey: productId }),
    ).toBe('PRODUCT_ENDS');
    test.moveClockTo(`${endsOn}T08:00:00.000Z`);
    expect((await renewalOf(productId)).step).toBe(plusDays(endsOn, 1));
    test.moveClockTo(`${plusDays(endsOn, 1)}T08:00:00.000Z`);
    await test.until(async () => (await renewalOf(productId)).step === null, 'the end of the product');
    expect(chargeRequests.get(productId)).toBeUndefined();
  });

  it.each(['ADDRESS_MISSING', 'PRICE_MISSING', 'PERIOD_CHARGED'])(
    'a charge refused with %s is declined with this code; attempts follow on later days, and the product expires',
    async (code) => {
      const { productId } = await createDueProduct(
        { periodStart: startOfPeriodEndingIn(10), isAutomaticRenewal: true },
        refusalWith(code),
      );
      const end = plusDays(today(), 10);
      const [failed] = await waitForEvents(productId, 'automatic.failed');
      expect(failed!.data).toMatchObject({
        attemptOn: today(),
        reason: code,
        amount: null,
        nextAttemptOn: plusDays(end, -9),
      });
      expect((await renewalOf(productId)).step).toBe(plusDays(end, -9));
      test.moveClockTo(`${plusDays(end, -1)}T08:00:00.000Z`);
      await waitForEvents(productId, 'automatic.failed', 2);
      test.moveClockTo(`${end}T08:00:00.000Z`);
      await test.until(async () => (await renewalOf(productId)).step === null, 'expiry');
      expect(chargeRequests.get(productId)!.map(({ method }) => method)).toEqual(['prepaid', 'prepaid']);
    },
  );

  it('a refused charge on credit publishes one event, is retried, and succeeds when billing accepts it', async () => {
    const { productId } = await createDueProduct(
      { periodStart: startOfPeriodEndingIn(-1), isWarranted: true },
      refusalWith('ADDRESS_MISSING'),
    );
    const [failed] = await waitForEvents(productId, 'automatic.failed');
    expect(failed!.data).toMatchObject({ reason: 'ADDRESS_MISSING', amount: null, nextAttemptOn: null });
    for (const [index, minutes] of [1, 5, 60].entries()) {
      expect(await renewalOf(productId)).toMatchObject({ failures: index + 1 });
      moveClockBy(minutes * 60);
      await test.until(async () => (await renewalOf(productId)).failures === index + 2, 'the next retry');
    }
    expect(chargeRequests.get(productId)).toHaveLength(4);
    expect(new Set(chargeRequests.get(productId)!.map(({ chargeId }) => chargeId)).size).toBe(1);
    expect(await waitForEvents(productId, 'automatic.failed')).toHaveLength(1);
    refusalCodes.delete(productId);
    test.moveClockTo(`${plusDays(today(), 1)}T08:00:00.000Z`);
    await waitForEvents(productId, 'warranty.triggered');
    expect(await renewalOf(productId)).toMatchObject({ retry: null, failures: 0 });
  });

  it('a charge on credit that is refused during the whole grace time lets the product expire', async () => {
    const { productId } = await createDueProduct(
      { periodStart: startOfPeriodEndingIn(-1), isWarranted: true },
      refusalWith('PRICE_MISSING'),
    );
    await waitForEvents(productId, 'automatic.failed');
    test.moveClockTo(`${plusDays(today(), 30)}T08:00:00.000Z`);
    await test.until(async () => (await renewalOf(productId)).step === null, 'expiry');
    expect(
      await test.rows(`select status, decline_reason from charge where product_id = $1`, [uuid(productId)]),
    ).toEqual([{ status: 'declined', decline_reason: 'PRICE_MISSING' }]);
  });

  it('a charge that fails is retried, is not declined and does not delay other renewals', async () => {
    const { productId } = await createDueProduct(
      { periodStart: startOfPeriodEndingIn(10), isAutomaticRenewal: true, prepaid: 20_000 },
      refusalWith('SERVICE_UNAVAILABLE'),
    );
    await test.until(async () => (await renewalOf(productId)).failures === 1, 'a failure');
    // Inserts more failing renewals than one sweep takes. Their steps are older than the step of `otherProduct`, but
    // their retries are not due yet.
    await test.database.query(
      `insert into renewal
       select organization_id, gen_random_uuid(), type, name, interval, currency, anchor, period_start, period_end,
              is_automatic, automatic_since, is_warranted, last_attempt_on, next_step_on - 1,
              next_retry_at + interval '10 years', 9 as failures, 1 as version, created_at
       from renewal, generate_series(1, 600) where product_id = $1`,
      [uuid(productId)],
    );
    const otherProduct = await createDueProduct({
      periodStart: startOfPeriodEndingIn(10),
      isAutomaticRenewal: true,
      prepaid: 20_000,
    });
    await waitForEvents(otherProduct.productId, 'period.started', 2);
    expect(chargeRequests.get(productId)).toHaveLength(1);
    refusalCodes.delete(productId);
    moveClockBy(60);
    await waitForEvents(productId, 'period.started', 2);
    expect((await eventsOf(productId)).map(({ type }) => type)).not.toContain('automatic.failed');
    expect(new Set(chargeRequests.get(productId)!.map(({ chargeId }) => chargeId)).size).toBe(1);
  });
});
