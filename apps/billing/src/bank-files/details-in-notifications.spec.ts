import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPaymentFile, payOutPrepaid } from '@cordee/contracts/billing/pay-out';
import { listSuspense, writeOffSuspense } from '@cordee/contracts/billing/suspense';
import { toId } from '@cordee/contracts/id';
import { uuid } from '@cordee/testing/test-service';
import { anna, BillingFixture, IBAN, staff, sellerAccount } from '../../test/billing.fixture.ts';
import { bankReport } from '../../test/bank-report.ts';
import { paymentReport } from '../../test/two-accounts.ts';
import { toBankFileId } from '../payouts/end-to-end-id.ts';

let billing: BillingFixture;
let counter = 0;
beforeAll(async () => {
  billing = await BillingFixture.start({ SELLER_ACCOUNTS: sellerAccount('054') });
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

const sumOf = async (account: string): Promise<number> => {
  const sql = `select coalesce(sum(amount), 0)::int as amount from ledger_entry where account = $1`;
  return (await billing.test.rows(sql, [account]))[0]!['amount'] as number;
};

const orders = [
  ['statement, notification', ['053', '054'] as const],
  ['notification, statement', ['054', '053'] as const],
] as const;

describe.each(orders)(
  'a pay-out whose details only the notification has, in the order %s (PAY-4, C-BNK-23, C-BNK-25)',
  (_, order) => {
    it('is executed, and goes back to prepaid when it is returned', async () => {
      const organizationId = await billing.organization();
      const { standingOrderReference: reference } = await billing.prepaid(organizationId);
      const payer = { debtorIban: 'CH5604835012345678009', debtorName: 'Alpine Rescue' };
      await billing.receive({ amount: 5_000, reference, ...payer });
      const input = { organizationId, amount: 5_000 };
      const { id } = await billing.test.call(payOutPrepaid, input, anna, billing.newKeyOptions());
      await billing.test.call(createPaymentFile, {}, staff, billing.newKeyOptions());
      const details = `<NtryDtls><TxDtls><Refs><EndToEndId>${toBankFileId(id)}</EndToEndId></Refs></TxDtls></NtryDtls>`;
      const importBoth = async (direction: 'CRDT' | 'DBIT') => {
        const entryReference = `ENTRY-${(counter += 1)}`;
        for (const kind of order)
          await billing.importFile(reportOf(kind, direction, entryReference, kind === '054' ? details : ''));
      };
      const statusOf = async () => {
        const sql = `select status from outgoing_payment where organization_id = $1`;
        return (await billing.test.rows(sql, [uuid(organizationId)]))[0]!['status'];
      };
      const sumsBefore = [await sumOf('own_movements'), (await sumOf('outgoing')) + 5_000, await sumOf('clearing')];
      await importBoth('DBIT');
      expect(await statusOf()).toBe('executed');
      await importBoth('CRDT');
      expect(await statusOf()).toBe('failed');
      expect(await billing.balance(organizationId)).toBe(5_000);
      expect([await sumOf('own_movements'), await sumOf('outgoing'), await sumOf('clearing')]).toEqual(sumsBefore);
      const sql = `select * from clearing_entry where report = '053' and cleared_at is null`;
      expect(await billing.test.rows(sql)).toEqual([]);
    });

    it('is executed with the other payments of its entry, once per payment', async () => {
      const ids = [];
      for (const amount of [2_000, 3_000]) {
        const organizationId = await billing.organization();
        const { standingOrderReference: reference } = await billing.prepaid(organizationId);
        await billing.receive({ amount, reference, debtorIban: 'CH5604835012345678009', debtorName: 'Alpine Rescue' });
        const input = { organizationId, amount };
        ids.push(await billing.test.call(payOutPrepaid, input, anna, billing.newKeyOptions()));
      }
      await billing.test.call(createPaymentFile, {}, staff, billing.newKeyOptions());
      const transactions = ids.map(
        ({ id, amount }) => `<TxDtls><Refs><EndToEndId>${toBankFileId(id)}</EndToEndId></Refs>
        <Amt Ccy="CHF">${amount.amount / 100}.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls>`,
      );
      const entryReference = `ENTRY-${(counter += 1)}`;
      const sumsBefore = [await sumOf('own_movements'), await sumOf('outgoing')];
      for (const kind of [...order, ...order]) {
        const details = kind === '054' ? `<NtryDtls>${transactions.join('')}</NtryDtls>` : '';
        await billing.importFile(reportOf(kind, 'DBIT', entryReference, details));
      }
      const sql = `select status from outgoing_payment where id = any($1::uuid[])`;
      expect(await billing.test.rows(sql, [ids.map(({ id }) => uuid(id))])).toEqual([
        { status: 'executed' },
        { status: 'executed' },
      ]);
      expect([await sumOf('own_movements'), await sumOf('outgoing')]).toEqual([sumsBefore[0]!, sumsBefore[1]! + 5_000]);
    });
  },
);

describe.each(orders)('a returned pay-out where the statement counts, in the order %s', (_, order) => {
  it('goes back to prepaid when only the notification has its details', async () => {
    const statementBilling = await BillingFixture.start({ SELLER_ACCOUNTS: sellerAccount('053') });
    try {
      const organizationId = await statementBilling.organization();
      const { standingOrderReference: reference } = await statementBilling.prepaid(organizationId);
      const payer = { debtorName: 'Alpine Rescue', reference, servicerReference: 'TOP-UP' };
      await statementBilling.importFile(paymentReport(statementBilling, '053', { amount: 5_000, ...payer }));
      const { id } = await statementBilling.test.call(
        payOutPrepaid,
        { organizationId, amount: 5_000, iban: 'CH5604835012345678009', accountHolder: 'Alpine Rescue' },
        anna,
        statementBilling.newKeyOptions(),
      );
      await statementBilling.test.call(createPaymentFile, {}, staff, statementBilling.newKeyOptions());
      const details = `<Refs><EndToEndId>${toBankFileId(id)}</EndToEndId></Refs>`;
      const entry = { amount: 5_000, direction: 'CRDT' as const, reference: 'RETURNED' };
      for (const kind of [...order, ...order])
        await statementBilling.importFile(
          bankReport(statementBilling, kind, { ...entry, ...(kind === '054' && { details }) }),
        );
      expect(await statementBilling.balance(organizationId)).toBe(5_000);
      expect((await statementBilling.test.call(listSuspense, {}, staff)).data).toEqual([]);
      const rows = await statementBilling.test.rows(
        `select account, sum(amount)::int as amount from ledger_entry where account in ('bank', 'suspense')
         group by account having sum(amount) <> 0`,
      );
      expect(rows).toEqual([{ account: 'bank', amount: 10_000 }]);
      const [booking] = await statementBilling.test.rows(`select id from bank_booking where status = 'suspense'`);
      const bookingId = toId('bkg', String(booking!['id']));
      expect(await statementBilling.test.codeOf(writeOffSuspense, { bookingId, reason: 'x' }, staff)).toBe(
        'SUSPENSE_NOT_FOUND',
      );
    } finally {
      await statementBilling.stop();
    }
  });
});
