import { DomainError } from '@cordee/contracts/domain-error';
import type { BankFile, BankFileRemark, BankStatement } from './bank-file.ts';
import { readEntry, readTransaction, type ReadEntry, type ReadTransaction } from './camt-entry.ts';
import { reject, requiredText, type CamtReport } from './camt-fields.ts';
import { checkStatement } from './camt-sums.ts';
import { earliestBankDate } from './plausible-dates.ts';
import { child, childrenOf, pointerOf, readXml, textAt, XmlSyntaxError, type XmlElement } from './xml-reader.ts';

/** Largest file that is read, in bytes. */
export const largestBankFile = 50 * 1024 * 1024;

const earliestVersion = 2;
const shapes = {
  '053': { message: 'BkToCstmrStmt', statement: 'Stmt' },
  '054': { message: 'BkToCstmrDbtCdtNtfctn', statement: 'Ntfctn' },
} as const;

/**
 * Reads a camt.053 or camt.054 file of version 2 or later. The schemas grew by additions, so one reader serves all versions.
 * All or nothing: a file that is wrong in structure or sums is refused whole.
 * @throws DomainError `BANK_FILE_INVALID` with the list of what is wrong and where, `BANK_FILE_TOO_LARGE`
 */
export function readCamt(file: Uint8Array | string, limit = largestBankFile): BankFile {
  if (file.length > limit)
    throw new DomainError('BANK_FILE_TOO_LARGE', { status: 413, detail: `more than ${limit} bytes` });
  const text = typeof file === 'string' ? file : decodeText(file);
  const report: CamtReport = { errors: [] };
  const transactions = new Map<XmlElement, ReadTransaction[]>();
  const entries = new Map<XmlElement, ReadEntry[]>();

  // Payments and entries are turned into values as soon as they end and dropped from the tree.
  const root = parse(text, (element) => {
    const grandparent = element.parent?.parent;
    if (element.name === 'TxDtls' && grandparent?.name === 'Ntry') {
      addTo(transactions, grandparent, readTransaction(report, element));
      return true;
    }
    if (element.name === 'Ntry' && element.parent) {
      addTo(entries, element.parent, readEntry(report, element, transactions.get(element) ?? []));
      transactions.delete(element);
      return true;
    }
    return false;
  });

  const { kind, version, message } = identify(root);
  const header = child(message, 'GrpHdr');
  const statements = childrenOf(message, shapes[kind].statement);
  if (!header) reject(report, message, 'ELEMENT_MISSING', 'GrpHdr is missing', 'GrpHdr');
  if (statements.length === 0)
    reject(report, message, 'ELEMENT_MISSING', 'there is no statement', shapes[kind].statement);
  const remarks: BankFileRemark[] = [];
  const read = statements.map((element) => readStatement(report, remarks, element, entries.get(element) ?? []));
  const messageId = header && requiredText(report, header, 'MsgId');
  const createdAt = header && createdAtOf(report, header);
  if (report.errors.length > 0 || !messageId || !createdAt) {
    throw invalid(`${report.errors.length} errors, the first: ${report.errors[0]?.detail}`, report.errors);
  }
  return { kind, version, messageId, createdAt, statements: read, remarks };
}

function readStatement(
  report: CamtReport,
  remarks: BankFileRemark[],
  element: XmlElement,
  read: readonly ReadEntry[],
): BankStatement {
  const account = child(child(element, 'Acct'), 'Id');
  const number = textAt(account, 'IBAN') ?? textAt(account, 'Othr', 'Id');
  if (!number) reject(report, element, 'ELEMENT_MISSING', 'the account is missing', 'Acct/Id');
  const present = read.filter((each) => each !== undefined);
  const entries = present.flatMap((each) => ('entry' in each ? [each.entry] : []));
  const odd = present.flatMap((each) => ('odd' in each ? [each.odd] : []));
  remarks.push(...present.flatMap((each) => ('entry' in each && each.remark ? [each.remark] : [])));
  const statement = {
    id: requiredText(report, element, 'Id') ?? '',
    account: (number ?? '').replaceAll(/\s/g, '').toUpperCase(),
    currency: textAt(element, 'Acct', 'Ccy') ?? entries[0]?.amount.currency ?? odd[0]?.currencyText,
    entries,
    odd,
  };
  // Entries that could not be read would make every sum look wrong as well.
  if (present.length === read.length) checkStatement(report, remarks, element, statement);
  return statement;
}

function identify(root: XmlElement): { kind: BankFile['kind']; version: number; message: XmlElement } {
  const namespace =
    Object.entries(root.attributes).find(([name, value]) => /^xmlns(:|$)/.test(name) && value.includes('camt.'))?.[1] ??
    '';
  const [, kind, version] = /camt\.(05[34])\.001\.(\d{2})\b/.exec(namespace) ?? [];
  if (root.name !== 'Document' || (kind !== '053' && kind !== '054') || Number(version) < earliestVersion) {
    throw invalid('no camt.053 or camt.054 of version 2 or later', [
      { pointer: pointerOf(root), code: 'KIND_UNKNOWN', detail: `the namespace is "${namespace.slice(0, 80)}"` },
    ]);
  }
  const message = child(root, shapes[kind].message);
  if (!message) {
    throw invalid(`${shapes[kind].message} is missing`, [
      {
        pointer: `${pointerOf(root)}/${shapes[kind].message}`,
        code: 'ELEMENT_MISSING',
        detail: `a camt.${kind} has to hold it`,
      },
    ]);
  }
  return { kind, version: Number(version), message };
}

function createdAtOf(report: CamtReport, header: XmlElement): string | undefined {
  const text = requiredText(report, header, 'CreDtTm');
  if (text === undefined) return undefined;
  // Without an offset it is the bank's local time, which the file does not name; UTC is as good as any.
  const hasOffset = /(Z|[+-]\d{2}:\d{2})$/.test(text);
  const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.test(text)
    ? new Date(hasOffset ? text : `${text}Z`).toJSON()
    : null;
  if (instant && instant >= earliestBankDate) return instant;
  return reject(report, child(header, 'CreDtTm')!, 'DATE_INVALID', `"${text.slice(0, 40)}" is not an instant`);
}

function parse(text: string, take: (element: XmlElement) => boolean): XmlElement {
  try {
    return readXml(text, take);
  } catch (error) {
    if (!(error instanceof XmlSyntaxError)) throw error;
    throw invalid(`not readable as XML: ${error.message}`, [
      { pointer: `line ${error.line}, column ${error.column}`, code: error.code, detail: error.message },
    ]);
  }
}

/** UTF-8 unless the byte order mark or the declaration says otherwise; wrong bytes are refused, never replaced. */
function decodeText(bytes: Uint8Array): string {
  const declared = /^<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']/.exec(
    Buffer.from(bytes.subarray(0, 200)).toString('latin1'),
  )?.[1];
  const mark =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  try {
    return new TextDecoder(mark ?? declared ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('the encoding is unknown or not kept', [
      { pointer: '/', code: 'ENCODING_INVALID', detail: `read as ${mark ?? declared ?? 'UTF-8'}` },
    ]);
  }
}

function invalid(detail: string, errors: CamtReport['errors']): DomainError {
  return new DomainError('BANK_FILE_INVALID', { status: 422, detail, errors });
}

function addTo<T>(lists: Map<XmlElement, T[]>, key: XmlElement, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
