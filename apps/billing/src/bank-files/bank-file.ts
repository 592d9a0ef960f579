import type { Money } from '@cordee/money/money';

/** A bank statement (camt.053) or notification (camt.054) that passed all checks of structure and sums. */
export interface BankFile extends BankFileOutline {
  readonly statements: readonly (BankStatement & StatementEntries)[];
}

/** A bank file without its entries, which come in sets because a file can have hundreds of thousands. */
export interface BankFileOutline {
  readonly kind: '053' | '054';
  /** Number of the schema version: 8 for `camt.054.001.08`. */
  readonly version: number;
  readonly messageId: string;
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  readonly statements: readonly BankStatement[];
  /** Remarks for the staff: checks that were not possible, and unusual but valid content. */
  readonly remarks: readonly BankFileRemark[];
}

/** An account statement (`Stmt`) or a notification (`Ntfctn`) of one account, without its entries. */
export interface BankStatement {
  readonly id: string;
  /** The position in the file: `/Document/BkToCstmrStmt/Stmt[1]`. */
  readonly pointer: string;
  /** The line of the start tag. */
  readonly line: number;
  /** The IBAN, else the bank's own account number; upper case without spaces. */
  readonly account: string;
  readonly currency: string | undefined;
  /** The number of the statement; the next statement has the next number. */
  readonly sequence: number | undefined;
  /** The balances of an account statement, as far as the file contains them. */
  readonly balances: { readonly opening?: Balance; readonly closing?: Balance };
}

export interface StatementEntries {
  readonly entries: readonly BankEntry[];
  /** Entries that cannot be read as payments. They go to the suspense account with their reason. */
  readonly unprocessable: readonly UnprocessableEntry[];
}

/** Entries of a file, with the fields of the file and of the statements that their processing needs. */
export interface BankFilePart extends Pick<BankFileOutline, 'kind' | 'createdAt'> {
  readonly statements: readonly (Pick<BankStatement, 'account'> & StatementEntries)[];
}

/** Some consecutive entries of a file. `statement` is the index of their statement in the file. */
export type EntrySet = readonly (StatementEntries & { readonly statement: number })[];

/** A booked balance. */
export interface Balance {
  /** Minor units; negative for a debt. */
  readonly amount: number;
  readonly currency: string;
  /** `YYYY-MM-DD`; the dates of entries have the same form. */
  readonly date: string;
}

/** A credit increases the balance of the account of the seller; a debit decreases the balance. */
export type Direction = 'credit' | 'debit';

/** Only `booked` is final. An entry with another status is an announcement; a later file books the entry. */
export type EntryStatus = 'booked' | 'pending' | 'information' | 'future';

/** One line of a bank statement or notification. */
export interface BankEntry {
  /** The position in the file: `/Document/BkToCstmrStmt/Stmt[1]/Ntry[2]`. */
  readonly pointer: string;
  /** The bank's reference of the entry, the same in a camt.053 and a camt.054. */
  readonly reference: string | undefined;
  readonly amount: Money;
  readonly direction: Direction;
  /** True when the entry reverses an earlier booking. The reversal of a credit has the direction `debit`. */
  readonly isReversal: boolean;
  readonly status: EntryStatus;
  readonly bookingDate: string;
  readonly valueDate: string;
  /** The bank transaction code: `PMNT.RCDT.VCOM`, else the bank's own code. */
  readonly code: string | undefined;
  /** True for an entry of several payments whose details the file does not contain. */
  readonly isBatchWithoutDetails: boolean;
  /** Charges that the file states for the whole entry. */
  readonly charges: Money | undefined;
  /** The payments of the entry. A batch without details has none; every other entry has at least one. */
  readonly transactions: readonly BankTransaction[];
}

/** The references of a payment that banks and payers give. A placeholder such as `NOTPROVIDED` is no reference. */
export interface TransactionReferences {
  /** The reference of the bank that services the account. */
  readonly servicer?: string;
  readonly endToEnd?: string;
  readonly transaction?: string;
  readonly instruction?: string;
  readonly uetr?: string;
  readonly clearingSystem?: string;
}

/** One payment inside an entry. */
export interface BankTransaction {
  readonly references: TransactionReferences;
  readonly amount: Money;
  readonly direction: Direction;
  /** Charges that banks deducted; undefined when the file states no charges. */
  readonly charges: Money | undefined;
  /** The amount that the payer instructed; undefined when the file does not state this amount. */
  readonly instructedAmount: Money | undefined;
  /**
   * A QR reference or ISO 11649 reference in canonical form, with valid check digits. It comes from the reference
   * field, else from the free text.
   */
  readonly creditorReference: string | undefined;
  /** Further references with valid check digits in the free text. */
  readonly otherReferences: readonly string[];
  /**
   * The content of the reference field, before its check digits are checked; else a reference with wrong check digits
   * in the free text, when the text has no other reference.
   */
  readonly uncheckedReference: string | undefined;
  readonly remittanceText: string;
  readonly debtorName: string | undefined;
  readonly debtorIban: string | undefined;
  /** True when the bank states that a payment of the seller came back. */
  readonly isReturn?: true;
}

export type UnprocessableReason =
  | 'currency_unknown'
  | 'currency_differs'
  | 'direction_differs'
  | 'amount_too_precise'
  | 'amount_zero'
  | 'date_missing'
  | 'date_implausible'
  | 'transaction_amount_missing';

/** An entry of a valid file that cannot be processed automatically; the staff decides. */
export interface UnprocessableEntry {
  readonly pointer: string;
  readonly reason: UnprocessableReason;
  readonly detail: string;
  readonly reference: string | undefined;
  /** The amount as written in the file. `amount` is undefined when the text is not an amount of a known currency. */
  readonly amountText: string;
  readonly currencyText: string;
  readonly amount: Money | undefined;
  readonly direction: Direction;
  readonly isReversal: boolean;
  readonly status: EntryStatus;
  readonly bookingDate: string | undefined;
  readonly valueDate: string | undefined;
  /** The texts of the entry and of its payments, one per line. */
  readonly text: string;
}

/** A remark for the staff about a file that is accepted. */
export interface BankFileRemark {
  readonly code:
    | 'BALANCES_NOT_COMPARABLE'
    | 'EMPTY_STATEMENT_WITH_MOVEMENT'
    | 'SUMS_NOT_COMPARABLE'
    | 'CHARGES_IN_ENTRY'
    | 'STATEMENT_GAP';
  readonly pointer: string;
  readonly detail: string;
}
