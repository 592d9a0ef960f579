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

  /** Pays a document, or the part `amount` of it, from prepaid. Returns an error code, or `ok`. */
  pay(document: ModelProForma | ModelInvoice, amount = dueOf(document)): string {
    const isPayable = 'open' in document ? document.isOpen : document.status === 'issued';
    if (!isPayable) return 'DOCUMENT_NOT_PAYABLE';
    if (amount > dueOf(document)) return 'PREPAID_AMOUNT_TOO_HIGH';
    if (this.balance(document.currency) < amount) return 'PREPAID_INSUFFICIENT';
    if ('open' in document) this.spend(document, amount);
    else if (amount < dueOf(document)) this.reserve(document, document.reserved + amount);
    else {
      this.reserve(document, 0);
      this.spend(this.convert(document), document.total);
    }
    return 'ok';
  }

  /** Changes the reserved amount of a pro forma. */
  reserve(proForma: ModelProForma, amount: number): void {
    this.addToPrepaid(proForma.currency, proForma.reserved - amount);
    proForma.reserved = amount;
    const index = this.prepaidUses.findIndex(({ document }) => document === proForma);
    if (index >= 0) this.prepaidUses.splice(index, 1);
    if (amount > 0) this.prepaidUses.push({ document: proForma, amount });
  }

  /** Cancels a pro forma. Its reserved money may pay open invoices. */
  cancel(proForma: ModelProForma): void {
    proForma.status = 'cancelled';
    if (proForma.reserved === 0) return;
    this.reserve(proForma, 0);
    this.payOldest(proForma.currency);
  }

  /** Receives a payment of a bank file. Without a document, the payment has the standing-order reference. */
  receive(key: string, currency: string, amount: number, document?: ModelProForma | ModelInvoice): void {
    const payment: ModelPayment = { key, currency, amount, prepaidAmount: amount, invoiceAmount: 0, shortfall: 0 };
    this.payments.push(payment);
    const isPayable = document && ('open' in document ? document.isOpen : document.status === 'issued');
    if (document && isPayable && document.currency === currency) {
      const due = dueOf(document);
      const isInvoice = 'open' in document;
      const isShortfallTolerated =
        isInvoice && TOLERANT_CURRENCIES.has(currency) && due - amount <= TOLERATED_SHORTFALL;
      if (amount >= due || isShortfallTolerated || (isInvoice && this.takesPartPayments)) {
        const reserved = isInvoice ? 0 : document.reserved;
        if (!isInvoice) this.reserve(document, 0);
        payment.invoice = isInvoice ? document : this.convert(document);
        if (reserved > 0) this.spend(payment.invoice, reserved);
        payment.invoiceAmount = Math.min(amount, due);
        payment.shortfall = isShortfallTolerated ? Math.max(0, due - amount) : 0;
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
    const uses = this.prepaidUses.filter(({ document }) => document.currency === currency);
    return this.balance(currency) + sum(uses.map(({ amount }) => amount)) >= prepaidAmount;
  }

  /** Charges a period of a product. Returns the result of the charge. */
  charge(product: string, invoice: ModelInvoice, method: 'prepaid' | 'on_credit'): 'paid' | 'issued' | 'declined' {
    const proFormas = this.issuedProFormasOf(product);
    // The charge can use the money that is reserved for the pro formas of the product.
    const balance =
      this.balance(invoice.currency) +
      sum(proFormas.filter(({ currency }) => currency === invoice.currency).map(({ reserved }) => reserved));
    const isCovered = (method === 'prepaid' || this.paysInvoices) && balance >= invoice.total;
    if (method === 'prepaid' && !isCovered) return 'declined';
    const currencies = this.cancelAndRelease(proFormas);
    this.invoiceOfProduct.set(product, invoice);
    if (isCovered) this.spend(invoice, invoice.total);
    for (const currency of currencies) this.payOldest(currency);
    this.invoices.push(invoice);
    return isCovered ? 'paid' : 'issued';
  }

  cancelProFormasOf(product: string): void {
    for (const currency of this.cancelAndRelease(this.issuedProFormasOf(product))) this.payOldest(currency);
  }

  private issuedProFormasOf(product: string): ModelProForma[] {
    return this.proFormas.filter(({ products, status }) => products.includes(product) && status === 'issued');
  }

  /** Cancels pro formas and releases their reserved money. Returns the currencies of the released money. */
  private cancelAndRelease(proFormas: readonly ModelProForma[]): Set<string> {
    const currencies = new Set<string>();
    for (const proForma of proFormas) {
      proForma.status = 'cancelled';
      if (proForma.reserved > 0) currencies.add(proForma.currency);
      this.reserve(proForma, 0);
    }
    return currencies;
  }

  /** Returns an error code, or `ok`. Without `amount`, the whole creditable amount is credited. */
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
    this.prepaidUses.push({ document: invoice, amount });
  }

  private reverseUse({ document, amount }: PrepaidUse): void {
    if ('reserved' in document) {
      this.reserve(document, 0);
      return;
    }
    const index = this.prepaidUses.findIndex((use) => use.document === document && use.amount === amount);
    this.prepaidUses.splice(index, 1);
    this.addToPrepaid(document.currency, amount);
    document.received -= amount;
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
  /** Prepaid money that is reserved for the pro forma. */
  reserved: number;
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
  readonly document: ModelInvoice | ModelProForma;
  readonly amount: number;
}

/** The amount that is still to be paid. */
export const dueOf = (document: ModelProForma | ModelInvoice): number =>
  'open' in document ? document.open : document.total - document.reserved;

const CREDITABLE = new Set(['open', 'part_paid', 'paid', 'partly_refunded']);
const TOLERANT_CURRENCIES = new Set(['CHF', 'EUR']);
/** In minor units. Higher shortfalls are accepted only if the bank file shows charges. */
export const TOLERATED_SHORTFALL = 5;

export const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
/** The gross amount of net prices, with 8.1 % of VAT, rounded once. */
export const grossAmountOf = (nets: readonly number[]): number => sum(nets) + Math.floor((sum(nets) * 81 + 500) / 1000);
