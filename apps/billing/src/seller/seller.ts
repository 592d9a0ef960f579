import { addDays, instantAt, localDateIn, type LocalDate } from '@cordee/calendar/local-date';
import type { BankCalendar } from '@cordee/calendar/bank-holidays';
import { addBankDays, bankDayOnOrAfter } from '@cordee/calendar/business-day';
import type { BillingConfig } from '../config.ts';
import type { VatRegistration } from '../vat/vat-registration.ts';
import { roundToCash, type CashRounding } from './cash-rounding.ts';
import type { SellerAccount } from './seller-accounts.ts';

const REOPENED_DUE_DAYS = 10;
const CLEARING_BANK_DAYS = 3;

/** The fields of the seller that a document copies. */
export interface SellerCopy {
  readonly name: string;
  readonly street: string;
  readonly buildingNumber: string | null;
  readonly postalCode: string;
  readonly town: string;
  readonly country: string;
  readonly vatNumber: string;
  /** The account for payments in the currency of the document. */
  readonly iban: string;
  /** Null when the account has no QR-IBAN. */
  readonly qrIban: string | null;
  readonly bic?: string | undefined;
  /** Documents of earlier versions have no contact. */
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly website?: string | undefined;
}

/** The seller of this installation, read from the configuration. */
export class Seller {
  readonly name: string;
  private readonly accounts: readonly SellerAccount[];
  private readonly copies: ReadonlyMap<SellerAccount, SellerCopy>;
  /** The registrations for VAT outside of the Swiss territory. */
  readonly vatRegistrations: readonly VatRegistration[];
  // The documents of a set have the same dates, and a calculation takes longer than the rest of a document.
  private readonly localDates = rememberLast<number, LocalDate>();
  private readonly dueDates = rememberLast<LocalDate, LocalDate>();
  private readonly zone: string;
  private readonly bankCalendar: BankCalendar;
  private readonly proFormaDays: number;
  private readonly invoiceDueDays: number;
  private readonly cashRounding: CashRounding;

  constructor(config: BillingConfig) {
    this.name = config.SELLER_NAME;
    this.accounts = config.SELLER_ACCOUNTS;
    const copy = {
      name: config.SELLER_NAME,
      street: config.SELLER_STREET,
      buildingNumber: config.SELLER_BUILDING_NUMBER ?? null,
      postalCode: config.SELLER_POSTAL_CODE,
      town: config.SELLER_TOWN,
      country: config.SELLER_COUNTRY,
      vatNumber: config.SELLER_VAT_NUMBER,
      email: config.SELLER_EMAIL,
      phone: config.SELLER_PHONE,
      website: config.SELLER_WEBSITE,
    };
    this.copies = new Map(
      this.accounts.map((account) => {
        const { iban, qrIban, bic } = account;
        return [account, { ...copy, iban, qrIban, bic }];
      }),
    );
    this.vatRegistrations = config.SELLER_VAT_REGISTRATIONS;
    this.zone = config.SELLER_ZONE;
    this.bankCalendar = config.SELLER_BANK_CALENDAR;
    this.proFormaDays = config.PRO_FORMA_DAYS;
    this.invoiceDueDays = config.INVOICE_DUE_DAYS;
    this.cashRounding = config.CASH_ROUNDING;
  }

  /** Returns the local date in the time zone of the seller. */
  today(now: Date): LocalDate {
    return this.localDates(now.getTime(), () => localDateIn(this.zone, now));
  }

  /** Returns the last day on which a pro forma that is issued today can be paid. */
  proFormaValidUntil(today: LocalDate): LocalDate {
    return addDays(today, this.proFormaDays);
  }

  /** Returns the instants at which a period of days starts and ends, and the time zone of the seller. */
  periodOfDays(from: LocalDate, to: LocalDate): { start: string; end: string; zone: string } {
    const { zone } = this;
    return { start: instantAt(from, '00:00', zone), end: instantAt(addDays(to, 1), '00:00', zone), zone };
  }

  /**
   * Returns the due date of an invoice that is issued today: a bank day, because transfers arrive only on bank days.
   */
  invoiceDueOn(today: LocalDate): LocalDate {
    return this.dueDates(today, () => bankDayOnOrAfter(addDays(today, this.invoiceDueDays), this.bankCalendar));
  }

  /** Returns the next day on which the bank executes payments, after today. */
  nextBankDay(now: Date): LocalDate {
    return bankDayOnOrAfter(addDays(this.today(now), 1), this.bankCalendar);
  }

  /** Returns the due date of an invoice that is open again because a payment was reversed. */
  reopenedDueOn(now: Date): LocalDate {
    return bankDayOnOrAfter(addDays(this.today(now), REOPENED_DUE_DAYS), this.bankCalendar);
  }

  /** Returns the last value date whose entries must be in both bank reports. */
  clearingDeadline(now: Date): LocalDate {
    return addBankDays(this.today(now), -CLEARING_BANK_DAYS, this.bankCalendar);
  }

  /**
   * Returns until when payments are known: the creation of the newest bank file, but not later than the end of the day
   * after which an account statement is missing.
   */
  paymentsKnownUntil(coversUntil: string | null, gapAfter: LocalDate | null): string | null {
    if (coversUntil === null || gapAfter === null) return coversUntil;
    const endOfDay = instantAt(gapAfter, '23:59', this.zone);
    return endOfDay < coversUntil ? endOfDay : coversUntil;
  }

  /** Returns the total of a new document with a gross amount, in minor units: with cash rounding, if configured. */
  totalOf(gross: number, currency: string): number {
    return roundToCash(gross, currency, this.cashRounding);
  }

  /** The canonical numbers of the accounts. */
  get ibans(): string[] {
    return [...new Set(this.accounts.map(({ iban }) => iban))];
  }

  /** Returns the account for payments in a currency. The first account takes the currencies without an account. */
  accountFor(currency: string): SellerAccount {
    return this.accounts.find((account) => account.currency === currency) ?? this.accounts[0]!;
  }

  /** Returns the fields of the seller for a document in a currency. Equal accounts have the same object. */
  fieldsFor(currency: string): SellerCopy {
    return this.copies.get(this.accountFor(currency))!;
  }

  /** Returns the account for a payment with this reference: the IBAN for an ISO 11649 reference, else the QR-IBAN. */
  static ibanFor({ iban, qrIban }: Pick<SellerCopy, 'iban' | 'qrIban'>, reference: string | null): string {
    return reference?.startsWith('RF') ? iban : (qrIban ?? iban);
  }

  /**
   * Returns the canonical number (the IBAN) of an account of the seller; undefined for a foreign account. One bank file
   * may contain the IBAN and another file the QR-IBAN of the same account. An import finds duplicates only when both
   * files have the same account number.
   */
  ownAccount(account: string): string | undefined {
    return this.accounts.find(({ iban, qrIban }) => account === iban || account === qrIban)?.iban;
  }

  /**
   * Returns the report that moves the money of customers on an account: the notification (camt.054) or the account
   * statement (camt.053). `iban` is the canonical number of the account.
   */
  readonly bankReportOf = (iban: string): SellerAccount['bankReport'] =>
    this.accounts.find((account) => account.iban === iban)!.bankReport;
}

/** Returns a function that calculates a value by key, and that remembers the value of the last key. */
function rememberLast<Key, Value>(): (key: Key, calculate: () => Value) => Value {
  let last: { key: Key; value: Value } | undefined;
  return (key, calculate) => {
    if (last?.key !== key) last = { key, value: calculate() };
    return last.value;
  };
}
