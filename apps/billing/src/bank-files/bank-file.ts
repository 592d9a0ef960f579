import type { Money } from '@cordee/money/money';

/** A bank statement (camt.053) or notification (camt.054) that passed all checks of structure and sums. */
export interface BankFile {
  readonly kind: '053' | '054';
  /** Number of the schema version: 8 for `camt.054.001.08`. */
  readonly version: number;
  readonly messageId: string;
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  readonly statements: readonly BankStatement[];
  /** What could not be checked or looks strange without being wrong; for the staff's list. */
  readonly remarks: readonly BankFileRemark[];
}

export interface BankStatement {
  readonly id: string;
  /** IBAN, or the bank's own number of the account; upper case without spaces. */
  readonly account: string;
  readonly currency: string | undefined;
  readonly entries: readonly BankEntry[];
  /** Entries that cannot be read as payments; they go to the suspense account with their reason. */
  readonly odd: readonly OddEntry[];
}

export type Direction = 'credit' | 'debit';

/** Only `booked` counts; the others are announcements that come again as booked. */
export type EntryStatus = 'booked' | 'pending' | 'information' | 'future';

/** One line of the account. */
export interface BankEntry {
  readonly pointer: string;
  /** The bank's reference of the entry, the same in 053 and 054. */
  readonly reference: string | undefined;
  readonly amount: Money;
  readonly direction: Direction;
  /** It takes back an earlier booking: a reversed credit is a debit with this set. */
  readonly isReversal: boolean;
  readonly status: EntryStatus;
  readonly bookingDate: string;
  readonly valueDate: string;
  /** A total of several payments without their details: those come in a 054 under the same reference. */
  readonly isBatchTotal: boolean;
  /** What the entry consists of, at least one unless it is a batch total. */
  readonly transactions: readonly BankTransaction[];
}

/** One payment inside of an entry. */
export interface BankTransaction {
  readonly servicerReference: string | undefined;
  readonly endToEndId: string | undefined;
  readonly amount: Money;
  readonly direction: Direction;
  /** What banks took off on the way, as far as they say so. */
  readonly charges: Money | undefined;
  /** QRR or SCOR with right check digits, normalised, from the field for it or else from the free text. */
  readonly creditorReference: string | undefined;
  /** The field for the reference as it came, right or wrong. */
  readonly givenReference: string | undefined;
  readonly remittanceText: string;
  readonly debtorName: string | undefined;
  readonly debtorIban: string | undefined;
}

export type OddReason =
  | 'currency_unknown'
  | 'currency_differs'
  | 'direction_differs'
  | 'amount_too_precise'
  | 'amount_zero'
  | 'date_missing'
  | 'date_implausible'
  | 'transaction_amount_missing';

/** An entry of a good file that staff has to look at. */
export interface OddEntry {
  readonly pointer: string;
  readonly reason: OddReason;
  readonly detail: string;
  readonly reference: string | undefined;
  /** As written; `amount` is missing where it is no amount of a currency we know. */
  readonly amountText: string;
  readonly currencyText: string;
  readonly amount: Money | undefined;
  readonly direction: Direction;
  readonly isReversal: boolean;
  readonly status: EntryStatus;
  readonly bookingDate: string | undefined;
  readonly valueDate: string | undefined;
  readonly text: string;
}

export interface BankFileRemark {
  readonly code:
    | 'BALANCES_NOT_COMPARABLE'
    | 'EMPTY_STATEMENT_WITH_MOVEMENT'
    | 'SUMS_NOT_COMPARABLE'
    | 'CHARGES_IN_ENTRY';
  readonly pointer: string;
  readonly detail: string;
}
