import { addDays } from '@cordee/calendar/local-date';
import { periodsPaid } from '@cordee/contracts/billing/renewal-pro-forma';
import { DomainError } from '@cordee/contracts/domain-error';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import type { BillingContext } from '../billing-context.ts';
import { storeProFormaCharges } from '../charges/pro-forma-charges.ts';
import { roundingOf, type DocumentLine } from '../documents/document-line.ts';
import type { PaymentMethod } from '../documents/invoice-payment.ts';
import { draftInvoice, type InvoiceDraft } from '../documents/issue-invoice.ts';
import type { ProForma } from '../documents/pro-forma.entity.ts';
import { shiftLinesTo } from '../documents/shift-lines.ts';
import { readLines } from '../documents/stored-lines.ts';
import { decideAtConversion } from '../vat/decide-at-conversion.ts';
import { numberCheckOf, readNumberChecks } from '../vat/number-checks.ts';
import { decisionOfEarlierVersion, type NumberCheck } from '../vat/vat-decision.ts';
import { postLedgerBooking, type LedgerBooking } from '../ledger/post-ledger-booking.ts';
import { Order, payOrder, type PayableOrder } from '../orders/order.entity.ts';
import { endReservation } from './prepaid-reservation.ts';

/**
 * When the value date is more than this number of days before the date of the pro forma, the value date is an error of
 * the bank. The date of the pro forma then decides the VAT rate, because the rate of the value date may be unknown.
 */
const MAX_DAYS_BEFORE_ISSUE = 30;

interface Payment {
  /** The value date. */
  readonly paidOn: string;
  readonly method: PaymentMethod;
  /** The part of the total that was not received and is accepted. */
  readonly shortfall?: number;
}

/** The fields of a pro forma that its conversion reads and changes. */
export type ConvertibleProForma = Pick<
  ProForma,
  | 'organizationId'
  | 'id'
  | 'number'
  | 'status'
  | 'issuedOn'
  | 'validUntil'
  | 'currency'
  | 'net'
  | 'vat'
  | 'total'
  | 'orderId'
  | 'invoiceId'
  | 'language'
  | 'isReverseCharge'
  | 'vatDecision'
  | 'buyer'
  | 'addressId'
  | 'reservationId'
  | 'reservedAmount'
>;

/** A pro forma with the rows that its conversion needs. A renewal pro forma has no order. */
export interface PayableProForma {
  readonly proForma: ConvertibleProForma;
  readonly order: PayableOrder | null;
  readonly lines: readonly DocumentLine[];
  /** The last check of the buyer's VAT number; null for a number that was never checked. */
  readonly numberCheck: NumberCheck | null;
}

/**
 * A converted pro forma with its invoice. The caller stores pro forma and order, posts `releaseBooking`, and calls
 * `storeConversions`.
 */
export interface Conversion {
  readonly draft: InvoiceDraft;
  readonly proForma: ConvertibleProForma;
  readonly order: PayableOrder | null;
  /** The ledger booking that returns reserved money to prepaid, which the caller spends; undefined without it. */
  readonly releaseBooking: LedgerBooking | undefined;
  /** The event of the paid order; undefined for renewals. */
  readonly orderPaidEvent?: DomainEvent;
}

/**
 * Converts a fully paid pro forma into an invoice that is paid at the value date. The order of the pro forma is then
 * paid: the products of the order start at the value date, but not before the date of the pro forma. A renewal pro
 * forma pays the periods of its lines. Reserved money goes back to prepaid. The caller spends this money, and numbers
 * the invoice.
 */
export async function convertProForma(
  context: BillingContext,
  proForma: ProForma,
  payment: Payment,
): Promise<InvoiceDraft> {
  const { em, now } = context;
  const { organizationId, orderId, buyer } = proForma;
  const [order, lines, numberChecks] = await Promise.all([
    orderId ? em.findOne(Order, { organizationId, id: orderId }) : null,
    readLines(em, organizationId, proForma.id),
    readNumberChecks(em, organizationId),
  ]);
  const { vatNumber } = buyer;
  const numberCheck = vatNumber && numberChecks.has(vatNumber) ? numberCheckOf(vatNumber, numberChecks, now) : null;
  const conversion = convertInMemory(context, { proForma, order, lines, numberCheck }, payment);
  if (conversion.releaseBooking) postLedgerBooking(em, now, conversion.releaseBooking);
  await storeConversions(context, [conversion]);
  return conversion.draft;
}

/** Changes the pro forma and its order in memory, and drafts the invoice. The caller stores these changes. */
export function convertInMemory(
  context: Pick<BillingContext, 'now' | 'seller'>,
  { proForma, order, lines, numberCheck }: PayableProForma,
  payment: Payment,
): Conversion {
  const releaseBooking = endReservation(context, proForma);
  // The periods of renewals are fixed, so the lines do not shift.
  if (!proForma.orderId) {
    const draft = convertToDraft(context, { proForma, lines, numberCheck }, payment);
    return { draft, proForma, order: null, releaseBooking };
  }
  if (!order) throw new DomainError('DOCUMENT_NOT_PAYABLE');
  const startsOn = payment.paidOn > proForma.issuedOn ? payment.paidOn : proForma.issuedOn;
  const decision = proForma.vatDecision ?? decisionOfEarlierVersion(proForma.isReverseCharge, startsOn);
  const shiftedLines = shiftLinesTo(startsOn, lines, decision);
  const draft = convertToDraft(context, { proForma, lines: shiftedLines, numberCheck }, payment);
  return { draft, proForma, order, releaseBooking, orderPaidEvent: payOrder(order, draft.invoice.id, startsOn) };
}

/** Stores the charges of renewals and publishes the events of conversions. */
export async function storeConversions(context: BillingContext, conversions: readonly Conversion[]): Promise<void> {
  const renewals = conversions.filter(({ orderPaidEvent }) => !orderPaidEvent).map(({ draft }) => draft);
  const periodEvents = storeProFormaCharges(context, renewals).map(({ invoice: { organizationId, id }, periods }) =>
    domainEvent(periodsPaid, { organizationId, invoiceId: id, periods }),
  );
  await context.publish([...conversions.flatMap(({ orderPaidEvent }) => orderPaidEvent ?? []), ...periodEvents]);
}

/** Drafts the invoice of a pro forma, and marks the pro forma as converted. */
function convertToDraft(
  context: Pick<BillingContext, 'now' | 'seller'>,
  { proForma, lines: proFormaLines, numberCheck }: Omit<PayableProForma, 'order'>,
  payment: Payment,
): InvoiceDraft {
  const { organizationId, orderId, currency, language, buyer } = proForma;
  const today = context.seller.today(context.now);
  const isPlausible = payment.paidOn >= addDays(proForma.issuedOn, -MAX_DAYS_BEFORE_ISSUE);
  const valueDate = isPlausible ? payment.paidOn : proForma.issuedOn;
  const taxPoint = valueDate < today ? valueDate : today;
  const { vatDecision, lines } = decideAtConversion(proForma, proFormaLines, {
    numberCheck,
    registrations: context.seller.vatRegistrations,
    taxPoint,
  });
  const draft = draftInvoice(context, {
    organizationId,
    orderId: orderId ?? null,
    proFormaId: proForma.id,
    proFormaNumber: proForma.number,
    currency,
    language,
    vatDecision,
    buyer,
    addressId: proForma.addressId ?? null,
    heldUntil: null,
    lines,
    // The total of the pro forma is binding.
    rounding: roundingOf(proForma),
    payment,
  });
  proForma.status = 'converted';
  proForma.invoiceId = draft.invoice.id;
  return draft;
}
