/**
 * A simple model of the money of one organization: numbers in lists, without a ledger. The model has no code in
 * common with the service. All amounts are in minor units.
 */
export class BillingModel {
  paysInvoices = true;
  takesPartPayments = false;
  readonly proFormas: ModelProForma[] = [];
  readonly invoices: ModelInvoice[] = [];
  readonly payments: ModelPayment[] = [];
  readonly payOuts: { currency: string; amount: number; isInFile: boolean }[] = [];
  /** The payments from prepaid that are not reversed. */
  readonly prepaidUses: PrepaidUse[] = [];
  /** The invoice of each charged product, by product id. */
  readonly invoiceOfProduct = new Map<string, ModelInvoice>();
  private readonly prepaid = new Map<string, number>();

  balance(currency: string): number {
    return this.prepaid.get(currency) ?? 0;
  }

  /** Returns an error code, or `ok`. */
  pay(document: ModelProForma | ModelInvoice): string {
    const amount = 'open' in document ? document.open : document.total;
    const isPayable = 'open' in document ? document.isOpen : document.status === 'issued';
    if (!isPayable) return 'DOCUMENT_NOT_PAYABLE';
    if (this.balance(document.currency) < amount) return 'PREPAID_INSUFFICIENT';
    this.spend('open' in document ? document : this.convert(document), amount);
    return 'ok';
  }

  /** Receives a payment of a bank file. Without a document, the payment has the standing-order reference. */
  receive(key: string, currency: string, amount: number, document?: ModelProForma | ModelInvoice): void {
    const payment: ModelPayment = { key, currency, amount, prepaidAmount: amount, invoiceAmount: 0, shortfall: 0 };
    this.payments.push(payment);
    const isPayable = document && ('open' in document ? document.isOpen : document.status === 'issued');
    if (document && isPayable && document.currency === currency) {
      const due = 'open' in document ? document.open : document.total;
      const isInvoice = 'open' in document;
      const isTolerated = isInvoice && TOLERANT_CURRENCIES.has(currency) && due - amount <= TOLERATED_SHORTFALL;
      if (amount >= due || isTolerated || (isInvoice && this.takesPartPayments)) {
        payment.invoice = isInvoice ? document : this.convert(document);
        payment.invoiceAmount = Math.min(amount, due);
        payment.shortfall = isTolerated ? Math.max(0, due - amount) : 0;
        payment.prepaidAmount = amount - payment.invoiceAmount;
        payment.invoice.received += payment.invoiceAmount;
        payment.invoice.shortfall += payment.shortfall;
      }
    }
    this.addToPrepaid(currency, payment.prepaidAmount);
    // After a part payment, prepaid may cover the rest of the invoice.
    if (payment.prepaidAmount > 0 || this.takesPartPayments) this.payOldest(currency);
  }

  /**
   * The bank takes a payment back. `newestUses` are the payments from prepaid, the newest first: they are reversed
   * until prepaid covers the reversal.
   */
  reverse(payment: ModelPayment, newestUses: readonly PrepaidUse[]): void {
    const uses = [...newestUses];
    while (this.balance(payment.currency) < payment.prepaidAmount) this.reverseUse(uses.shift()!);
    this.addToPrepaid(payment.currency, -payment.prepaidAmount);
    if (payment.invoice) {
      payment.invoice.received -= payment.invoiceAmount;
      // A credit note may have taken the shortfall back.
      payment.invoice.shortfall -= Math.min(payment.shortfall, payment.invoice.shortfall);
    }
    this.payments.splice(this.payments.indexOf(payment), 1);
    this.payOldest(payment.currency);
  }

  /** False when prepaid cannot give the money back. Then the staff decide about the reversal. */
  canReverse({ currency, prepaidAmount }: ModelPayment): boolean {
    const uses = this.prepaidUses.filter((use) => use.invoice.currency === currency);
    return this.balance(currency) + sum(uses.map(({ amount }) => amount)) >= prepaidAmount;
  }

  charge(product: string, invoice: ModelInvoice, method: 'prepaid' | 'on_credit'): 'paid' | 'issued' | 'declined' {
    const isCovered = (method === 'prepaid' || this.paysInvoices) && this.balance(invoice.currency) >= invoice.total;
    if (method === 'prepaid' && !isCovered) return 'declined';
    this.invoices.push(invoice);
    this.invoiceOfProduct.set(product, invoice);
    this.cancelProFormasOf(product);
    if (isCovered) this.spend(invoice, invoice.total);
    return isCovered ? 'paid' : 'issued';
  }

  cancelProFormasOf(product: string): void {
    for (const proForma of this.proFormas)
      if (proForma.products.includes(product) && proForma.status === 'issued') proForma.status = 'cancelled';
  }

  /** Returns an error code, or `ok`. Without `amount`, the whole rest is credited. */
  credit(invoice: ModelInvoice, amount: number | undefined, refundTo: 'prepaid' | 'bank'): string {
    const creditableAmount = invoice.total - invoice.credited - invoice.writtenOff;
    if (!CREDITABLE.has(invoice.status)) return 'INVOICE_NOT_CREDITABLE';
    if (creditableAmount === 0 || (amount ?? 0) > creditableAmount) return 'CREDIT_TOO_HIGH';
    const creditedAmount = amount ?? creditableAmount;
    const paidPart = Math.max(0, creditedAmount - invoice.open);
    const refund = Math.max(0, Math.min(paidPart, invoice.received - invoice.refunded));
    invoice.credited += creditedAmount;
    invoice.refunded += refund;
    invoice.shortfall -= paidPart - refund;
    if (refundTo === 'prepaid') this.addToPrepaid(invoice.currency, refund);
    else if (refund > 0) this.payOuts.push({ currency: invoice.currency, amount: refund, isInFile: false });
    this.payOldest(invoice.currency);
    return 'ok';
  }

  /** Returns an error code, or `ok`. */
  writeOff(invoice: ModelInvoice): string {
    if (!invoice.isOpen) return 'INVOICE_NOT_OPEN';
    invoice.writtenOff += invoice.open;
    return 'ok';
  }

  /** Returns an error code, or `ok`. */
  payOut(currency: string, amount: number): string {
    if (amount > this.balance(currency)) return 'PREPAID_INSUFFICIENT';
    this.addToPrepaid(currency, -amount);
    this.payOuts.push({ currency, amount, isInFile: false });
    return 'ok';
  }

  changeSettings(settings: { paysInvoices: boolean; takesPartPayments: boolean }): void {
    const isSwitchedOn = settings.paysInvoices && !this.paysInvoices;
    Object.assign(this, settings);
    if (isSwitchedOn) for (const currency of this.prepaid.keys()) this.payOldest(currency);
  }

  private payOldest(currency: string): void {
    if (!this.paysInvoices) return;
    for (const invoice of this.invoices)
      if (invoice.isOpen && invoice.currency === currency && invoice.open <= this.balance(currency))
        this.spend(invoice, invoice.open);
  }

  private spend(invoice: ModelInvoice, amount: number): void {
    this.addToPrepaid(invoice.currency, -amount);
    invoice.received += amount;
    this.prepaidUses.push({ invoice, amount });
  }

  private reverseUse({ invoice, amount }: PrepaidUse): void {
    const index = this.prepaidUses.findIndex((use) => use.invoice === invoice && use.amount === amount);
    this.prepaidUses.splice(index, 1);
    this.addToPrepaid(invoice.currency, amount);
    invoice.received -= amount;
  }

  private convert(proForma: ModelProForma): ModelInvoice {
    const invoice = new ModelInvoice(proForma.currency, proForma.total);
    proForma.status = 'converted';
    proForma.invoice = invoice;
    this.invoices.push(invoice);
    for (const product of proForma.products) this.invoiceOfProduct.set(product, invoice);
    return invoice;
  }

  private addToPrepaid(currency: string, amount: number): void {
    this.prepaid.set(currency, this.balance(currency) + amount);
  }
}

export interface ModelProForma {
  readonly id: string;
  readonly reference: string;
  readonly currency: string;
  readonly total: number;
  /** The products of a renewal pro forma; empty for an order. */
  readonly products: readonly string[];
  readonly orderId: string | null;
  status: 'issued' | 'converted' | 'cancelled';
  invoice?: ModelInvoice;
}

export class ModelInvoice {
  id = '';
  reference = '';
  /** Money for the invoice, without shortfalls. */
  received = 0;
  /** The unpaid part that the seller accepted. */
  shortfall = 0;
  credited = 0;
  refunded = 0;
  writtenOff = 0;

  constructor(
    readonly currency: string,
    readonly total: number,
  ) {}

  get open(): number {
    return this.total - this.received - this.shortfall - this.credited + this.refunded - this.writtenOff;
  }

  get isOpen(): boolean {
    return this.open > 0;
  }

  get status(): string {
    if (this.open > 0) return this.received + this.shortfall > this.refunded ? 'part_paid' : 'open';
    if (this.writtenOff > 0) return 'written_off';
    if (this.refunded > 0) return this.credited === this.total ? 'refunded' : 'partly_refunded';
    return this.credited === this.total ? 'credited' : 'paid';
  }
}

export interface ModelPayment {
  readonly key: string;
  readonly currency: string;
  readonly amount: number;
  prepaidAmount: number;
  invoiceAmount: number;
  shortfall: number;
  invoice?: ModelInvoice;
}

export interface PrepaidUse {
  readonly invoice: ModelInvoice;
  readonly amount: number;
}

const CREDITABLE = new Set(['open', 'part_paid', 'paid', 'partly_refunded']);
const TOLERANT_CURRENCIES = new Set(['CHF', 'EUR']);
/** In minor units. Higher shortfalls are accepted only if the bank file shows charges. */
export const TOLERATED_SHORTFALL = 5;

export const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
/** The gross amount of net prices, with 8.1 % of VAT, rounded once. */
export const grossAmountOf = (nets: readonly number[]): number => sum(nets) + Math.floor((sum(nets) * 81 + 500) / 1000);
