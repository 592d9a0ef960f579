import { beforeAll, describe, expect, it } from '@jest/globals';
import type { FieldError } from '@cordee/contracts/domain-error';
import { money } from '@cordee/money/money';
import fc from 'fast-check';
import { buildCamt054 } from '@cordee/testing/camt-054-builder';
import { readCamt as readFile } from '../../test/read-camt.ts';

const ACCOUNT = 'CH9300762011623852957';
const QR_REFERENCE = '210000000003139471430009017';

interface FileParts {
  version?: string;
  kind?: '053' | '054';
  entries?: string;
  beforeEntries?: string;
  prefix?: string;
}

/**
 * Builds a bank file. `version` changes only the namespace; a test that needs the elements of a version passes them in
 * `entries`. `prefix` is the namespace prefix of the elements.
 */
function camtFile({ version = '08', kind = '053', entries = '', beforeEntries = '', prefix = '' }: FileParts): string {
  const tagPrefix = prefix && `${prefix}:`;
  const [message, statement] = kind === '053' ? ['BkToCstmrStmt', 'Stmt'] : ['BkToCstmrDbtCdtNtfctn', 'Ntfctn'];
  const namespace = `urn:iso:std:iso:20022:tech:xsd:camt.${kind}.001.${version}`;
  const xml = `<Document xmlns${prefix && `:${prefix}`}="${namespace}"><${message}>
    <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-20T06:00:00+01:00</CreDtTm></GrpHdr>
    <${statement}><Id>S1</Id><Acct><Id><IBAN>${ACCOUNT}</IBAN></Id><Ccy>CHF</Ccy></Acct>
    ${beforeEntries}${entries}</${statement}>
  </${message}></Document>`;
  return tagPrefix ? xml.replaceAll(/<(\/?)(?=[A-Z])/g, `<$1${tagPrefix}`) : xml;
}

interface EntryParts {
  amount?: string;
  currency?: string;
  direction?: string;
  status?: string;
  details?: string;
  dates?: string;
}

function entryXml({
  amount = '108.10',
  currency = 'CHF',
  direction = 'CRDT',
  status = '<Cd>BOOK</Cd>',
  details = '',
  dates = '<BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-19</Dt></ValDt>',
}: EntryParts = {}): string {
  return (
    `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd><Sts>${status}</Sts>${dates}` +
    `<AcctSvcrRef>E1</AcctSvcrRef>${details}</Ntry>`
  );
}
const detailsXml = (...transactions: string[]) =>
  `<NtryDtls>${transactions.map((each) => `<TxDtls>${each}</TxDtls>`).join('')}</NtryDtls>`;
const amountXml = (amount: string, currency = 'CHF') => `<Amt Ccy="${currency}">${amount}</Amt>`;
const referenceXml = (reference: string) =>
  `<RmtInf><Strd><CdtrRefInf><Ref>${reference}</Ref></CdtrRefInf></Strd></RmtInf>`;
const balanceXml = (code: string, amount: string, currency = 'CHF') =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${amount}</Amt>` +
  '<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>';

/** The length of the chunks in which the files of the tests are read. */
let chunkBytes = Infinity;
const readCamt = (file: string | Uint8Array) => readFile(file, chunkBytes);

function errorsOf(text: string | Uint8Array): FieldError[] {
  try {
    readCamt(text);
  } catch (error) {
    const { code, errors } = error as { code: string; errors: FieldError[] };
    return code === 'BANK_FILE_INVALID' ? errors : [{ pointer: '', detail: '', code }];
  }
  return [];
}

const firstTransaction = (text: string) => readCamt(text).statements[0]!.entries[0]!.transactions[0]!;

describe.each([
  ['at once', Infinity],
  ['in chunks of 7 bytes', 7],
  ['in chunks of 1 byte', 1],
])('the reader of camt files %s', (_chunks, bytes) => {
  beforeAll(() => {
    chunkBytes = bytes;
  });

  it.each(['02', '03', '04', '05', '06', '07', '08', '09', '10', '13'])(
    'reads version %s of camt.053 and camt.054',
    (version) => {
      for (const kind of ['053', '054'] as const) {
        const status = Number(version) < 8 ? 'BOOK' : '<Cd>BOOK</Cd>';
        const bankFile = readCamt(camtFile({ version, kind, entries: entryXml({ status }) }));
        expect(bankFile).toMatchObject({
          kind,
          version: Number(version),
          messageId: 'M1',
          createdAt: '2026-11-20T05:00:00.000Z',
        });
        expect(bankFile.statements).toMatchObject([{ id: 'S1', account: ACCOUNT, currency: 'CHF', unprocessable: [] }]);
        expect(bankFile.statements[0]!.entries).toMatchObject([
          {
            reference: 'E1',
            amount: money(10_810, 'CHF'),
            direction: 'credit',
            isReversal: false,
            status: 'booked',
            bookingDate: '2026-11-20',
            valueDate: '2026-11-19',
          },
        ]);
      }
    },
  );

  it('reads the payer and references of version 2 and of version 8', () => {
    const partiesXml = (name: string) =>
      `<RltdPties><Dbtr>${name}</Dbtr>` +
      '<DbtrAcct><Id><IBAN>CH44 3199 9123 0008 8901 2</IBAN></Id></DbtrAcct></RltdPties>';
    const referencesXml = '<Refs><AcctSvcrRef>T1</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs>';
    const version2 = firstTransaction(
      camtFile({
        version: '02',
        entries: entryXml({
          status: 'BOOK',
          details: detailsXml(referencesXml + partiesXml('<Nm>A &amp; B</Nm>') + referenceXml(QR_REFERENCE)),
        }),
      }),
    );
    const version8 = firstTransaction(
      camtFile({
        entries: entryXml({
          details: detailsXml(
            referencesXml +
              amountXml('108.10') +
              partiesXml('<Pty><Nm>A &amp; B</Nm></Pty>') +
              referenceXml('21 00000 00003 13947 14300 09017'),
          ),
        }),
      }),
    );
    for (const transaction of [version2, version8]) {
      expect(transaction).toMatchObject({
        references: { servicer: 'T1' },
        amount: money(10_810, 'CHF'),
        creditorReference: QR_REFERENCE,
        debtorName: 'A & B',
        debtorIban: 'CH4431999123000889012',
      });
    }
  });

  it('finds a reference in the free text, and returns an invalid reference only as `uncheckedReference`', () => {
    const transactionWithText = (freeText: string) =>
      firstTransaction(
        camtFile({ entries: entryXml({ details: detailsXml(`<RmtInf><Ustrd>${freeText}</Ustrd></RmtInf>`) }) }),
      );
    expect(transactionWithText('Rechnung 21 00000 00003 13947 14300 09017').creditorReference).toBe(QR_REFERENCE);
    expect(transactionWithText('merci rf18 5390 0754 7034').creditorReference).toBe('RF18539007547034');
    const transactionWithInvalidReference = firstTransaction(
      camtFile({ entries: entryXml({ details: detailsXml(referenceXml('210000000003139471430009018')) }) }),
    );
    expect(transactionWithInvalidReference).toMatchObject({
      creditorReference: undefined,
      uncheckedReference: '210000000003139471430009018',
    });
  });

  it.each([
    ['.50', 50],
    ['+116.75', 11_675],
    ['5.', 500],
    ['000000000000000000108.1000000', 10_810],
  ])('reads the decimal %s of XML Schema', (amount, minorUnits) => {
    expect(readCamt(camtFile({ entries: entryXml({ amount }) })).statements[0]!.entries[0]!.amount).toEqual(
      money(minorUnits, 'CHF'),
    );
  });

  it.each([
    ['<Dt>2026-11-20Z</Dt>', '2026-11-20'],
    ['<Dt> 2026-11-20+14:00 </Dt>', '2026-11-20'],
    ['<DtTm>2026-11-20T23:59:59.123456789-05:00</DtTm>', '2026-11-20'],
    ['<DtTm>2026-11-20T24:00:00</DtTm>', '2026-11-21'],
    ['<Dt>12026-11-20</Dt>', '9999-12-31'],
  ])('reads the date %s of XML Schema', (date, expected) => {
    const dates = `<BookgDt>${date}</BookgDt>`;
    expect(readCamt(camtFile({ entries: entryXml({ dates }) })).statements[0]!.entries[0]!.bookingDate).toBe(expected);
  });

  it('accepts a namespace prefix, a byte order mark, another encoding and an instant instead of a date', () => {
    expect(readCamt(camtFile({ prefix: 'ns2', entries: entryXml() })).statements[0]!.entries).toHaveLength(1);
    expect(readCamt(`\uFEFF${camtFile({ entries: entryXml() })}`).statements).toHaveLength(1);
    const fileWithAccent = camtFile({
      entries: entryXml({ details: detailsXml('<RmtInf><Ustrd>é</Ustrd></RmtInf>') }),
    });
    const latin1File = `<?xml version="1.0" encoding="ISO-8859-1"?>${fileWithAccent}`;
    expect(readCamt(Buffer.from(latin1File, 'latin1')).statements[0]!.entries[0]!.transactions[0]!.remittanceText).toBe(
      'é',
    );
    const instants = '<BookgDt><DtTm>2026-11-20T00:30:00+01:00</DtTm></BookgDt>';
    expect(readCamt(camtFile({ entries: entryXml({ dates: instants }) })).statements[0]!.entries[0]).toMatchObject({
      bookingDate: '2026-11-20',
      valueDate: '2026-11-20',
    });
  });

  it('accepts a statement without entries, with a remark when the balance changed', () => {
    const bankFile = readCamt(camtFile({ beforeEntries: balanceXml('OPBD', '10.00') + balanceXml('CLBD', '10.00') }));
    expect(bankFile.statements[0]!.entries).toEqual([]);
    expect(bankFile.remarks).toEqual([]);
    expect(
      readCamt(camtFile({ beforeEntries: balanceXml('OPBD', '10.00') + balanceXml('CLBD', '12.00') })).remarks,
    ).toMatchObject([{ code: 'EMPTY_STATEMENT_WITH_MOVEMENT' }]);
  });

  it('reads the payments of a batch, the total of a batch without payments, and a batch of one payment', () => {
    const batchOf = (count: number) => `<NtryDtls><Btch><NbOfTxs>${count}</NbOfTxs></Btch></NtryDtls>`;
    const batchWithoutDetails = readCamt(camtFile({ entries: entryXml({ details: batchOf(3) }) })).statements[0]!
      .entries[0]!;
    expect(batchWithoutDetails).toMatchObject({ isBatchWithoutDetails: true, transactions: [] });
    const batchOfOne = readCamt(camtFile({ entries: entryXml({ details: batchOf(1) }) })).statements[0]!.entries[0]!;
    expect(batchOfOne).toMatchObject({
      isBatchWithoutDetails: false,
      transactions: [{ amount: money(10_810, 'CHF') }],
    });
    const batchWithDetails = readCamt(
      camtFile({ kind: '054', entries: entryXml({ details: detailsXml(amountXml('100.00'), amountXml('8.10')) }) }),
    ).statements[0]!.entries[0]!;
    expect(batchWithDetails.transactions.map(({ amount }) => amount.amount)).toEqual([10_000, 810]);
  });

  it('reads a reversal and a pending entry', () => {
    const reversal = entryXml({ direction: 'DBIT', details: '' }).replace('<Sts>', '<RvslInd>true</RvslInd><Sts>');
    expect(readCamt(camtFile({ entries: reversal })).statements[0]!.entries[0]).toMatchObject({
      direction: 'debit',
      isReversal: true,
    });
    expect(
      readCamt(camtFile({ entries: entryXml({ status: '<Cd>PDNG</Cd>' }) })).statements[0]!.entries[0],
    ).toMatchObject({
      status: 'pending',
    });
  });

  it('reads the charges of a payment, and accepts an entry that is lower by the charges', () => {
    const chargedTransaction = `${amountXml('108.30')}<Chrgs><Rcrd><Amt Ccy="CHF">0.20</Amt></Rcrd></Chrgs>`;
    const bankFile = readCamt(camtFile({ entries: entryXml({ details: detailsXml(chargedTransaction) }) }));
    expect(bankFile.statements[0]!.entries[0]!.transactions[0]).toMatchObject({
      amount: money(10_830, 'CHF'),
      charges: money(20, 'CHF'),
    });
    expect(bankFile.remarks).toMatchObject([{ code: 'CHARGES_IN_ENTRY' }]);
  });

  const statementPointer = '/Document/BkToCstmrStmt/Stmt[1]';

  it.each([
    ['a malformed amount', entryXml({ amount: '12,50' }), 'AMOUNT_INVALID', `${statementPointer}/Ntry[1]/Amt`],
    ['a negative amount', entryXml({ amount: '-1.00' }), 'AMOUNT_INVALID', `${statementPointer}/Ntry[1]/Amt`],
    ['no currency', entryXml().replace(' Ccy="CHF"', ''), 'CURRENCY_INVALID', `${statementPointer}/Ntry[1]/Amt`],
    ['no amount', entryXml().replace(/<Amt.*?<\/Amt>/, ''), 'ELEMENT_MISSING', `${statementPointer}/Ntry[1]/Amt`],
    [
      'no direction',
      entryXml().replace(/<CdtDbtInd>.*?<\/CdtDbtInd>/, ''),
      'ELEMENT_MISSING',
      `${statementPointer}/Ntry[1]/CdtDbtInd`,
    ],
    ['a wrong direction', entryXml({ direction: 'C' }), 'CODE_INVALID', `${statementPointer}/Ntry[1]/CdtDbtInd`],
    ['no status', entryXml().replace(/<Sts>.*?<\/Sts>/, ''), 'ELEMENT_MISSING', `${statementPointer}/Ntry[1]/Sts`],
    ['a wrong status', entryXml({ status: '<Cd>OKAY</Cd>' }), 'CODE_INVALID', `${statementPointer}/Ntry[1]/Sts`],
    [
      'a date that does not exist',
      entryXml({ dates: '<ValDt><Dt>2026-02-30</Dt></ValDt>' }),
      'DATE_INVALID',
      `${statementPointer}/Ntry[1]/ValDt`,
    ],
    [
      'payments that do not add up to the entry',
      entryXml({ details: detailsXml(amountXml('100.00'), amountXml('8.00')) }),
      'SUM_MISMATCH',
      `${statementPointer}/Ntry[1]/Amt`,
    ],
    [
      'a single payment with another amount',
      entryXml({ details: detailsXml(amountXml('108.00')) }),
      'SUM_MISMATCH',
      `${statementPointer}/Ntry[1]/Amt`,
    ],
    [
      'more announced payments than it contains',
      entryXml({
        details: detailsXml(amountXml('108.10')).replace('<TxDtls>', '<Btch><NbOfTxs>2</NbOfTxs></Btch><TxDtls>'),
      }),
      'COUNT_MISMATCH',
      `${statementPointer}/Ntry[1]/NtryDtls[1]/Btch/NbOfTxs`,
    ],
    [
      'a batch with another total',
      entryXml({ details: '<NtryDtls><Btch><NbOfTxs>2</NbOfTxs><TtlAmt Ccy="CHF">100.00</TtlAmt></Btch></NtryDtls>' }),
      'SUM_MISMATCH',
      `${statementPointer}/Ntry[1]/NtryDtls[1]/Btch/TtlAmt`,
    ],
    [
      'balances that differ from the entries',
      `${balanceXml('OPBD', '10.00')}${balanceXml('CLBD', '100.00')}${entryXml()}`,
      'SUM_MISMATCH',
      `${statementPointer}/Bal[2]`,
    ],
    [
      'a summary with another sum',
      `<TxsSummry><TtlNtries><NbOfNtries>1</NbOfNtries><Sum>108.00</Sum></TtlNtries></TxsSummry>${entryXml()}`,
      'SUM_MISMATCH',
      `${statementPointer}/TxsSummry/TtlNtries/Sum`,
    ],
    [
      'a summary with another net total',
      `<TxsSummry><TtlNtries><TtlNetNtry><Amt>108.00</Amt></TtlNetNtry></TtlNtries></TxsSummry>${entryXml()}`,
      'SUM_MISMATCH',
      `${statementPointer}/TxsSummry/TtlNtries/TtlNetNtry`,
    ],
    [
      'a summary of version 2 with the other direction of the net total',
      '<TxsSummry><TtlNtries><TtlNetNtryAmt>108.10</TtlNetNtryAmt><CdtDbtInd>DBIT</CdtDbtInd></TtlNtries></TxsSummry>' +
        entryXml(),
      'SUM_MISMATCH',
      `${statementPointer}/TxsSummry/TtlNtries`,
    ],
    [
      'a summary with more entries',
      `<TxsSummry><TtlCdtNtries><NbOfNtries>2</NbOfNtries></TtlCdtNtries></TxsSummry>${entryXml()}`,
      'COUNT_MISMATCH',
      `${statementPointer}/TxsSummry/TtlCdtNtries/NbOfNtries`,
    ],
  ])('refuses a file with %s, and returns the position of the error', (_name, entries, code, position) => {
    expect(errorsOf(camtFile({ entries }))).toEqual([expect.objectContaining({ code, pointer: position })]);
  });

  /** The largest amount in minor units that a number can hold. */
  const LARGEST = '90071992547409.91';
  const largeEntries = entryXml({ amount: LARGEST }).repeat(2);
  const chargesXml = `<Chrgs>${`<Rcrd>${amountXml(LARGEST)}</Rcrd>`.repeat(2)}</Chrgs>`;

  it.each([
    ['the summary', `<TxsSummry><TtlNtries><Sum>1.00</Sum></TtlNtries></TxsSummry>${largeEntries}`, ''],
    [
      'the net total',
      `<TxsSummry><TtlNtries><TtlNetNtryAmt>1.00</TtlNetNtryAmt></TtlNtries></TxsSummry>${largeEntries}`,
      '',
    ],
    ['the balances', `${balanceXml('OPBD', LARGEST)}${balanceXml('CLBD', '1.00')}${entryXml()}`, ''],
    ['the entries of the balances', `${balanceXml('OPBD', '1.00')}${balanceXml('CLBD', '1.00')}${largeEntries}`, ''],
    [
      'the transactions of an entry',
      entryXml({ details: detailsXml(amountXml(LARGEST), amountXml(LARGEST)) }),
      '/Ntry[1]',
    ],
    ['the charges of an entry', entryXml({ details: chargesXml }), '/Ntry[1]'],
    [
      'the charges of a transaction',
      entryXml({ details: detailsXml(amountXml('108.10') + chargesXml) }),
      '/Ntry[1]/NtryDtls[1]/TxDtls[1]',
    ],
  ])('refuses a file in which the sum of %s is too large, and returns the position', (_, entries, position) => {
    expect(errorsOf(camtFile({ entries }))).toEqual([
      expect.objectContaining({
        code: 'AMOUNT_INVALID',
        pointer: `${statementPointer}${position}`,
        line: expect.any(Number),
      }),
    ]);
  });

  it.each([
    ['', ''],
    ['of version 2', '<TtlNetNtryAmt>100.00</TtlNetNtryAmt><CdtDbtInd>CRDT</CdtDbtInd>'],
    ['of version 4', '<TtlNetNtry><Amt>100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></TtlNetNtry>'],
  ])('accepts balances and summaries %s that match the entries', (_, netTotal) => {
    const total = `<NbOfNtries>2</NbOfNtries><Sum>116.20</Sum>${netTotal}`;
    const summary = `<TxsSummry><TtlNtries>${total}</TtlNtries></TxsSummry>`;
    const beforeEntries = balanceXml('OPBD', '10.00') + balanceXml('CLBD', '110.00') + summary;
    expect(
      errorsOf(camtFile({ beforeEntries, entries: entryXml() + entryXml({ amount: '8.10', direction: 'DBIT' }) })),
    ).toEqual([]);
  });

  it('lists all errors of a file, at most 100', () => {
    expect(
      errorsOf(camtFile({ entries: entryXml({ amount: 'x' }) + entryXml() + entryXml({ direction: 'x' }) })).map(
        ({ code }) => code,
      ),
    ).toEqual(['AMOUNT_INVALID', 'CODE_INVALID']);
    expect(errorsOf(camtFile({ entries: entryXml({ amount: 'x' }).repeat(500) }))).toHaveLength(100);
  });

  it.each([
    [1, '"x" is not an amount'],
    [2, 'the first of 2 errors: "x" is not an amount'],
  ])('states the first of %i errors in its detail', (count, detail) => {
    const text = camtFile({ entries: entryXml({ amount: 'x' }).repeat(count) });
    expect(() => readCamt(text)).toThrow(expect.objectContaining({ code: 'BANK_FILE_INVALID', detail }));
  });

  it.each([
    ['currency_unknown', entryXml({ currency: 'XXQ' })],
    ['currency_differs', entryXml({ details: detailsXml(amountXml('108.10', 'EUR')) })],
    ['direction_differs', entryXml({ details: detailsXml(`${amountXml('108.10')}<CdtDbtInd>DBIT</CdtDbtInd>`) })],
    ['amount_too_precise', entryXml({ amount: '108.105' })],
    ['amount_zero', entryXml({ amount: '0.00' })],
    ['date_missing', entryXml({ dates: '' })],
    ['transaction_amount_missing', entryXml({ details: detailsXml(amountXml('100.00'), '') })],
  ])('returns an entry with %s as unprocessable', (reason, unprocessable) => {
    const [statement] = readCamt(camtFile({ entries: unprocessable + entryXml() })).statements;
    expect(statement!.unprocessable).toMatchObject([
      { reason, reference: 'E1', pointer: `${statementPointer}/Ntry[1]` },
    ]);
    expect(statement!.entries).toHaveLength(1);
  });

  it.each([
    ['a message of another kind', camtFile({}).replace('camt.053', 'pain.001'), 'KIND_UNKNOWN'],
    ['version 1', camtFile({ version: '01' }), 'KIND_UNKNOWN'],
    [
      'a notification that contains an account statement',
      camtFile({}).replace('camt.053', 'camt.054'),
      'ELEMENT_MISSING',
    ],
    ['no statement', camtFile({}).replace(/<Stmt>[\s\S]*<\/Stmt>/, ''), 'ELEMENT_MISSING'],
    ['no header', camtFile({}).replace(/<GrpHdr>.*<\/GrpHdr>/, ''), 'ELEMENT_MISSING'],
    ['no account', camtFile({}).replace(/<Acct>.*<\/Acct>/, ''), 'ELEMENT_MISSING'],
    ['HTML', '<html><body>Session expired</body></html>', 'KIND_UNKNOWN'],
    ['an empty text', '', 'XML_MALFORMED'],
    ['a truncated file', camtFile({ entries: entryXml() }).slice(0, -40), 'XML_MALFORMED'],
    [
      'an external entity',
      `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${camtFile({})}`,
      'XML_DOCTYPE_FORBIDDEN',
    ],
    [
      'an unknown entity',
      camtFile({ entries: entryXml({ details: '<AddtlNtryInf>&e;</AddtlNtryInf>' }) }),
      'XML_MALFORMED',
    ],
  ])('refuses %s', (_name, text, code) => {
    expect(errorsOf(text).map((error) => error.code)).toEqual([code]);
  });

  it('refuses invalid bytes', () => {
    expect(errorsOf(Buffer.from([...Buffer.from(camtFile({})), 0xff]))).toMatchObject([{ code: 'ENCODING_INVALID' }]);
  });

  it('property: returns the amounts, references and debtor names that were written', () => {
    const payment = fc.record({
      amount: fc
        .tuple(fc.integer({ min: 1, max: 10 ** 9 }), fc.constantFrom('CHF', 'EUR'))
        .map(([amount, currency]) => money(amount, currency)),
      valueDate: fc.constantFrom('2026-11-19', '2026-11-20'),
      reference: fc.constantFrom(QR_REFERENCE, 'RF18539007547034'),
      debtorName: fc.constantFrom('Müller & Söhne <AG>', 'Anna'),
    });
    fc.assert(
      fc.property(fc.array(payment, { minLength: 1, maxLength: 8 }), fc.boolean(), (payments, isBatch) => {
        const bankFile = readCamt(
          buildCamt054({ messageId: 'M2', createdAt: '2026-11-20T06:00:00Z', account: ACCOUNT, payments, isBatch }),
        );
        expect(bankFile).toMatchObject({ kind: '054', version: 8, remarks: [] });
        const transactions = bankFile.statements.flatMap(({ entries }) => entries.flatMap((each) => each.transactions));
        const expected = payments.map(({ amount, reference, debtorName }) =>
          JSON.stringify([amount, reference, debtorName]),
        );
        expect(
          transactions.map((each) => JSON.stringify([each.amount, each.creditorReference, each.debtorName])).toSorted(),
        ).toEqual(expected.toSorted());
      }),
    );
  });
});
