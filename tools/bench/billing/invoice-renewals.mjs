import { storeProFormaCharges } from '@cordee/billing/charges/pro-forma-charges';
import { linesFor, withVat } from '@cordee/billing/documents/document-line';
import { vatFactsOf } from '@cordee/billing/vat/buyer-facts';
import { decideVat } from '@cordee/billing/vat/decide-vat';
import { draftInvoice, numberInvoices } from '@cordee/billing/documents/issue-invoice';

/** Issues an open invoice for each renewal, with its charge, lines, VAT, ledger booking, number and event. */
export async function invoiceRenewals(context, renewals) {
  const { seller } = context;
  const drafts = renewals.map(({ organizationId, productId, buyer, addressId, price, period }) => {
    const product = {
      productId,
      text: 'Web hosting',
      costCentre: null,
      interval: 'yearly',
      price: { amount: price, currency: 'CHF' },
      vatClass: 'standard',
    };
    const vatDecision = decideVat(
      vatFactsOf(buyer, {
        legalForm: 'company',
        numberChecks: new Map(),
        paymentEvidence: [],
        now: context.now,
      }),
      seller.vatRegistrations,
      period.start,
    );
    return draftInvoice(context, {
      organizationId,
      orderId: null,
      proFormaId: null,
      proFormaNumber: null,
      currency: 'CHF',
      language: 'fr',
      vatDecision,
      buyer,
      addressId,
      heldUntil: null,
      lines: withVat(linesFor(product, period, vatDecision), 'CHF'),
    });
  });
  storeProFormaCharges(context, drafts);
  await numberInvoices(context, drafts);
}
