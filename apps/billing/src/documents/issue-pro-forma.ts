import { insertRows } from '@cordee/service/database/insert-rows';
import type { BillingContext } from '../billing-context.ts';
import type { Address } from '../addresses/address.entity.ts';
import { chooseReferenceForm } from '../payments/reference-form.ts';
import { allocateReferences } from '../payments/allocate-reference.ts';
import type { VatDecision } from '../vat/vat-decision.ts';
import { withRatesOf } from '../vat/decided-rates.ts';
import { totalsOf, type DocumentLine } from './document-line.ts';
import { allocateNumbers } from './number-series.ts';
import type { DocumentLanguage } from './pdf/document-content.ts';
import { ProForma } from './pro-forma.entity.ts';
import { storeLinesOf } from './stored-lines.ts';

/** The fields that all pro formas of one order, or of one renewal, share. */
interface ProFormaDetails {
  organizationId: `org_${string}`;
  currency: ProForma['currency'];
  language: DocumentLanguage;
  address: Address;
  /** The last day on which the pro forma can be paid; the usual number of days when undefined. */
  validUntil?: string;
}

/** The part of an order or of renewals that one pro forma contains. */
interface ProFormaPart {
  id: `pfm_${string}`;
  orderId: `ord_${string}` | null;
  vatDecision: VatDecision;
  lines: readonly DocumentLine[];
}

/**
 * Issues the pro formas of an order or of renewals: one, or two that refer to each other (DOC-8). Call this function
 * last in a transaction: the number series is locked until the commit.
 */
export async function issueProFormas(
  { em, now, publish, seller }: BillingContext,
  { organizationId, currency, language, address, validUntil }: ProFormaDetails,
  parts: readonly ProFormaPart[],
): Promise<ProForma[]> {
  const buyer = address.copy();
  const today = seller.today(now);
  storeLinesOf(
    em,
    parts.map(({ id, lines }) => ({ organizationId, id, lines })),
  );
  const form = chooseReferenceForm(buyer.country, currency, seller.accountFor(currency));
  // Both statements share one round trip.
  const [references, { numbers, issuedOn }] = await Promise.all([
    allocateReferences(
      em,
      parts.map(({ id: documentId }) => ({ form, kind: 'pro_forma', organizationId, documentId, now })),
    ),
    allocateNumbers(em, 'pro_forma', today, parts.length),
  ]);
  const proFormas = parts.map(({ id, orderId, vatDecision, lines }, index) => {
    const totals = totalsOf(lines, currency);
    // There are two parts at most.
    const other = parts[1 - index];
    return em.create(
      ProForma,
      {
        organizationId,
        id,
        orderId,
        currency,
        language,
        buyer,
        addressId: address.id,
        reference: references[index]!,
        number: numbers[index]!,
        status: 'issued',
        issuedOn,
        validUntil: validUntil ?? seller.proFormaValidUntil(today),
        net: totals.net.amount,
        vat: totals.vat.amount,
        total: seller.totalOf(totals.gross.amount, currency),
        reservedAmount: 0,
        isReverseCharge: vatDecision.category === 'AE',
        vatDecision: {
          ...withRatesOf(vatDecision, lines),
          ...(other && { relatedProForma: { id: other.id, number: numbers[1 - index]! } }),
        },
        seller: seller.fieldsFor(currency),
        createdAt: now,
      },
      { persist: false },
    );
  });
  insertRows(em, proFormas);
  await publish(proFormas.map((proForma, index) => proForma.issuedEvent(parts[index]!.lines)));
  return proFormas;
}
