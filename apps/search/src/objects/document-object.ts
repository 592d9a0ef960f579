import type { getPaymentDetails } from '@cordee/contracts/billing/document';
import type { Output } from '@cordee/contracts/contract';
import { decimalText, money } from '@cordee/money/money';
import { permissionToken } from './acl-tokens.ts';
import type { IndexedObject } from './object-rows.ts';

type PaymentDetails = Output<typeof getPaymentDetails>;

/**
 * Returns a document as an object to index. A search finds a document by its number, amounts, payment reference, buyer
 * and lines (SRCH-6).
 */
export function documentObject(
  organizationId: `org_${string}`,
  { document, reference: paymentReference }: PaymentDetails,
  revision: number,
): IndexedObject {
  const reference = document.reference ?? paymentReference;
  const [net, total] = [document.net, document.total].map(({ amount, currency }) =>
    decimalText(money(amount, currency)),
  ) as [string, string];
  const printedReferences = reference ? [groupedReference(reference)] : [];
  return {
    organizationId,
    id: document.id as IndexedObject['id'],
    kind: document.kind,
    title: document.number,
    body: [
      document.buyer.name,
      `${document.total.currency} ${total}`,
      ...printedReferences,
      ...document.lines.map(({ text }) => text),
    ].join(' · '),
    namesAndNumbers: [document.number, total, net, ...(reference ? [reference, ...printedReferences] : [])],
    facets: { status: document.status, total: document.total },
    aclTokens: [permissionToken('document:read')],
    // Noon UTC is the same date in nearly all time zones.
    occurredAt: `${document.issuedOn}T12:00:00.000Z`,
    revision,
  };
}

/**
 * Returns a reference in groups of characters, as on a printed bill: a QR reference (27 digits) has one group of 2 and
 * five groups of 5 digits; any other reference has groups of 4 characters.
 */
const groupedReference = (reference: string): string =>
  /^\d{27}$/.test(reference)
    ? `${reference.slice(0, 2)} ${reference.slice(2).match(/.{5}/g)!.join(' ')}`
    : reference.match(/.{1,4}/g)!.join(' ');
