import { newId } from '@cordee/contracts/id';
import { describe, expect, it } from '@jest/globals';
import { CardPayment, type CardPaymentStatus } from './card-payment.entity.ts';

const CREATED_AT = new Date('2026-01-31T09:00:00.000Z');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const afterCreation = (ms: number): Date => new Date(CREATED_AT.getTime() + ms);

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
  const changeTo = {
    succeeded: (payment: CardPayment) =>
      payment.succeed({ bookingId: newId('bkg', CREATED_AT), invoiceId: null, card: null }),
    failed: (payment: CardPayment) => payment.fail('soft_decline', null, null),
    authentication_required: (payment: CardPayment) => payment.requireAuthentication('https://pay.example'),
  };
  const allowedChanges: Record<CardPaymentStatus, (keyof typeof changeTo)[]> = {
    started: ['succeeded', 'failed'],
    processing: ['succeeded', 'failed', 'authentication_required'],
    authentication_required: ['succeeded', 'failed'],
    failed: ['succeeded'],
    succeeded: [],
    charged_back: [],
  };
  const statuses = Object.keys(allowedChanges) as CardPaymentStatus[];
  const changeCases = statuses.flatMap((from) =>
    (Object.keys(changeTo) as (keyof typeof changeTo)[]).map((to) => [from, to] as const),
  );

  it.each(changeCases)('that is %s becomes %s only by an allowed transition', (from, to) => {
    const payment = paymentWith(from);
    if (allowedChanges[from].includes(to)) {
      changeTo[to](payment);
      expect(payment.status).toBe(to);
    } else expect(() => changeTo[to](payment)).toThrow(`a card payment that is ${from} cannot become ${to}`);
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
  ] as const)('that is %s, at the age of %d ms, is looked up after %d ms', (status, age, wait) => {
    const payment = paymentWith(status);
    payment.planLookUp(afterCreation(age));
    expect(payment.nextLookUpAt).toEqual(afterCreation(age + wait));
  });

  it.each([
    ['succeeded', 181 * DAY_MS],
    ['failed', 0],
  ] as const)('that is %s, at the age of %d ms, is not looked up again', (status, age) => {
    const payment = paymentWith(status);
    payment.planLookUp(afterCreation(age));
    expect(payment.nextLookUpAt).toBeNull();
  });

  it('keeps a look-up that a notification has made due', () => {
    const payment = paymentWith('succeeded', { nextLookUpAt: afterCreation(1_000) });
    payment.planLookUp(afterCreation(2_000));
    expect(payment.nextLookUpAt).toEqual(afterCreation(1_000));
  });

  it('can refund the amount that is neither refunded nor charged back', () => {
    const fields = { refundedAmount: 1_000, chargedBackAmount: 5_000, returnedAmount: 2_000 };
    expect(paymentWith('charged_back', fields).refundableAmount()).toBe(11_675 - 1_000 - 3_000);
  });
});
