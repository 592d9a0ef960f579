import { prepaidCredited, type PrepaidReason } from '@cordee/contracts/billing/prepaid';
import type { MoneyValue } from '@cordee/contracts/values';
import { formatMoney, money, subtractMoney, zero, type Money } from '@cordee/money/money';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import type * as z from 'zod';
import type { BillingContext } from '../billing-context.ts';
import { isOpen, openAmountOf, payInvoice, type PayableInvoice } from '../documents/invoice-payment.ts';
import { updatePaidInvoices } from '../documents/invoice-rows.ts';
import { openAmountOf as openAmountOfProForma, statusOn } from '../documents/pro-forma.entity.ts';
import type { InvoiceDraft } from '../documents/issue-invoice.ts';
import { entriesOfIncomingPayment, type AppliedPayment, type MoneySource } from '../ledger/ledger-entry.ts';
import { postLedgerBookings, type LedgerBooking } from '../ledger/post-ledger-booking.ts';
import { convertInMemory, storeConversions, type Conversion } from '../payments/convert-pro-forma.ts';
import { prepaidPaymentBooking } from '../payments/pay-from-prepaid.ts';
import { updateConvertedProFormas } from '../payments/payable-pro-formas.ts';
import { shortfallEntries, taxSharesOf, type TaxShare } from '../vat/tax-shares.ts';
import { detailOf, suspenseReasonOf } from './describe-payment.ts';
import { uniqueCombination } from './invoice-combination.ts';
import { matchPayment, type ReferenceTarget } from './payment-matching.ts';
import type { PaymentTargets } from './payment-targets.ts';
import { defaultTolerances } from './payment-tolerance.ts';
import type { PaymentWithReferences } from './payment-with-references.ts';
import { toMoneyValue, type BookingOutcome } from './recorded-booking.ts';
import type { IssuedReference } from './issued-references.ts';
import { showsFees } from './shows-fees.ts';

/** An invoice that a payment settles, with the parts of its VAT. */
interface SettledInvoice {
  readonly id: `inv_${string}`;
  readonly shares: readonly TaxShare[];
  /** The sum of the shortfalls that were accepted before. */
  readonly earlierShortfall: number;
}

interface PaymentSetOptions {
  /** Returns the ledger account that the money of a payment to an account of the seller comes from. */
  readonly sourceOf: (account: string) => MoneySource;
  /** The organizations that let a low payment pay a part of an invoice. */
  readonly partPaymentOrganizations: ReadonlySet<string>;
  /** The comment of the staff on the payments. */
  readonly note?: string;
}

/** Applies payments to documents in memory, and collects the changes for one `write`. */
export class PaymentSet {
  private readonly ledgerBookings: LedgerBooking[] = [];
  private readonly conversions: Conversion[] = [];
  private readonly events: DomainEvent[] = [];
  private readonly paidInvoices = new Set<PayableInvoice>();

  constructor(
    private readonly context: BillingContext,
    private readonly targets: PaymentTargets,
    private readonly options: PaymentSetOptions,
  ) {}

  /** Writes the collected changes. Returns the new invoices, which the caller numbers. */
  async write(): Promise<InvoiceDraft[]> {
    const { em, now, publish } = this.context;
    postLedgerBookings(em, now, this.ledgerBookings);
    updatePaidInvoices(em, [...this.paidInvoices]);
    updateConvertedProFormas(em, this.conversions);
    await storeConversions(this.context, this.conversions);
    await publish(this.events);
    return this.conversions.map(({ draft }) => draft);
  }

  /**
   * Applies a payment to the document of its reference, or to prepaid or suspense (PAY-3). `id` becomes the id of the
   * booking.
   */
  apply(
    id: `bkg_${string}`,
    { booking, reference, issuedReference, furtherReferences, payer, mayPaySeveralInvoices }: PaymentWithReferences,
  ): BookingOutcome {
    const { entry, transaction } = booking;
    const { amount } = transaction;
    const source = this.options.sourceOf(booking.account);
    const organizationId = issuedReference?.organizationId ?? payer;
    // The amount in the type of the API contracts; null when no product is sold in this currency.
    const contractAmount = toMoneyValue(amount);
    const { document, target } = this.findTarget(issuedReference, entry.valueDate);
    const match = matchPayment(
      {
        reference,
        isReferenceInvalid: reference === undefined && transaction.uncheckedReference !== undefined,
        amount,
        valueDate: entry.valueDate,
        showsFees: showsFees(booking),
      },
      target,
      {
        tolerances: defaultTolerances,
        allowsPartPayment: organizationId !== undefined && this.options.partPaymentOrganizations.has(organizationId),
      },
    );
    // Staff decides about money of an unknown payer, and about money in a currency in which no product is sold.
    if (!organizationId || !contractAmount) {
      this.addLedgerBooking(booking, { id, organizationId: undefined }, [
        { ...source, amount: amount.amount },
        { account: 'suspense', amount: -amount.amount },
      ]);
      return {
        status: 'suspense',
        reason: contractAmount ? suspenseReasonOf(entry.isBatchWithoutDetails, match) : 'currency_unknown',
        detail: contractAmount
          ? 'no organization has this reference or account'
          : 'no product is sold in this currency',
      };
    }
    const bookingKey = { id, organizationId };
    if (mayPaySeveralInvoices && payer) {
      const invoices = uniqueCombination(
        this.targets.openInvoicesOf(payer).filter((each) => each.currency === amount.currency && isOpen(each)),
        openAmountOf,
        amount.amount,
      );
      if (invoices) return this.payCombination(booking, bookingKey, invoices);
    }
    if (match.kind === 'prepaid') {
      const documentId = document?.id ?? null;
      this.addLedgerBooking(
        booking,
        { ...bookingKey, reason: match.reason, ...(documentId && { documentId }) },
        entriesOfIncomingPayment({ source, prepaidAmount: amount }),
      );
      this.addCreditEvent(booking, bookingKey, contractAmount, match.reason, documentId);
      const detail = match.stillOpen ? `still open: ${formatMoney(match.stillOpen, 'en')}` : null;
      return { status: 'prepaid', organizationId, documentId, reason: match.reason, detail };
    }
    const zeroAmount = zero(amount.currency);
    const { bankFees, difference, ...settled } =
      match.kind === 'settle' ? match : { surplus: zeroAmount, bankFees: zeroAmount, difference: zeroAmount };
    const shortfall = bankFees.amount + difference.amount;
    const {
      id: invoiceId,
      shares,
      earlierShortfall,
    } = document && 'proForma' in document
      ? this.convert(document, entry.valueDate, shortfall)
      : this.payInvoice(document!, match.applied.amount, entry.valueDate, shortfall);
    const shortfallAccount = bankFees.amount > 0 ? 'bank_fees' : 'payment_differences';
    const entriesOfShortfall = shortfallEntries(shortfallAccount, shares, shortfall, earlierShortfall);
    const paymentsOfNamed = this.payNamedDocuments(furtherReferences, organizationId, settled.surplus, entry.valueDate);
    const surplus = paymentsOfNamed.reduce((rest, each) => subtractMoney(rest, each.amount), settled.surplus);
    const isOverpaid = surplus.amount > 0;
    this.addLedgerBooking(
      booking,
      { ...bookingKey, documentId: invoiceId, ...(isOverpaid && { reason: 'overpaid' as const }) },
      entriesOfIncomingPayment({
        source,
        appliedPayments: [{ invoiceId, amount: match.applied, entriesOfShortfall }, ...paymentsOfNamed],
        prepaidAmount: surplus,
      }),
    );
    if (isOverpaid)
      this.addCreditEvent(booking, bookingKey, { ...contractAmount, amount: surplus.amount }, 'overpaid', invoiceId);
    const detail = detailOf(surplus, match.kind === 'pay_part' ? match.stillOpen : zeroAmount, bankFees, difference);
    return { status: 'paid', organizationId, documentId: invoiceId, reason: isOverpaid ? 'overpaid' : null, detail };
  }

  /** Pays further documents that the payer names, each in full, while the surplus of the payment covers them. */
  private payNamedDocuments(
    furtherReferences: readonly IssuedReference[],
    organizationId: `org_${string}`,
    surplus: Money,
    valueDate: string,
  ): AppliedPayment[] {
    let rest = surplus.amount;
    return furtherReferences.flatMap((issuedReference): AppliedPayment[] => {
      const { document, target } = this.findTarget(issuedReference, valueDate);
      if (target.kind !== 'open' || issuedReference.organizationId !== organizationId) return [];
      const { openAmount: amount } = target;
      if (amount.currency !== surplus.currency || amount.amount > rest) return [];
      rest -= amount.amount;
      const { id } =
        'proForma' in document!
          ? this.convert(document, valueDate, 0)
          : this.payInvoice(document!, amount.amount, valueDate, 0);
      return [{ invoiceId: id, amount }];
    });
  }

  private payCombination(
    booking: PaymentWithReferences['booking'],
    bookingKey: Pick<LedgerBooking, 'id' | 'organizationId'>,
    invoices: readonly PayableInvoice[],
  ): BookingOutcome {
    const { currency } = booking.transaction.amount;
    const source = this.options.sourceOf(booking.account);
    const applied = invoices.map((invoice): AppliedPayment => {
      const amount = money(openAmountOf(invoice), currency);
      this.payInvoice(invoice, amount.amount, booking.entry.valueDate, 0);
      return { invoiceId: invoice.id, amount };
    });
    const documentId = invoices[0]!.id;
    this.addLedgerBooking(
      booking,
      { ...bookingKey, ...(invoices.length === 1 && { documentId }) },
      entriesOfIncomingPayment({
        source,
        appliedPayments: applied,
        prepaidAmount: zero(currency),
      }),
    );
    return {
      status: 'paid',
      organizationId: bookingKey.organizationId!,
      documentId,
      detail: `the only open invoices with this sum: ${invoices.map(({ number }) => number).join(', ')}`,
    };
  }

  private payInvoice(invoice: PayableInvoice, received: number, paidOn: string, shortfall: number): SettledInvoice {
    const lines = this.targets.linesOf(invoice);
    const earlierShortfall = invoice.shortfallAmount;
    this.events.push(
      payInvoice(invoice, { amount: received + shortfall, paidOn, method: 'bank_transfer', shortfall }, lines),
    );
    this.paidInvoices.add(invoice);
    return { id: invoice.id, shares: taxSharesOf(lines, invoice.taxPlace), earlierShortfall };
  }

  private convert(payable: Parameters<typeof convertInMemory>[1], paidOn: string, shortfall: number): SettledInvoice {
    const { reservedAmount } = payable.proForma;
    const conversion = convertInMemory(this.context, payable, { paidOn, method: 'bank_transfer', shortfall });
    const { draft, releaseBooking } = conversion;
    this.conversions.push(conversion);
    if (releaseBooking)
      this.ledgerBookings.push(releaseBooking, prepaidPaymentBooking(this.context, draft.invoice, reservedAmount));
    return { id: draft.invoice.id, shares: taxSharesOf(draft.lines, draft.invoice.taxPlace), earlierShortfall: 0 };
  }

  private addLedgerBooking(
    { entry, transaction }: PaymentWithReferences['booking'],
    booking: Pick<LedgerBooking, 'id' | 'organizationId' | 'reason' | 'documentId'>,
    entries: LedgerBooking['entries'],
  ): void {
    this.ledgerBookings.push({
      ...booking,
      kind: 'incoming_payment',
      ...(this.options.note !== undefined && { note: this.options.note }),
      valuedOn: entry.valueDate,
      currency: transaction.amount.currency,
      entries,
    });
  }

  private addCreditEvent(
    { entry }: PaymentWithReferences['booking'],
    { id, organizationId }: { id: `bkg_${string}`; organizationId: `org_${string}` },
    amount: MoneyValue,
    reason: z.output<typeof PrepaidReason>,
    documentId: string | null,
  ): void {
    this.events.push(
      domainEvent(prepaidCredited, {
        organizationId,
        bookingId: id,
        amount,
        currency: amount.currency,
        reason,
        valueDate: entry.valueDate,
        documentId,
      }),
    );
  }

  /** Finds the document of a reference, and decides whether a payment with this value date can pay the document. */
  private findTarget(
    issuedReference: IssuedReference | undefined,
    valueDate: string,
  ): {
    document: (Parameters<typeof convertInMemory>[1] & { id: string }) | PayableInvoice | undefined;
    target: ReferenceTarget;
  } {
    if (!issuedReference) return { document: undefined, target: { kind: 'unknown' } };
    if (issuedReference.kind === 'pro_forma') {
      const payable = this.targets.proFormas.get(issuedReference.documentId!);
      if (!payable) return { document: undefined, target: { kind: 'unknown' } };
      const { proForma } = payable;
      const document = { ...payable, id: proForma.id };
      const status = statusOn(proForma, valueDate);
      if (status !== 'issued') return { document, target: { kind: status === 'converted' ? 'settled' : status } };
      const openAmount = money(openAmountOfProForma(proForma), proForma.currency);
      return { document, target: { kind: 'open', document: proForma.orderId ? 'pro_forma' : 'renewal', openAmount } };
    }
    if (issuedReference.kind === 'standing_order') return { document: undefined, target: { kind: 'standing_order' } };
    const invoice = this.targets.invoices.get(issuedReference.documentId!);
    if (!invoice || !isOpen(invoice)) return { document: invoice, target: { kind: 'settled' } };
    const openAmount = money(openAmountOf(invoice), invoice.currency);
    return { document: invoice, target: { kind: 'open', document: 'invoice', openAmount } };
  }
}
