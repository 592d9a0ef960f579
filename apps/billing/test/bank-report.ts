import { decimalText, money } from '@cordee/money/money';
import { IBAN, type BillingFixture } from './billing.fixture.ts';

/** `053` is the account statement, `054` the notification. */
export type Report = '053' | '054';
const elements = { '053': ['BkToCstmrStmt', 'Stmt'], '054': ['BkToCstmrDbtCdtNtfctn', 'Ntfctn'] } as const;
let counter = 0;

export interface ReportedEntry {
  /** Minor units. */
  amount: number;
  currency?: string;
  direction: 'CRDT' | 'DBIT';
  isReversal?: boolean;
  /** Today by default. */
  valueDate?: string;
  /** The bank's reference of the entry. */
  reference?: string;
  code?: string;
  /** The content of `TxDtls`, one text for each payment. */
  details?: string | string[];
}

/** Returns a report of the bank about an account of the seller. */
export function bankReport(
  billing: BillingFixture,
  kind: Report,
  entries: ReportedEntry | ReportedEntry[],
  account: string = IBAN,
): string {
  const [message, statement] = elements[kind];
  const createdAt = billing.test.process.clock.now().toISOString();
  return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.${kind}.001.08"><${message}>
    <GrpHdr><MsgId>R-${(counter += 1)}</MsgId><CreDtTm>${createdAt}</CreDtTm></GrpHdr>
    <${statement}><Id>S</Id><Acct><Id><IBAN>${account}</IBAN></Id></Acct>
      ${[entries]
        .flat()
        .map((entry) => entryElement(entry, billing.today()))
        .join('')}
    </${statement}></${message}></Document>`;
}

function entryElement(
  {
    amount,
    currency = 'CHF',
    direction,
    isReversal = false,
    valueDate,
    reference,
    code = 'PMNT.RCDT.VCOM',
    details = [],
  }: ReportedEntry,
  today: string,
): string {
  const date = `<Dt>${valueDate ?? today}</Dt>`;
  const [domain, family, subFamily] = code.split('.');
  const payments = [details].flat().map((each) => `<TxDtls>${each}</TxDtls>`);
  return `<Ntry><Amt Ccy="${currency}">${decimalText(money(amount, currency))}</Amt><CdtDbtInd>${direction}</CdtDbtInd>
    <RvslInd>${isReversal}</RvslInd><Sts><Cd>BOOK</Cd></Sts><BookgDt>${date}</BookgDt><ValDt>${date}</ValDt>
    ${reference ? `<AcctSvcrRef>${reference}</AcctSvcrRef>` : ''}
    <BkTxCd><Domn><Cd>${domain}</Cd><Fmly><Cd>${family}</Cd><SubFmlyCd>${subFamily}</SubFmlyCd></Fmly></Domn></BkTxCd>
    ${payments.length > 0 ? `<NtryDtls>${payments.join('')}</NtryDtls>` : ''}</Ntry>`;
}
