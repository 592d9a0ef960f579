import type { BankFileRemark, BankStatement, Direction } from './bank-file.ts';
import { amountField, directionField, netOf, readAmount, reject, type CamtReport } from './camt-fields.ts';
import { child, childrenOf, descend, pointerOf, textAt, type XmlElement } from './xml-reader.ts';

/** Sums of a statement: the summary of its entries, and opening balance plus booked entries = closing balance. */
export function checkStatement(
  report: CamtReport,
  remarks: BankFileRemark[],
  element: XmlElement,
  statement: BankStatement,
): void {
  const moves = [...statement.entries, ...statement.odd];
  checkSummary(report, remarks, element, moves);
  checkBalances(report, remarks, element, moves);
}

type Move = BankStatement['entries'][number] | BankStatement['odd'][number];

function checkSummary(
  report: CamtReport,
  remarks: BankFileRemark[],
  element: XmlElement,
  moves: readonly Move[],
): void {
  const summary = child(element, 'TxsSummry');
  const parts: [string, Direction | undefined][] = [
    ['TtlNtries', undefined],
    ['TtlCdtNtries', 'credit'],
    ['TtlDbtNtries', 'debit'],
  ];
  for (const [name, direction] of parts) {
    const total = child(summary, name);
    if (!total) continue;
    const counted = moves.filter((move) => direction === undefined || move.direction === direction);
    const count = textAt(total, 'NbOfNtries');
    if (count !== undefined && Number(count) !== counted.length) {
      reject(
        report,
        child(total, 'NbOfNtries')!,
        'COUNT_MISMATCH',
        `${count} entries are announced, there are ${counted.length}`,
      );
    }
    const announced = textAt(total, 'Sum');
    const currency = counted[0]?.amount?.currency;
    if (announced === undefined || currency === undefined) continue;
    // The summary adds credits and debits up without their sign.
    const sum = netOf(
      counted.map(({ amount }) => ({ amount, direction: 'credit' })),
      currency,
    );
    const wanted = readAmount(announced, currency);
    if (!sum)
      remarks.push({
        code: 'SUMS_NOT_COMPARABLE',
        pointer: pointerOf(total),
        detail: 'the entries are in several currencies',
      });
    else if (wanted?.amount !== sum.amount)
      reject(report, child(total, 'Sum')!, 'SUM_MISMATCH', `the sum is not that of the entries`);
  }
}

function checkBalances(
  report: CamtReport,
  remarks: BankFileRemark[],
  element: XmlElement,
  moves: readonly Move[],
): void {
  const opening = balance(report, element, ['OPBD', 'PRCD']);
  const closing = balance(report, element, ['CLBD']);
  if (!opening || !closing || isPage(element)) return;
  const booked = moves.filter(({ status }) => status === 'booked');
  const { currency } = closing;
  const expected = netOf([opening, ...booked], currency);
  const actual = netOf([closing], currency);
  if (!expected || !actual) {
    remarks.push({
      code: 'BALANCES_NOT_COMPARABLE',
      pointer: pointerOf(element),
      detail: 'balances and entries are in several currencies',
    });
  } else if (expected.amount !== actual.amount && booked.length === 0) {
    // Nothing is booked from it, so nothing can be booked wrongly; but staff should ask the bank where the entries are.
    remarks.push({
      code: 'EMPTY_STATEMENT_WITH_MOVEMENT',
      pointer: pointerOf(element),
      detail: 'no booked entries, yet the balance changed',
    });
  } else if (expected.amount !== actual.amount) {
    reject(
      report,
      closing.element,
      'SUM_MISMATCH',
      'the opening balance and the booked entries do not give the closing balance',
    );
  }
}

function balance(report: CamtReport, element: XmlElement, codes: readonly string[]) {
  const balances = childrenOf(element, 'Bal');
  const found = codes.flatMap(
    (code) => balances.find((each) => textAt(each, 'Tp', 'CdOrPrtry', 'Cd') === code) ?? [],
  )[0];
  if (!found) return undefined;
  const amount = amountField(report, found);
  const direction = directionField(report, found);
  return amount && direction && { element: found, amount: amount.money, currency: amount.currency, direction };
}

/** A page of a longer statement has the balances of the whole. */
function isPage(element: XmlElement): boolean {
  const pagination =
    child(element, 'StmtPgntn') ?? child(element, 'NtfctnPgntn') ?? descend(element.parent, 'GrpHdr', 'MsgPgntn');
  if (!pagination) return false;
  return textAt(pagination, 'PgNb') !== '1' || textAt(pagination, 'LastPgInd') !== 'true';
}
