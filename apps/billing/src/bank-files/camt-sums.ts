import type { FieldError } from '@cordee/contracts/domain-error';
import { addMoney, isCurrency, money, type Money } from '@cordee/money/money';
import type { Balance, BankEntry, BankFileRemark, BankStatement, UnprocessableEntry } from './bank-file.ts';
import { addError, readAmountField, readDate, readDirection, netOf, parseAmount } from './camt-fields.ts';
import { child, childrenOf, descend, pointerOf, textAt, type XmlElement } from './xml-element.ts';

type AnyEntry = BankEntry | UnprocessableEntry;

/** The sums of entries by currency, with or without the signs of their directions. */
class EntrySum {
  count = 0;
  private hasMissingAmount = false;
  private readonly sums = new Map<string, bigint>();

  add({ amount }: AnyEntry, sign: 1n | -1n): void {
    this.count += 1;
    if (amount) this.sums.set(amount.currency, (this.sums.get(amount.currency) ?? 0n) + sign * BigInt(amount.amount));
    else this.hasMissingAmount = true;
  }

  /** Returns the sum; undefined when an entry has no amount or an amount in another currency. */
  sumIn(currency: string): Money | undefined {
    const isComparable = !this.hasMissingAmount && [...this.sums.keys()].every((each) => each === currency);
    return isComparable && isCurrency(currency) ? money(this.sums.get(currency) ?? 0n, currency) : undefined;
  }
}

/** The sum of the entries of a statement with one direction, or with any direction. */
class DirectionSum extends EntrySum {
  private firstEntry: AnyEntry | undefined;
  private isFirstUnprocessable = false;

  /** The currency of the first entry; entries that can be processed come first. */
  get currency(): string | undefined {
    return this.firstEntry?.amount?.currency;
  }

  addEntry(entry: AnyEntry, isUnprocessable: boolean): void {
    this.add(entry, 1n);
    if (this.firstEntry && !(this.isFirstUnprocessable && !isUnprocessable)) return;
    this.firstEntry = entry;
    this.isFirstUnprocessable = isUnprocessable;
  }
}

/** The sums of the entries of a statement. The entries themselves are not kept. */
export class StatementSums {
  /** True when an entry has an error of structure: the sums are then incomplete. */
  hasInvalidEntries = false;
  readonly all = new DirectionSum();
  readonly credit = new DirectionSum();
  readonly debit = new DirectionSum();
  readonly booked = new EntrySum();
  /** The signed sum of all entries: credits add, debits subtract. */
  readonly net = new EntrySum();
  private currencyOfFirstUnprocessable: string | undefined;

  /** The currency of the first entry. */
  get currency(): string | undefined {
    return this.all.currency ?? this.currencyOfFirstUnprocessable;
  }

  addEntry(entry: BankEntry): void {
    this.addAny(entry, false);
  }

  addUnprocessable(entry: UnprocessableEntry): void {
    this.currencyOfFirstUnprocessable ??= entry.currencyText;
    this.addAny(entry, true);
  }

  private addAny(entry: AnyEntry, isUnprocessable: boolean): void {
    this.all.addEntry(entry, isUnprocessable);
    this[entry.direction].addEntry(entry, isUnprocessable);
    const sign = entry.direction === 'credit' ? 1n : -1n;
    this.net.add(entry, sign);
    if (entry.status === 'booked') this.booked.add(entry, sign);
  }
}

/**
 * Checks the summary against the entries, and that opening balance plus booked entries equals the closing balance.
 * Returns the balances.
 */
export function checkSumsAndReadBalances(
  errors: FieldError[],
  remarks: BankFileRemark[],
  element: XmlElement,
  sums: StatementSums,
): BankStatement['balances'] {
  checkSummary(errors, remarks, element, sums);
  checkNetTotal(errors, element, sums);
  return checkAndReadBalances(errors, remarks, element, sums.booked);
}

function checkSummary(errors: FieldError[], remarks: BankFileRemark[], element: XmlElement, sums: StatementSums): void {
  const summary = child(element, 'TxsSummry');
  const actualSums: [string, DirectionSum][] = [
    ['TtlNtries', sums.all],
    ['TtlCdtNtries', sums.credit],
    ['TtlDbtNtries', sums.debit],
  ];
  for (const [name, directionSum] of actualSums) {
    const announced = child(summary, name);
    if (!announced) continue;
    const count = textAt(announced, 'NbOfNtries');
    if (count !== undefined && Number(count) !== directionSum.count) {
      addError(
        errors,
        child(announced, 'NbOfNtries')!,
        'COUNT_MISMATCH',
        `the summary announces ${count} entries, the statement contains ${directionSum.count}`,
      );
    }
    const announcedText = textAt(announced, 'Sum');
    // A summary states no currency, so the currency of the first entry applies.
    const { currency } = directionSum;
    if (announcedText === undefined || currency === undefined) continue;
    // The summary adds credits and debits without their sign.
    const sum = directionSum.sumIn(currency);
    const announcedSum = parseAmount(announcedText, currency);
    if (!sum)
      remarks.push({
        code: 'SUMS_NOT_COMPARABLE',
        pointer: pointerOf(announced),
        detail: 'the entries are in several currencies',
      });
    else if (announcedSum?.amount !== sum.amount)
      addError(errors, child(announced, 'Sum')!, 'SUM_MISMATCH', 'the sum differs from the sum of the entries');
  }
}

/** Checks the net total of the summary. Up to version 3 it is in `TtlNetNtryAmt`, later in `TtlNetNtry`. */
function checkNetTotal(errors: FieldError[], element: XmlElement, { all, net }: StatementSums): void {
  const announced = descend(element, 'TxsSummry', 'TtlNtries');
  const netElement = child(announced, 'TtlNetNtry');
  const amountText = netElement ? textAt(netElement, 'Amt') : textAt(announced, 'TtlNetNtryAmt');
  const sum = all.currency === undefined ? undefined : net.sumIn(all.currency);
  if (!announced || amountText === undefined || !sum) return;
  // Some banks write a sign beside the direction.
  const unsignedText = amountText.replace(/^-/, '');
  const direction = textAt(netElement ?? announced, 'CdtDbtInd');
  const isSameDirection = direction === undefined || sum.amount === 0 || (direction === 'CRDT') === sum.amount > 0;
  if (parseAmount(unsignedText, sum.currency)?.amount !== Math.abs(sum.amount) || !isSameDirection)
    addError(errors, netElement ?? announced, 'SUM_MISMATCH', 'the net total differs from the sum of the entries');
}

function checkAndReadBalances(
  errors: FieldError[],
  remarks: BankFileRemark[],
  element: XmlElement,
  booked: EntrySum,
): BankStatement['balances'] {
  // OPBD: opening booked balance. PRCD: closing balance of the previous statement. CLBD: closing booked balance.
  const opening = readBalance(errors, element, ['OPBD', 'PRCD']);
  const closing = readBalance(errors, element, ['CLBD']);
  const openingBalance = opening && balanceOf(opening);
  const closingBalance = closing && balanceOf(closing);
  const balances = {
    ...(openingBalance && { opening: openingBalance }),
    ...(closingBalance && { closing: closingBalance }),
  };
  if (!opening || !closing || isPartialPage(element)) return balances;
  const { currency } = closing;
  const openingAmount = netOf([opening], currency);
  const bookedAmount = booked.sumIn(currency);
  const actualBalance = netOf([closing], currency);
  if (!openingAmount || !bookedAmount || !actualBalance) {
    remarks.push({
      code: 'BALANCES_NOT_COMPARABLE',
      pointer: pointerOf(element),
      detail: 'balances and entries are in several currencies',
    });
    return balances;
  }
  const expectedBalance = addMoney(openingAmount, bookedAmount);
  if (expectedBalance.amount !== actualBalance.amount && booked.count === 0) {
    // Without entries, nothing wrong can be booked, so the file is accepted. The staff requests the missing entries.
    remarks.push({
      code: 'EMPTY_STATEMENT_WITH_MOVEMENT',
      pointer: pointerOf(element),
      detail: 'the balance changed, but the statement has no booked entries',
    });
  } else if (expectedBalance.amount !== actualBalance.amount) {
    addError(
      errors,
      closing.element,
      'SUM_MISMATCH',
      'the opening balance plus the booked entries differs from the closing balance',
    );
  }
  return balances;
}

/** Returns undefined when the balance has no date or no readable amount. */
function balanceOf({ amount, direction, date }: NonNullable<ReturnType<typeof readBalance>>): Balance | undefined {
  if (!amount || !date) return undefined;
  return { amount: direction === 'credit' ? amount.amount : -amount.amount, currency: amount.currency, date };
}

/** Reads a balance: tries the codes one after the other, and takes the first one that the statement contains. */
function readBalance(errors: FieldError[], element: XmlElement, codes: readonly string[]) {
  const balances = childrenOf(element, 'Bal');
  const balanceElement = codes.flatMap(
    (code) => balances.find((each) => textAt(each, 'Tp', 'CdOrPrtry', 'Cd') === code) ?? [],
  )[0];
  if (!balanceElement) return undefined;
  const amount = readAmountField(errors, balanceElement);
  const direction = readDirection(errors, balanceElement);
  const date = readDate(errors, balanceElement, 'Dt');
  return (
    amount && direction && { element: balanceElement, amount: amount.money, currency: amount.currency, direction, date }
  );
}

/**
 * True for one page of a longer statement. Its balances are the balances of the whole statement, so they cannot be
 * compared with the entries of the page.
 */
function isPartialPage(element: XmlElement): boolean {
  const pagination =
    child(element, 'StmtPgntn') ?? child(element, 'NtfctnPgntn') ?? descend(element.parent, 'GrpHdr', 'MsgPgntn');
  if (!pagination) return false;
  return textAt(pagination, 'PgNb') !== '1' || textAt(pagination, 'LastPgInd') !== 'true';
}
