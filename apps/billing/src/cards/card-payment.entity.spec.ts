import { newId } from '@cordee/contracts/id';
import { describe, expect, it } from '@jest/globals';
import { CardPayment, type CardPaymentStatus } from './card-payment.entity.ts';

const CREATED_AT = new Date('2026-01-31T09:00:00.000Z');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const after = (ms: number): Date => new Date(CREATED_AT.getTime() + ms);

const paymentWith = (status: CardPaymentStatus, fields: Partial<CardPayment> = {}): CardPayment =>
  Object.assign(new CardPayment(), {
    organizationId: newId('org', CREATED_AT),
    id: newId('pay', CREATED_AT),
    documentId: newId('inv', CREATED_AT),
    methodId: newId('mth', CREATED_AT),
    status,
    currency: 'CHF',
    amount: 11_675,
    refundedAmount: 0,
    chargedBackAmount: 0,
    returnedAmount: 0,
    createdAt: CREATED_AT,
    nextLookUpAt: null,
    ...fields,
  });

describe('a card payment', () => {
  const changes = {
    succeeded: (payment: CardPayment) =>
      payment.succeed({ bookingId: newId('bkg', CREATED_AT), invoiceId: null, card: null }),
    failed: (payment: CardPayment) => payment.fail('soft_decline', null, null),
    authentication_required: (payment: CardPayment) => payment.requireAuthentication('https://pay.example'),
  };
  const allowed: Record<CardPaymentStatus, (keyof typeof changes)[]> = {
    started: ['succeeded', 'failed'],
    processing: ['succeeded', 'failed', 'authentication_required'],
    authentication_required: ['succeeded', 'failed'],
    failed: ['succeeded'],
    succeeded: [],
    charged_back: [],
  };
  const statuses = Object.keys(allowed) as CardPaymentStatus[];
  const cases = statuses.flatMap((from) =>
    (Object.keys(changes) as (keyof typeof changes)[]).map((to) => [from, to] as const),
  );

  it.each(cases)('that is %s becomes %s only by an allowed transition', (from, to) => {
    const payment = paymentWith(from);
    if (allowed[from].includes(to)) {
      changes[to](payment);
      expect(payment.status).toBe(to);
    } else expect(() => changes[to](payment)).toThrow(`a card payment that is ${from} cannot become ${to}`);
  });

  it.each(['started', 'processing', 'authentication_required'] as const)('that is %s is pending', (status) =>
    expect(paymentWith(status).isPending()).toBe(true),
  );

  it.each([
    ['started', 0, MINUTE_MS],
    ['processing', 10 * MINUTE_MS, 10 * MINUTE_MS],
    ['authentication_required', 2 * DAY_MS, 60 * MINUTE_MS],
    ['succeeded', 0, 7 * DAY_MS],
    ['charged_back', 179 * DAY_MS, 7 * DAY_MS],
    ['succeeded', 181 * DAY_MS, undefined],
    ['failed', 0, undefined],
  ] as const)('that is %s, at the age of %d ms, is looked up after %s ms', (status, age, wait) => {
    const payment = paymentWith(status);
    payment.planLookUp(after(age));
    expect(payment.nextLookUpAt ?? undefined).toEqual(wait === undefined ? undefined : after(age + wait));
  });

  it('keeps the look-up that a notification asked for in the meantime', () => {
    const payment = paymentWith('succeeded', { nextLookUpAt: after(1_000) });
    payment.planLookUp(after(2_000));
    expect(payment.nextLookUpAt).toEqual(after(1_000));
  });

  it('can refund the amount that is neither refunded nor charged back', () => {
    const fields = { refundedAmount: 1_000, chargedBackAmount: 5_000, returnedAmount: 2_000 };
    expect(paymentWith('charged_back', fields).refundableAmount()).toBe(11_675 - 1_000 - 3_000);
  });
});
