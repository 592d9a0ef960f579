import { describe, expect, it } from '@jest/globals';
import { money } from '@cordee/money/money';
import fc from 'fast-check';
import { decideReceipt, defaultTolerances, type Found, type Receipt } from './matching.ts';

const valueDate = '2026-11-20';
const chf = (amount: number) => money(amount, 'CHF');
const receipt = (amount: number, more: Partial<Receipt> = {}): Receipt => ({
  reference: '210000000003139471430009017',
  isReferenceInvalid: false,
  amount: chf(amount),
  valueDate,
  ...more,
});
const open = (amount: number, document: 'invoice' | 'pro_forma' = 'invoice'): Found => ({
  kind: 'open',
  document,
  open: chf(amount),
});
const rules = { tolerances: defaultTolerances, allowsPartPayment: false };

describe('matching of money that came in', () => {
  it('right reference, amount and currency: paid at the value date', () => {
    expect(decideReceipt(receipt(10_810), open(10_810), rules)).toEqual({
      kind: 'settle',
      valueDate,
      applied: chf(10_810),
      rest: chf(0),
      bankFees: chf(0),
    });
  });

  it('more: paid, the rest to prepaid', () => {
    expect(decideReceipt(receipt(11_000), open(10_810), rules)).toMatchObject({
      kind: 'settle',
      applied: chf(10_810),
      rest: chf(190),
    });
    expect(decideReceipt(receipt(11_000), open(10_810, 'pro_forma'), rules)).toMatchObject({
      kind: 'settle',
      rest: chf(190),
    });
  });

  it.each([
    ['0.20 of 108.10', 10_810, 20, true],
    ['exactly 1 %', 10_000, 100, true],
    ['a centime more than 1 %', 10_000, 101, false],
    ['0.20 of 19.99 is more than 1 %', 1999, 20, false],
    ['0.20 of 20.00 is 1 %', 2000, 20, true],
    ['5.00 of 1000', 100_000, 500, true],
    ['5.01 of 1000', 100_000, 501, false],
    ['5.01 of 501 is 1 % and still too much', 50_100, 501, false],
    ['one centime of half a franc', 50, 1, false],
  ])('short by %s', (_name, asked, shortfall, isTolerated) => {
    const decision = decideReceipt(receipt(asked - shortfall), open(asked), rules);
    if (isTolerated)
      expect(decision).toMatchObject({
        kind: 'settle',
        applied: chf(asked - shortfall),
        bankFees: chf(shortfall),
        rest: chf(0),
      });
    else
      expect(decision).toMatchObject({
        kind: 'prepaid',
        amount: chf(asked - shortfall),
        reason: 'amount_too_low',
        stillOpen: chf(asked),
      });
  });

  it('tolerates nothing on a pro forma, nor in a currency without data', () => {
    expect(decideReceipt(receipt(10_790), open(10_810, 'pro_forma'), rules)).toMatchObject({
      kind: 'prepaid',
      reason: 'amount_too_low',
    });
    const yen: Found = { kind: 'open', document: 'invoice', open: money(10_000, 'JPY') };
    expect(decideReceipt(receipt(0, { amount: money(9999, 'JPY') }), yen, rules)).toMatchObject({
      kind: 'prepaid',
      reason: 'amount_too_low',
    });
  });

  it('with the option, less is a part payment of an invoice, never of a pro forma', () => {
    const options = { ...rules, allowsPartPayment: true };
    expect(decideReceipt(receipt(4000), open(10_000), options)).toEqual({
      kind: 'pay_part',
      valueDate,
      applied: chf(4000),
      stillOpen: chf(6000),
    });
    expect(decideReceipt(receipt(4000), open(10_000, 'pro_forma'), options)).toMatchObject({ kind: 'prepaid' });
  });

  it('another currency with the same number: prepaid in the currency received', () => {
    const euro = money(10_810, 'EUR');
    expect(decideReceipt(receipt(0, { amount: euro }), open(10_810), rules)).toEqual({
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
    ['nothing', {}, 'reference_unknown'],
    ['nothing', { reference: undefined }, 'reference_missing'],
    ['nothing', { reference: undefined, isReferenceInvalid: true }, 'reference_invalid'],
  ] as const)('reference of %s %j: prepaid because of %s', (kind, more, reason) => {
    expect(decideReceipt(receipt(5000, more), { kind }, rules)).toEqual({
      kind: 'prepaid',
      valueDate,
      amount: chf(5000),
      reason,
      stillOpen: undefined,
    });
  });

  it('property: no centime is lost or made', () => {
    const amounts = fc.integer({ min: 1, max: 10 ** 7 });
    fc.assert(
      fc.property(
        amounts,
        amounts,
        fc.boolean(),
        fc.constantFrom('invoice' as const, 'pro_forma' as const),
        (came, asked, allowsPartPayment, document) => {
          const decision = decideReceipt(receipt(came), open(asked, document), { ...rules, allowsPartPayment });
          if (decision.kind === 'settle') {
            expect(decision.applied.amount + decision.rest.amount).toBe(came);
            expect(decision.applied.amount + decision.bankFees.amount).toBe(asked);
          } else if (decision.kind === 'pay_part') {
            expect(decision.applied.amount).toBe(came);
            expect(decision.applied.amount + decision.stillOpen.amount).toBe(asked);
          } else expect(decision.amount.amount).toBe(came);
        },
      ),
    );
  });
});
