import { insertRows } from '@cordee/service/database/insert-rows';
import type { BillingContext } from '../billing-context.ts';
import type { Address } from '../addresses/address.entity.ts';
import { chooseReferenceForm } from '../payments/reference-form.ts';
import { allocateReference } from '../payments/allocate-reference.ts';
import type { VatDecision } from '../vat/vat-decision.ts';
import { withRatesOf } from '../vat/decided-rates.ts';
import { totalsOf, type DocumentLine } from './document-line.ts';
import { allocateNumbers } from './number-series.ts';
import type { DocumentLanguage } from './pdf/document-content.ts';
import { ProForma } from './pro-forma.entity.ts';
import { storeLines } from './stored-lines.ts';

interface ProFormaDetails {
  id: `pfm_${string}`;
  organizationId: `org_${string}`;
  orderId: `ord_${string}` | null;
  currency: ProForma['currency'];
  language: DocumentLanguage;
  address: Address;
  vatDecision: VatDecision;
  lines: readonly DocumentLine[];
  /** The last day on which the pro forma can be paid; the usual number of days when undefined. */
  validUntil?: string;
}

/**
 * Issues the pro forma of an order or of renewals. Call this function last in a transaction: the number series is
 * locked until the commit.
 */
export async function issueProForma(
  { em, now, publish, seller }: BillingContext,
  { id, organizationId, orderId, currency, language, address, vatDecision, lines, validUntil }: ProFormaDetails,
): Promise<ProForma> {
  const buyer = address.copy();
  const today = seller.today(now);
  const totals = totalsOf(lines, currency);
  storeLines(em, organizationId, id, lines);
  // Both statements share one round trip.
  const [reference, { numbers, issuedOn }] = await Promise.all([
    allocateReference(em, {
      form: chooseReferenceForm(buyer.country, currency),
      kind: 'pro_forma',
      organizationId,
      documentId: id,
      now,
    }),
    allocateNumbers(em, 'pro_forma', today, 1),
  ]);
  const proForma = em.create(
    ProForma,
    {
      organizationId,
      id,
      orderId,
      currency,
      language,
      buyer,
      addressId: address.id,
      reference,
      number: numbers[0]!,
      status: 'issued',
      issuedOn,
      validUntil: validUntil ?? seller.proFormaValidUntil(today),
      net: totals.net.amount,
      vat: totals.vat.amount,
      total: totals.gross.amount,
      reservedAmount: 0,
      isReverseCharge: vatDecision.category === 'AE',
      vatDecision: withRatesOf(vatDecision, lines),
      seller: seller.copy,
      createdAt: now,
    },
    { persist: false },
  );
  insertRows(em, [proForma]);
  await publish(proForma.issuedEvent(lines));
  return proForma;
}
