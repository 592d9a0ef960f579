import { describe, expect, it } from '@jest/globals';
import { money } from '@cordee/money/money';
import { netLine, storedDocument } from '../../test/stored-document.ts';
import { decisionOfEarlierVersion, type VatDecision } from '../vat/vat-decision.ts';
import { printedDocument } from './printed-document.ts';

const party = {
  name: 'Alpenhost SA',
  street: 'Rue de la Gare',
  buildingNumber: '12',
  postalCode: '1204',
  town: 'Genève',
  country: 'CH',
};
const { row, lines } = storedDocument([netLine({ text: 'Web hosting' })], {
  language: 'fr',
  seller: {
    ...party,
    vatNumber: 'CHE-123.456.788 MWST',
    iban: 'CH9300762011623852957',
    qrIban: 'CH4431999123000889012',
  },
  buyer: { ...party, vatNumber: null },
});

describe('the printed content of a stored document', () => {
  it('has the number of the registration that applied, and says that it is outside of the scope of VAT', () => {
    const decision = decisionOfEarlierVersion(false, '2026-01-31');
    const printedWith = (fields: Partial<VatDecision>, vatCategory: 'S' | 'O' = 'S') =>
      printedDocument(
        { ...row, vat_decision: { ...decision, ...fields } },
        lines.map((line) => ({ ...line, vatCategory })),
      );
    expect(printedWith({}).seller.vatNumber).toBe('CHE-123.456.788 MWST');
    const registration = { scope: 'OSS', number: 'EU372000001' };
    expect(printedWith({ registration })).toMatchObject({ seller: { vatNumber: 'EU372000001' }, isOutOfScope: false });
    expect(printedWith({ registration: { scope: 'US', number: null } }, 'O')).toMatchObject({
      seller: { vatNumber: 'CHE-123.456.788 MWST' },
      isOutOfScope: true,
    });
  });

  it.each([
    [{}, { kind: 'open_invoice', dueOn: '2026-03-02', openAmount: money(11_675, 'CHF') }],
    [
      { status: 'part_paid', paid_amount: '5000', open_amount: '6675' },
      { kind: 'open_invoice', paidAmount: money(5_000, 'CHF'), openAmount: money(6_675, 'CHF') },
    ],
    [
      { status: 'paid', paid_amount: '11675', open_amount: '0', paid_on: '2026-02-03' },
      { kind: 'paid_invoice', paidOn: '2026-02-03', openAmount: money(0, 'CHF') },
    ],
    [
      {
        status: 'part_paid',
        paid_amount: '5000',
        credited_amount: '2000',
        refunded_amount: '1000',
        open_amount: '5675',
      },
      {
        kind: 'open_invoice',
        creditedAmount: money(2_000, 'CHF'),
        paidAmount: money(4_000, 'CHF'),
        openAmount: money(5_675, 'CHF'),
      },
    ],
    [
      { status: 'credited', credited_amount: '11675', open_amount: '0' },
      { kind: 'credited_invoice', openAmount: money(0, 'CHF') },
    ],
    [
      { status: 'written_off', open_amount: '0' },
      { kind: 'written_off_invoice', openAmount: money(0, 'CHF') },
    ],
    [
      { kind: 'pro_forma', number: 'PRO-2026-000001', status: 'issued' },
      { kind: 'pro_forma', number: 'PRO-2026-000001', validUntil: '2026-03-02', openAmount: money(11_675, 'CHF') },
    ],
    [
      {
        kind: 'credit_note',
        status: 'issued',
        due_on: null,
        reference: null,
        open_amount: '0',
        invoice_number: 'INV-2026-000001',
        reason: 'Cancelled',
        product_effect: 'ends',
        products_end_on: '2026-12-31',
      },
      {
        kind: 'credit_note',
        correctedInvoiceNumber: 'INV-2026-000001',
        correction: { reason: 'Cancelled', productsEndOn: '2026-12-31' },
        openAmount: money(0, 'CHF'),
      },
    ],
    [
      { kind: 'pro_forma', status: 'cancelled', open_amount: '0' },
      { kind: 'cancelled_pro_forma', openAmount: money(0, 'CHF') },
    ],
    [
      { kind: 'pro_forma', status: 'expired', open_amount: '0' },
      { kind: 'pro_forma', openAmount: money(0, 'CHF') },
    ],
  ] as [Partial<typeof row>, object][])(
    'of an invoice row with the changed fields %j contains %j',
    (changedFields, expected) => {
      expect(printedDocument({ ...row, ...changedFields }, lines)).toMatchObject(expected);
    },
  );

  it('contains totals, the unit in the document language, and a service period only where it is fixed', () => {
    const content = printedDocument(row, lines);
    expect(content.totals.gross).toEqual(money(11_675, 'CHF'));
    expect(content.lines).toMatchObject([{ unit: 'an', servicePeriod: { start: '2026-01-31', end: '2027-01-31' } }]);
    const proForma = { ...row, kind: 'pro_forma' as const, order_id: '01938b5c-7a00-7c3e-9f00-5d1d2f6a4b11' };
    expect(printedDocument(proForma, lines).lines[0]!.servicePeriod).toBeUndefined();
    // The period of a renewal is fixed.
    expect(printedDocument({ ...proForma, order_id: null }, lines).lines[0]!.servicePeriod).toEqual({
      start: '2026-01-31',
      end: '2027-01-31',
    });
  });
});
