import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import type { Document } from '@cordee/contracts/billing/document';
import { changePrepaidSettings } from '@cordee/contracts/billing/prepaid';
import type * as z from 'zod';
import { asService, BillingFixture, chf, people } from '../../test/billing.fixture.ts';

type DocumentView = z.output<typeof Document>;

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

/** Returns the figures of a document of the API. `vatTotals` sums the net of its lines per rate. */
function expectedFigures({ number, issuedOn, dueOn, net, vat, total, lines, kind }: DocumentView) {
  const sortDates = (dates: (string | null)[]): string[] => dates.filter((date) => date !== null).sort();
  const netOfRate = (rate: string): number =>
    lines.filter((line) => line.vatRate === rate).reduce((sum, line) => sum + line.net.amount, 0);
  const rates = [...new Set(lines.map(({ vatRate }) => vatRate))].sort((a, b) => Number(b) - Number(a));
  return {
    number,
    issuedOn,
    dueOn,
    servicePeriod:
      kind === 'pro_forma'
        ? null
        : {
            start: sortDates(lines.map(({ periodStart }) => periodStart))[0],
            end: sortDates(lines.map(({ periodEnd }) => periodEnd)).at(-1),
          },
    net,
    vat,
    total,
    // No line has a cost centre.
    costCentres: [],
    vatTotals: rates.map((rate) => expect.objectContaining({ rate, net: chf(netOfRate(rate)) })),
  };
}

/** Returns the events of a document and checks that each has the figures of the stored document. */
async function eventsWithCheckedFigures(
  document: DocumentView,
): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const events = await billing.eventsOf(document.id);
  for (const { type, data } of events) {
    const { figures } = data as { figures: { vatTotals: { net: { amount: number }; vat: { amount: number } }[] } };
    // A reopened invoice has a new due date.
    const dueOn = type === 'invoice.reopened' ? { dueOn: data['dueOn'] } : {};
    expect(figures).toEqual({ ...expectedFigures(document), ...dueOn });
    expect(document.vatTotals).toEqual(figures.vatTotals);
    const sumOf = (field: 'net' | 'vat'): number =>
      figures.vatTotals.reduce((sum, each) => sum + each[field].amount, 0);
    expect([sumOf('net'), sumOf('vat')]).toEqual([document.net.amount, document.vat.amount]);
    expect(JSON.stringify(data)).not.toMatch(/Alpine|Rhône|alpine\.example/);
  }
  return events;
}

describe('events contain the stored figures of the document, without names and addresses,', () => {
  it('for a pro forma and its invoice, which is paid by bank transfer', async () => {
    const organizationId = await billing.organization();
    const { proForma, invoice } = await billing.paidOrder(organizationId);
    expect(await eventsWithCheckedFigures(proForma)).toMatchObject([{ type: 'pro_forma.issued' }]);
    expect(await eventsWithCheckedFigures(invoice)).toMatchObject([
      { type: 'invoice.issued' },
      { type: 'invoice.paid', data: { amount: chf(11_675), paidOn: billing.today() } },
    ]);
  });

  it('for an invoice with two VAT rates that is paid in two parts and reopened', async () => {
    const organizationId = await billing.organization();
    await billing.test.call(changePrepaidSettings, { organizationId, takesPartPayments: true }, people.payer);
    const { invoiceId } = await billing.test.call(
      chargePeriod,
      billing.chargeInput(organizationId, {
        method: 'on_credit',
        periodStart: '2023-07-01',
        periodEnd: '2024-07-01',
      }),
      asService,
    );
    const invoice = await billing.document(organizationId, invoiceId!);
    expect(invoice.lines.map(({ vatRate }) => vatRate)).toEqual(['7.7', '8.1']);
    const restAmount = invoice.total.amount - 6_000;
    await billing.receive({ amount: 6_000, reference: invoice.reference! });
    await billing.receive({ amount: restAmount, reference: invoice.reference!, servicerReference: 'T-81' });
    await billing.receive({ amount: restAmount, servicerReference: 'T-81', isReversal: true });
    expect(await eventsWithCheckedFigures(invoice)).toMatchObject([
      { type: 'invoice.issued', data: { isPaid: false, total: invoice.total } },
      { type: 'invoice.part_paid', data: { amount: chf(6_000), open: chf(restAmount), paidOn: billing.today() } },
      { type: 'invoice.paid', data: { amount: chf(restAmount), paidOn: billing.today() } },
      {
        type: 'invoice.reopened',
        data: { amount: chf(restAmount), open: chf(restAmount), reversedOn: billing.today() },
      },
    ]);
  });

  it('for an invoice with reverse charge', async () => {
    const organizationId = await billing.organization({ country: 'FR', vatNumber: 'FR40303265045' });
    const { invoice } = await billing.paidOrder(organizationId);
    const [issued] = await eventsWithCheckedFigures(invoice);
    expect(issued!.data['figures']).toMatchObject({
      vatTotals: [{ rate: '0', category: 'AE', net: chf(10_800), vat: chf(0) }],
    });
  });

  it('for an invoice that is paid from prepaid', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 20_000);
    const { invoiceId } = await billing.test.call(chargePeriod, billing.chargeInput(organizationId), asService);
    expect(await eventsWithCheckedFigures(await billing.document(organizationId, invoiceId!))).toMatchObject([
      { type: 'invoice.issued', data: { isPaid: true } },
      { type: 'invoice.paid', data: { method: 'prepaid', amount: chf(11_675) } },
    ]);
  });
});
