import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays } from '@cordee/calendar/local-date';
import { importBankFile } from '@cordee/contracts/billing/bank-file';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { creditInvoice } from '@cordee/contracts/billing/credit-note';
import { exportJournal, listJournalAccounts, setJournalAccount } from '@cordee/contracts/billing/journal';
import type { Input } from '@cordee/contracts/contract';
import { anna, asService, BillingFixture, staff } from '../../test/billing.fixture.ts';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

/** Exports the journal of the days as rows by column. */
async function exportRows(fields: Partial<Input<typeof exportJournal>> = {}): Promise<Record<string, string>[]> {
  const csvParts: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await billing.test.call(
      exportJournal,
      { from: billing.today(), to: billing.today(), ...fields, ...(cursor ? { cursor } : {}) },
      staff,
    );
    csvParts.push(Buffer.from(page.bytes, 'base64').toString('utf8'));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  const [header, ...rows] = csvParts
    .join('')
    .trimEnd()
    .split('\r\n')
    .map((row) => row.split(','));
  return rows.map((cells) => Object.fromEntries(header!.map((name, index) => [name, cells[index]!])));
}

const cents = (text: string): number => Math.round(Number(text || '0') * 100);

describe('the journal (DOC-2)', () => {
  it('has balanced bookings and the sums of the ledger, to the cent', async () => {
    const organizationId = await billing.organization();
    const { invoice } = await billing.paidOrder(organizationId, {
      debtorIban: 'CH5604835012345678009',
      debtorName: 'Alpine Rescue',
    });
    await billing.topUp(organizationId, 12_345);
    await billing.topUp(organizationId, 999, 'EUR');
    const creditNote = await billing.test.call(
      creditInvoice,
      { organizationId, documentId: invoice.id, reason: 'x', productEffect: 'continues' },
      staff,
      billing.newKeyOptions(),
    );
    const rows = await exportRows();
    const bookings = Map.groupBy(rows, ({ booking, currency }) => `${booking} ${currency}`);
    for (const entries of bookings.values())
      expect(entries.reduce((sum, { debit, credit }) => sum + cents(debit!) - cents(credit!), 0)).toBe(0);
    const ledger = await billing.test.rows(
      `select account, currency, sum(amount)::integer as amount from ledger_entry group by account, currency
       order by account, currency`,
    );
    const sums = Map.groupBy(rows, ({ ledgerAccount, currency }) => `${ledgerAccount} ${currency}`);
    expect(
      Object.fromEntries(
        [...sums].map(([key, entries]) => [
          key,
          entries.reduce((sum, { debit, credit }) => sum + cents(debit!) - cents(credit!), 0),
        ]),
      ),
    ).toEqual(
      Object.fromEntries(
        ledger.map(({ account, currency, amount }) => [`${String(account)} ${String(currency)}`, amount]),
      ),
    );
    expect(rows.filter(({ document }) => document === invoice.number)).toContainEqual(
      expect.objectContaining({
        account: '1100',
        accountName: 'Debtors',
        debit: '116.75',
        credit: '',
        kind: 'invoice',
      }),
    );
    expect(rows.some(({ document }) => document === creditNote.number || document === invoice.number)).toBe(true);
  });

  it('contains the bookings of its days only', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 500);
    const tomorrow = addDays(billing.today(), 1);
    expect(await exportRows({ from: tomorrow, to: tomorrow })).toEqual([]);
    expect(await billing.test.codeOf(exportJournal, { from: tomorrow, to: billing.today() }, staff)).toBe(
      'JOURNAL_PERIOD_INVALID',
    );
  });

  it('names no organization for a booking without one', async () => {
    await billing.receive({ amount: 4_321, debtorName: 'Nobody' });
    const rows = (await exportRows()).filter(({ debit, credit }) => debit === '43.21' || credit === '43.21');
    expect(rows.map(({ ledgerAccount, organization }) => [ledgerAccount, organization])).toEqual([
      ['clearing', ''],
      ['suspense', ''],
    ]);
  });

  it('has all entries once, also on several pages', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    await billing.receive(...Array.from({ length: 1_100 }, () => ({ amount: 1, reference })));
    const rows = await exportRows();
    const [{ count }] = (await billing.test.rows(`select count(*)::integer as count from ledger_entry`)) as [
      { count: number },
    ];
    expect(rows).toHaveLength(count);
    expect(
      new Set(rows.map((row) => JSON.stringify([row['booking'], row['ledgerAccount'], row['debit'], row['credit']])))
        .size,
    ).toBe(count);
  });

  it('uses the accounts that staff has set, also for one currency', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 700);
    await billing.topUp(organizationId, 800, 'EUR');
    await billing.test.call(setJournalAccount, { account: 'prepaid', accountNumber: '0203', name: '=Prepaid' }, staff);
    await billing.test.call(
      setJournalAccount,
      { account: 'prepaid', currency: 'EUR', accountNumber: '2032', name: 'Prepaid EUR' },
      staff,
    );
    const rows = (await exportRows()).filter(({ ledgerAccount }) => ledgerAccount === 'prepaid');
    expect(rows.find(({ credit, currency }) => credit === '7.00' && currency === 'CHF')).toMatchObject({
      account: "'0203",
      accountName: "'=Prepaid",
    });
    expect(rows.find(({ credit, currency }) => credit === '8.00' && currency === 'EUR')).toMatchObject({
      account: '2032',
    });
    const { data } = await billing.test.call(listJournalAccounts, {}, staff);
    expect(data).toHaveLength(18);
    expect(data.filter(({ account }) => account === 'prepaid').map(({ currency }) => currency)).toEqual([null, 'EUR']);
  });

  it('is for staff only', async () => {
    const input = { from: billing.today(), to: billing.today() };
    expect(await billing.test.codeOf(exportJournal, input, anna)).not.toBe('ok');
    expect(
      await billing.test.codeOf(setJournalAccount, { account: 'vat', accountNumber: '1', name: 'x' }, anna),
    ).not.toBe('ok');
  });

  it('has all pages when a booking has no entries, such as the booking of a free product', async () => {
    const organizationId = await billing.organization();
    const input = billing.chargeInput(organizationId, { type: 'free', method: 'on_credit' });
    await billing.test.call(chargePeriod, input, asService);
    const rowsBefore = await exportRows();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    const content = billing.camt(Array.from({ length: 1_000 }, (_, index) => ({ amount: index + 1, reference })));
    const options = { timeoutMs: 60_000 };
    await billing.test.call(importBankFile, { fileId: await billing.upload(content) }, staff, options);
    expect((await exportRows()).length - rowsBefore.length).toBe(2_000);
  });
});
