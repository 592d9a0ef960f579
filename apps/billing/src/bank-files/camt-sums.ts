import type { FieldError } from '@cordee/contracts/domain-error';
import type { Balance, BankEntry, BankFileRemark, BankStatement, Direction, UnprocessableEntry } from './bank-file.ts';
import { addError, readAmountField, readDate, readDirection, netOf, parseAmount } from './camt-fields.ts';
import { child, childrenOf, descend, pointerOf, textAt, type XmlElement } from './xml-reader.ts';

/**
 * Checks the summary against the entries, and that opening balance plus booked entries equals the closing balance.
 * Returns the balances.
 */
export function checkSumsAndReadBalances(
  errors: FieldError[],
  remarks: BankFileRemark[],
  element: XmlElement,
  statement: Pick<BankStatement, 'entries' | 'unprocessable'>,
): BankStatement['balances'] {
  const entries = [...statement.entries, ...statement.unprocessable];
  checkSummary(errors, remarks, element, entries);
  return checkAndReadBalances(errors, remarks, element, entries);
}

type AnyEntry = BankEntry | UnprocessableEntry;

function checkSummary(
  errors: FieldError[],
  remarks: BankFileRemark[],
  element: XmlElement,
  entries: readonly AnyEntry[],
): void {
  const summary = child(element, 'TxsSummry');
  const totals: [string, Direction | undefined][] = [
    ['TtlNtries', undefined],
    ['TtlCdtNtries', 'credit'],
    ['TtlDbtNtries', 'debit'],
  ];
  for (const [name, direction] of totals) {
    const total = child(summary, name);
    if (!total) continue;
    const matchingEntries = entries.filter((entry) => direction === undefined || entry.direction === direction);
    const count = textAt(total, 'NbOfNtries');
    if (count !== undefined && Number(count) !== matchingEntries.length) {
      addError(
        errors,
        child(total, 'NbOfNtries')!,
        'COUNT_MISMATCH',
        `the summary announces ${count} entries, the statement contains ${matchingEntries.length}`,
      );
    }
    const announcedText = textAt(total, 'Sum');
    // A summary states no currency, so the currency of the first entry applies.
    const currency = matchingEntries[0]?.amount?.currency;
    if (announcedText === undefined || currency === undefined) continue;
    // The summary adds credits and debits without their sign.
    const sum = netOf(
      matchingEntries.map(({ amount }) => ({ amount, direction: 'credit' })),
      currency,
    );
    const announcedSum = parseAmount(announcedText, currency);
    if (!sum)
      remarks.push({
        code: 'SUMS_NOT_COMPARABLE',
        pointer: pointerOf(total),
        detail: 'the entries are in several currencies',
      });
    else if (announcedSum?.amount !== sum.amount)
      addError(errors, child(total, 'Sum')!, 'SUM_MISMATCH', 'the sum differs from the sum of the entries');
  }
}

function checkAndReadBalances(
  errors: FieldError[],
  remarks: BankFileRemark[],
  element: XmlElement,
  entries: readonly AnyEntry[],
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
  const bookedEntries = entries.filter(({ status }) => status === 'booked');
  const { currency } = closing;
  const expectedBalance = netOf([opening, ...bookedEntries], currency);
  const actualBalance = netOf([closing], currency);
  if (!expectedBalance || !actualBalance) {
    remarks.push({
      code: 'BALANCES_NOT_COMPARABLE',
      pointer: pointerOf(element),
      detail: 'balances and entries are in several currencies',
    });
  } else if (expectedBalance.amount !== actualBalance.amount && bookedEntries.length === 0) {
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
