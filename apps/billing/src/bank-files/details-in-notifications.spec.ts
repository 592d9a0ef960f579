import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPaymentFile, payOutPrepaid } from '@cordee/contracts/billing/pay-out';
import { uuid } from '@cordee/testing/test-service';
import { anna, BillingFixture, IBAN, staff } from '../../test/billing.fixture.ts';
import { bankIdOf } from '../payouts/bank-id.ts';

let billing: BillingFixture;
let counter = 0;
beforeAll(async () => {
  billing = await BillingFixture.start({ SELLER_BANK_REPORT: '054' });
});
afterAll(() => billing.stop());

/** Returns a report with one entry of 50.00. The entry of an account statement has no details. */
function reportOf(kind: '053' | '054', direction: 'CRDT' | 'DBIT', reference: string, details = ''): string {
  const [message, statement] = kind === '053' ? ['BkToCstmrStmt', 'Stmt'] : ['BkToCstmrDbtCdtNtfctn', 'Ntfctn'];
  const date = `<Dt>${billing.today()}</Dt>`;
  const createdAt = billing.test.process.clock.now().toISOString();
  return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.${kind}.001.08"><${message}>
    <GrpHdr><MsgId>M-${(counter += 1)}</MsgId><CreDtTm>${createdAt}</CreDtTm></GrpHdr>
    <${statement}><Id>S</Id><Acct><Id><IBAN>${IBAN}</IBAN></Id></Acct>
      <Ntry><Amt Ccy="CHF">50.00</Amt><CdtDbtInd>${direction}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
      <BookgDt>${date}</BookgDt><ValDt>${date}</ValDt><AcctSvcrRef>${reference}</AcctSvcrRef>${details}</Ntry>
    </${statement}></${message}></Document>`;
}

describe.each([
  ['statement, notification', ['053', '054'] as const],
  ['notification, statement', ['054', '053'] as const],
])('a pay-out whose details only the notification has, in the order %s (PAY-4, C-BNK-23, C-BNK-25)', (_, order) => {
  it('is executed, and goes back to prepaid when it is returned', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    const payer = { debtorIban: 'CH5604835012345678009', debtorName: 'Alpine Rescue' };
    await billing.receive({ amount: 5_000, reference, ...payer });
    const input = { organizationId, amount: 5_000 };
    const { id } = await billing.test.call(payOutPrepaid, input, anna, billing.newKeyOptions());
    await billing.test.call(createPaymentFile, {}, staff, billing.newKeyOptions());
    const details = `<NtryDtls><TxDtls><Refs><EndToEndId>${bankIdOf(id)}</EndToEndId></Refs></TxDtls></NtryDtls>`;
    const importBoth = async (direction: 'CRDT' | 'DBIT') => {
      const entryReference = `ENTRY-${(counter += 1)}`;
      for (const kind of order)
        await billing.importFile(reportOf(kind, direction, entryReference, kind === '054' ? details : ''));
    };
    const statusOf = async () => {
      const sql = `select status from outgoing_payment where organization_id = $1`;
      return (await billing.test.rows(sql, [uuid(organizationId)]))[0]!['status'];
    };
    await importBoth('DBIT');
    expect(await statusOf()).toBe('executed');
    await importBoth('CRDT');
    expect(await statusOf()).toBe('failed');
    expect(await billing.balance(organizationId)).toBe(5_000);
  });
});
