import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listUncleared } from '@cordee/contracts/billing/bank-file';
import { assignSuspense, returnSuspense, writeOffSuspense } from '@cordee/contracts/billing/suspense';
import { decimalText, money } from '@cordee/money/money';
import { BillingFixture, IBAN, staff } from '../../test/billing.fixture.ts';

let billing: BillingFixture;
let counter = 0;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

/** Imports an account statement with one total. Returns the id of its booking. */
async function importTotal(
  amount: number,
  reference: string | undefined,
  endToEndId = 'NOTPROVIDED',
): Promise<`bkg_${string}`> {
  const date = `<Dt>${billing.today()}</Dt>`;
  const referenceXml = reference === undefined ? '' : `<AcctSvcrRef>${reference}</AcctSvcrRef>`;
  const createdAt = billing.test.process.clock.now().toISOString();
  const { bookings } = await billing.importFile(
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
     <GrpHdr><MsgId>T-${(counter += 1)}</MsgId><CreDtTm>${createdAt}</CreDtTm></GrpHdr>
     <Stmt><Id>S</Id><Acct><Id><IBAN>${IBAN}</IBAN></Id></Acct>
       <Ntry><Amt Ccy="CHF">${decimalText(money(amount, 'CHF'))}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
       <Sts><Cd>BOOK</Cd></Sts><BookgDt>${date}</BookgDt><ValDt>${date}</ValDt>
       ${referenceXml}
       <NtryDtls><TxDtls><Refs><EndToEndId>${endToEndId}</EndToEndId></Refs></TxDtls></NtryDtls>
       </Ntry></Stmt></BkToCstmrStmt></Document>`,
  );
  return bookings[0]!.bookingId as `bkg_${string}`;
}

const readClearing = async (): Promise<unknown> =>
  (
    await billing.test.rows(
      `select coalesce(sum(amount), 0)::int as amount from ledger_entry where account = 'clearing'`,
    )
  )[0]!['amount'];

describe('a total of the account statement about which staff decides before its notification', () => {
  it.each<[string, number, (bookingId: `bkg_${string}`, organizationId: `org_${string}`) => Promise<unknown>]>([
    [
      'assigned',
      7_000,
      (bookingId, organizationId) =>
        billing.test.call(assignSuspense, { bookingId, organizationId, reason: 'He called' }, staff),
    ],
    [
      'returned',
      0,
      (bookingId) =>
        billing.test.call(
          returnSuspense,
          { bookingId, iban: 'CH5604835012345678009', name: 'Nobody', reason: 'No customer' },
          staff,
        ),
    ],
    ['written off', 0, (bookingId) => billing.test.call(writeOffSuspense, { bookingId, reason: 'Small' }, staff)],
  ])('that is %s moves no money again', async (_, balance, resolve) => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    const entryReference = `TOTAL-${(counter += 1)}`;
    await resolve(await importTotal(7_000, entryReference), organizationId);
    const notification = billing.camt(
      [
        { amount: 4_000, reference, entryReference },
        { amount: 3_000, reference },
      ],
      { isBatch: true },
    );
    for (let repeat = 0; repeat < 2; repeat += 1)
      expect((await billing.importFile(notification)).counts).toMatchObject({ booked: 0, alreadyBooked: 2 });
    expect(await billing.balance(organizationId)).toBe(balance);
    expect(await readClearing()).toBe(0);
    expect((await billing.test.call(listUncleared, {}, staff)).data).toEqual([]);
  });

  it('leaves another entry with the same reference and another amount to its payers', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    const bookingId = await importTotal(500, 'SHARED');
    await billing.test.call(writeOffSuspense, { bookingId, reason: 'Small' }, staff);
    await billing.receive({ amount: 600, reference, entryReference: 'SHARED' });
    expect(await billing.balance(organizationId)).toBe(600);
  });

  it('is recognized by the end-to-end id when the reports have no reference of the bank', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    const bookingId = await importTotal(7_770, undefined, 'INVOICE-A');
    await billing.test.call(writeOffSuspense, { bookingId, reason: 'Small' }, staff);
    const [other, same] = ['INVOICE-B', 'INVOICE-A'].map((endToEndId) =>
      billing.camt([{ amount: 7_770, reference, endToEndId }]),
    ) as [string, string];
    // An equal amount of the same day, with another id, is another payment.
    expect((await billing.importFile(other)).counts).toMatchObject({ booked: 1 });
    for (let repeat = 0; repeat < 2; repeat += 1)
      expect((await billing.importFile(same)).counts).toMatchObject({ booked: 0, alreadyBooked: 1 });
    expect(await billing.balance(organizationId)).toBe(7_770);
  });

  it.each([
    ['the notification', 'ONLY-STATEMENT', undefined],
    ['the statement', undefined, 'ONLY-NOTIFICATION'],
    ['both reports', undefined, undefined],
  ])('is recognized once when %s has no reference of the bank', async (_, statementReference, entryReference) => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    const amount = 900 + (counter += 1);
    const bookingId = await importTotal(amount, statementReference);
    await billing.test.call(writeOffSuspense, { bookingId, reason: 'Small' }, staff);
    const notification = billing.camt([{ amount, reference, ...(entryReference && { entryReference }) }]);
    for (let repeat = 0; repeat < 2; repeat += 1)
      expect((await billing.importFile(notification)).counts).toMatchObject({ booked: 0, alreadyBooked: 1 });
    expect(await billing.balance(organizationId)).toBe(0);
    // Another payment of the same amount and day counts.
    const other = billing.camt([{ amount, reference }]);
    expect((await billing.importFile(other)).counts).toMatchObject({ booked: 1 });
    expect(await billing.balance(organizationId)).toBe(amount);
    expect((await billing.importFile(other)).counts).toMatchObject({ booked: 0, alreadyBooked: 1 });
    expect((await billing.importFile(notification)).counts).toMatchObject({ booked: 0, alreadyBooked: 1 });
  });
});
