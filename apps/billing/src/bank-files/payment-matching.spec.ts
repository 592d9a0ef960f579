import { describe, expect, it } from '@jest/globals';
import { money, type Money } from '@cordee/money/money';
import fc from 'fast-check';
import { defaultTolerances } from './payment-tolerance.ts';
import { matchPayment, type IncomingPayment, type ReferenceTarget } from './payment-matching.ts';

const valueDate = '2026-11-20';
const chf = (amount: number) => money(amount, 'CHF');
const paymentOf = (amount: Money, fields: Partial<IncomingPayment> = {}): IncomingPayment => ({
  reference: '210000000003139471430009017',
  isReferenceInvalid: false,
  amount,
  valueDate,
  showsFees: false,
  ...fields,
});
/** A payment in Swiss francs. */
const paymentInFrancs = (centimes: number, fields: Partial<IncomingPayment> = {}): IncomingPayment =>
  paymentOf(chf(centimes), fields);
const openTarget = (amount: number, document: 'invoice' | 'renewal' | 'pro_forma' = 'invoice'): ReferenceTarget => ({
  kind: 'open',
  document,
  openAmount: chf(amount),
});
const rules = { tolerances: defaultTolerances, allowsPartPayment: false };

describe('matching of an incoming payment', () => {
  it('settles the document at the value date when reference, amount and currency match', () => {
    expect(matchPayment(paymentInFrancs(10_810), openTarget(10_810), rules)).toEqual({
      kind: 'settle',
      valueDate,
      applied: chf(10_810),
      surplus: chf(0),
      bankFees: chf(0),
      difference: chf(0),
    });
  });

  it('settles the document and sends the surplus of an overpayment to prepaid', () => {
    expect(matchPayment(paymentInFrancs(11_000), openTarget(10_810), rules)).toMatchObject({
      kind: 'settle',
      applied: chf(10_810),
      surplus: chf(190),
    });
    expect(matchPayment(paymentInFrancs(11_000), openTarget(10_810, 'pro_forma'), rules)).toMatchObject({
      kind: 'settle',
      surplus: chf(190),
    });
  });

  it.each([
    ['bankFees', '0.20 of 108.10', 10_810, 20],
    ['bankFees', '1.00 of 100.00, which is exactly 1 %', 10_000, 100],
    ['prepaid', '1.01 of 100.00, which is more than 1 %', 10_000, 101],
    ['prepaid', '0.20 of 19.99, which is more than 1 %', 1999, 20],
    ['bankFees', '0.20 of 20.00, which is exactly 1 %', 2000, 20],
    ['bankFees', '5.00 of 1000.00, which is the maximum', 100_000, 500],
    ['prepaid', '5.01 of 1000.00, which is above the maximum', 100_000, 501],
    ['prepaid', '5.01 of 501.00, which is 1 % but above the maximum', 50_100, 501],
    ['difference', '0.05 of 1.00, which is more than 1 %', 100, 5],
  ] as const)('results in %s for a shortfall, with shown fees, of %s', (result, _shortfall, openAmount, shortfall) => {
    for (const document of ['invoice', 'renewal'] as const) {
      const paid = paymentInFrancs(openAmount - shortfall, { showsFees: true });
      const match = matchPayment(paid, openTarget(openAmount, document), rules);
      if (result !== 'prepaid')
        expect(match).toMatchObject({
          kind: 'settle',
          applied: chf(openAmount - shortfall),
          bankFees: chf(0),
          difference: chf(0),
          surplus: chf(0),
          [result]: chf(shortfall),
        });
      else
        expect(match).toMatchObject({
          kind: 'prepaid',
          amount: chf(openAmount - shortfall),
          reason: 'amount_too_low',
          stillOpen: chf(openAmount),
        });
    }
  });

  it.each([
    ['difference', 5, 10_000],
    ['prepaid', 6, 10_000],
    ['difference', 5, 6],
    ['prepaid', 5, 5],
  ])('results in %s for a shortfall, without shown fees, of %i of %i centimes', (result, shortfall, openAmount) => {
    expect(matchPayment(paymentInFrancs(openAmount - shortfall), openTarget(openAmount), rules)).toMatchObject(
      result === 'difference' ? { kind: 'settle', bankFees: chf(0), difference: chf(shortfall) } : { kind: 'prepaid' },
    );
  });

  it('accepts no shortfall on the pro forma of an order or in a currency without a tolerance', () => {
    expect(
      matchPayment(paymentInFrancs(10_790, { showsFees: true }), openTarget(10_810, 'pro_forma'), rules),
    ).toMatchObject({
      kind: 'prepaid',
      reason: 'amount_too_low',
    });
    const yenTarget: ReferenceTarget = { kind: 'open', document: 'invoice', openAmount: money(10_000, 'JPY') };
    expect(matchPayment(paymentOf(money(9999, 'JPY')), yenTarget, rules)).toMatchObject({
      kind: 'prepaid',
      reason: 'amount_too_low',
    });
  });

  it('pays a part of an invoice, but never of a pro forma, if the organization allows part payments', () => {
    const rulesWithPartPayment = { ...rules, allowsPartPayment: true };
    expect(matchPayment(paymentInFrancs(4000), openTarget(10_000), rulesWithPartPayment)).toEqual({
      kind: 'pay_part',
      valueDate,
      applied: chf(4000),
      stillOpen: chf(6000),
    });
    expect(matchPayment(paymentInFrancs(4000), openTarget(10_000, 'pro_forma'), rulesWithPartPayment)).toMatchObject({
      kind: 'prepaid',
    });
  });

  it('sends a payment in another currency to prepaid in that currency, even if the minor units are equal', () => {
    const euro = money(10_810, 'EUR');
    expect(matchPayment(paymentOf(euro), openTarget(10_810), rules)).toEqual({
      kind: 'prepaid',
      valueDate,
      amount: euro,
      reason: 'wrong_currency',
      stillOpen: chf(10_810),
    });
  });

  it.each([
    ['settled', {}, 'reference_already_settled'],
    ['cancelled', {}, 'reference_cancelled'],
    ['expired', {}, 'reference_expired'],
    ['standing_order', {}, 'standing_order'],
    ['unknown', {}, 'reference_unknown'],
    ['unknown', { reference: undefined }, 'reference_missing'],
    ['unknown', { reference: undefined, isReferenceInvalid: true }, 'reference_invalid'],
  ] as const)(
    'sends a payment whose target is %s, with the fields %j, to prepaid with the reason %s',
    (kind, fields, reason) => {
      expect(matchPayment(paymentInFrancs(5000, fields), { kind }, rules)).toEqual({
        kind: 'prepaid',
        valueDate,
        amount: chf(5000),
        reason,
        stillOpen: undefined,
      });
    },
  );

  it('property: gives parts that add up to the payment, and with the shortfall to the open amount', () => {
    const amounts = fc.integer({ min: 1, max: 10 ** 7 });
    fc.assert(
      fc.property(
        amounts,
        amounts,
        fc.boolean(),
        fc.constantFrom('invoice' as const, 'renewal' as const, 'pro_forma' as const),
        (received, openAmount, allowsPartPayment, document) => {
          const match = matchPayment(paymentInFrancs(received), openTarget(openAmount, document), {
            ...rules,
            allowsPartPayment,
          });
          if (match.kind === 'settle') {
            expect(match.applied.amount + match.surplus.amount).toBe(received);
            expect(match.applied.amount + match.bankFees.amount + match.difference.amount).toBe(openAmount);
          } else if (match.kind === 'pay_part') {
            expect(match.applied.amount).toBe(received);
            expect(match.applied.amount + match.stillOpen.amount).toBe(openAmount);
          } else expect(match.amount.amount).toBe(received);
        },
      ),
    );
  });
});
