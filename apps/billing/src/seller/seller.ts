import { addDays, localDateIn, type LocalDate } from '@cordee/calendar/local-date';
import type { BankCalendar } from '@cordee/calendar/bank-holidays';
import { bankDayOnOrAfter } from '@cordee/calendar/business-day';
import type { BillingConfig } from '../config.ts';

/** The seller as it is copied into a document. */
export interface SellerCopy {
  readonly name: string;
  readonly street: string;
  readonly buildingNumber: string;
  readonly postalCode: string;
  readonly town: string;
  readonly country: string;
  readonly vatNumber: string;
  readonly iban: string;
  readonly qrIban: string;
}

/** Who sells: one per installation, as data. */
export class Seller {
  readonly copy: SellerCopy;
  private readonly zone: string;
  private readonly bankCalendar: BankCalendar;
  private readonly proFormaDays: number;
  private readonly invoiceDueDays: number;

  constructor(config: BillingConfig) {
    this.copy = {
      name: config.SELLER_NAME,
      street: config.SELLER_STREET,
      buildingNumber: config.SELLER_BUILDING_NUMBER,
      postalCode: config.SELLER_POSTAL_CODE,
      town: config.SELLER_TOWN,
      country: config.SELLER_COUNTRY,
      vatNumber: config.SELLER_VAT_NUMBER,
      iban: config.SELLER_IBAN,
      qrIban: config.SELLER_QR_IBAN,
    };
    this.zone = config.SELLER_ZONE;
    this.bankCalendar = config.SELLER_BANK_CALENDAR;
    this.proFormaDays = config.PRO_FORMA_DAYS;
    this.invoiceDueDays = config.INVOICE_DUE_DAYS;
  }

  /** The date on the seller's wall calendar. */
  today(now: Date): LocalDate {
    return localDateIn(this.zone, now);
  }

  /** Last day on which a pro forma issued today can be paid. */
  proFormaValidUntil(today: LocalDate): LocalDate {
    return addDays(today, this.proFormaDays);
  }

  /** When an invoice issued today is due: never on a day on which no transfer can arrive. */
  invoiceDueOn(today: LocalDate): LocalDate {
    return bankDayOnOrAfter(addDays(today, this.invoiceDueDays), this.bankCalendar);
  }

  /** The account under which money for this document's reference is asked for. */
  static ibanFor(copy: SellerCopy, reference: string | null): string {
    return reference?.startsWith('RF') ? copy.iban : copy.qrIban;
  }

  /**
   * The account's number in our books, or undefined when it is not ours: banks name one account by its IBAN in one file and by its
   * QR-IBAN in the other, and it must be the same account for a booking to count once.
   */
  ownAccount(account: string): string | undefined {
    return account === this.copy.iban || account === this.copy.qrIban ? this.copy.iban : undefined;
  }
}
