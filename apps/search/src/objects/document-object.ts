import type { getPaymentDetails } from '@cordee/contracts/billing/document';
import type { Output } from '@cordee/contracts/contract';
import { decimalText, money } from '@cordee/money/money';
import { holdersOf } from './audiences.ts';
import type { IndexedObject } from './object-rows.ts';

type Described = Output<typeof getPaymentDetails>;

/** A document as it is found: by number, amounts and payment reference however they are typed, by buyer and lines (SRCH-6). */
export function documentObject(
  organizationId: `org_${string}`,
  { document, ...debt }: Described,
  revision: number,
): IndexedObject {
  const reference = document.reference ?? debt.reference;
  const [net, total] = [document.net, document.total].map(({ amount, currency }) =>
    decimalText(money(amount, currency)),
  ) as [string, string];
  const written = reference ? [printed(reference)] : [];
  return {
    organizationId,
    id: document.id as IndexedObject['id'],
    kind: document.kind,
    title: document.number,
    body: [
      document.buyer.name,
      `${document.total.currency} ${total}`,
      ...written,
      ...document.lines.map(({ text }) => text),
    ].join(' · '),
    codes: [document.number, total, net, ...(reference ? [reference, ...written] : [])],
    facets: { status: document.status, total: document.total },
    audiences: [holdersOf('document:read')],
    // Noon, so that it is this day in nearly every zone that somebody asks from.
    occurredAt: `${document.issuedOn}T12:00:00.000Z`,
    revision,
  };
}

/** A reference as a bill prints it: 27 digits as two and fives, others in fours. */
const printed = (reference: string): string =>
  /^\d{27}$/.test(reference)
    ? `${reference.slice(0, 2)} ${reference.slice(2).match(/.{5}/g)!.join(' ')}`
    : reference.match(/.{1,4}/g)!.join(' ');
