import { decimalsOf, isCurrency, money, parseMoney, type Money } from '@cordee/money/money';
import type { FieldError } from '@cordee/contracts/domain-error';
import type { Direction, EntryStatus } from './bank-file.ts';
import { child, pointerOf, textAt, type XmlElement } from './xml-reader.ts';

/** Collects what is wrong in a file; the first hundred are enough for whoever has to ask the bank. */
export interface CamtReport {
  readonly errors: FieldError[];
}

const mostErrors = 100;

/** Notes an error at the element, or at a child of it that is missing. */
export function reject(
  report: CamtReport,
  element: XmlElement,
  code: string,
  detail: string,
  missing?: string,
): undefined {
  if (report.errors.length < mostErrors) {
    report.errors.push({ pointer: missing ? `${pointerOf(element)}/${missing}` : pointerOf(element), detail, code });
  }
  return undefined;
}

/** Text that has to be there. */
export function requiredText(report: CamtReport, element: XmlElement, ...path: string[]): string | undefined {
  return (
    textAt(element, ...path) ??
    reject(report, element, 'ELEMENT_MISSING', `${path.join('/')} is missing`, path.join('/'))
  );
}

/** An amount as it stands in the file; `money` is missing where it is none of a currency that we know. */
export interface AmountField {
  readonly text: string;
  readonly currency: string;
  readonly money: Money | undefined;
}

/** `Amt` of an element: up to 18 digits, never negative (`CdtDbtInd` says the direction). */
export function amountField(report: CamtReport, element: XmlElement, name = 'Amt'): AmountField | undefined {
  const field = child(element, name);
  const text = field?.text.trim();
  const currency = field?.attributes['Ccy'];
  if (!field || !text) return reject(report, element, 'ELEMENT_MISSING', `${name} is missing`, name);
  if (!/^\d{1,15}(\.\d{1,5})?$/.test(text))
    return reject(report, field, 'AMOUNT_INVALID', `"${text.slice(0, 40)}" is not an amount`);
  if (!currency || !/^[A-Z]{3}$/.test(currency))
    return reject(report, field, 'CURRENCY_INVALID', 'the currency is missing or wrong');
  return { text, currency, money: readAmount(text, currency) };
}

/** The amount, unless its currency is unknown or cannot hold it. */
export function readAmount(text: string, currency: string): Money | undefined {
  if (
    !/^\d+(\.\d+)?$/.test(text) ||
    !isCurrency(currency) ||
    /[1-9]/.test((text.split('.')[1] ?? '').slice(decimalsOf(currency)))
  )
    return undefined;
  try {
    return parseMoney(text, currency);
  } catch {
    return undefined;
  }
}

/** `CdtDbtInd`. */
export function directionField(report: CamtReport, element: XmlElement): Direction | undefined {
  const text = requiredText(report, element, 'CdtDbtInd');
  if (text === undefined || text === 'CRDT' || text === 'DBIT') return text && (text === 'CRDT' ? 'credit' : 'debit');
  return reject(
    report,
    child(element, 'CdtDbtInd')!,
    'CODE_INVALID',
    `"${text.slice(0, 40)}" is neither CRDT nor DBIT`,
  );
}

const statuses: Record<string, EntryStatus> = { BOOK: 'booked', PDNG: 'pending', INFO: 'information', FUTR: 'future' };

/** `Sts`: a code up to version 4 or so, an element with a code since. A bank's own status is taken for an announcement. */
export function statusField(report: CamtReport, element: XmlElement): EntryStatus | undefined {
  const code = textAt(element, 'Sts', 'Cd') ?? (textAt(element, 'Sts', 'Prtry') ? 'INFO' : textAt(element, 'Sts'));
  if (code === undefined) return reject(report, element, 'ELEMENT_MISSING', 'Sts is missing', 'Sts');
  return (
    statuses[code] ?? reject(report, child(element, 'Sts')!, 'CODE_INVALID', `"${code.slice(0, 40)}" is no status`)
  );
}

/** A choice of date and instant; of an instant the bank's own date is meant. */
export function dateField(report: CamtReport, element: XmlElement, name: string): string | undefined {
  const text = textAt(element, name, 'Dt') ?? textAt(element, name, 'DtTm');
  if (text === undefined) return undefined;
  const date = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}:\d{2}.*|Z|[+-]\d{2}:\d{2})?$/.exec(text)?.[1];
  if (date && new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date)) return date;
  return reject(report, child(element, name)!, 'DATE_INVALID', `"${text.slice(0, 40)}" is not a date`);
}

/** Signed sum: credits add, debits take away. Undefined when the currencies differ or one amount is missing. */
export function netOf(
  moves: readonly { amount: Money | undefined; direction: Direction }[],
  currency: string,
): Money | undefined {
  let net = 0n;
  for (const { amount, direction } of moves) {
    if (amount?.currency !== currency) return undefined;
    net += direction === 'credit' ? BigInt(amount.amount) : -BigInt(amount.amount);
  }
  return isCurrency(currency) ? money(net, currency) : undefined;
}
