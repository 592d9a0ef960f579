import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addBankMovementRule, retireBankMovementRule } from '@cordee/contracts/billing/bank-movement-rule';
import { bankReport, type Report, type ReportedEntry } from '../../test/bank-report.ts';
import { BillingFixture, staff, sellerAccount } from '../../test/billing.fixture.ts';
import { setMovementRule } from '../../test/movement-rule.fixture.ts';

const accounts = { without_rule: null, with_rule: 'interest', with_other_account: 'own_movements' } as const;
type RuleState = keyof typeof accounts;
let counter = 0;

describe.each<Report>(['054', '053'])(
  'entries that come again after a change of rules, where the %s counts',
  (report) => {
    let billing: BillingFixture;
    let sumsBefore: Record<string, number>;
    beforeAll(async () => {
      billing = await BillingFixture.start({ SELLER_ACCOUNTS: sellerAccount(report) });
    });
    afterAll(() => billing.stop());
    beforeEach(async () => {
      sumsBefore = await readLedger();
    });

    const readLedger = async (): Promise<Record<string, number>> => {
      const rows = await billing.test.rows(
        `select account, sum(amount)::int as amount from ledger_entry group by account order by account`,
      );
      return Object.fromEntries(rows.map(({ account, amount }) => [account, amount]));
    };
    /** Returns the changes of the sums of the ledger accounts, without sums that did not change. */
    const readChanges = async (): Promise<Record<string, number>> =>
      Object.fromEntries(
        Object.entries(await readLedger()).flatMap(([account, amount]) =>
          amount === (sumsBefore[account] ?? 0) ? [] : [[account, amount - (sumsBefore[account] ?? 0)]],
        ),
      );

    const setRule = (party: string, state: RuleState): Promise<void> =>
      setMovementRule(billing, party, accounts[state]);

    const newEntry = (fields: Partial<ReportedEntry> = {}): { entry: ReportedEntry; party: string } => {
      const party = `Office ${(counter += 1)}`;
      const details = `<Refs><EndToEndId>E-${counter}</EndToEndId></Refs>
      <RltdPties><Dbtr><Pty><Nm>${party}</Nm></Pty></Dbtr></RltdPties>`;
      return {
        party,
        entry: {
          amount: 9_700 + 31 * counter * counter,
          direction: 'CRDT',
          reference: `RULED-${counter}`,
          details,
          ...fields,
        },
      };
    };
    const importReport = (kind: Report, entry: ReportedEntry) => billing.importFile(bankReport(billing, kind, entry));
    /** Reads the entries of the amount that wait for the other report. */
    const readUncleared = ({ amount }: ReportedEntry): Promise<unknown[]> =>
      billing.test.rows(
        `select report, reference from clearing_entry where abs(amount) = $1 and is_awaited and cleared_at is null`,
        [amount],
      );
    const states: RuleState[] = ['without_rule', 'with_rule', 'with_other_account'];
    const pairs = states.flatMap((first) =>
      states.flatMap((second) => (first === second ? [] : [[first, second] as const])),
    );

    it.each(pairs)('a statement that was imported %s books nothing %s', async (first, second) => {
      const { entry, party } = newEntry();
      await setRule(party, first);
      await importReport('053', entry);
      const changes = await readChanges();
      expect(changes['bank']).toBe(entry.amount);
      for (const state of [second, first, second]) {
        await setRule(party, state);
        await importReport('053', entry);
        expect(await readChanges()).toEqual(changes);
      }
    });

    it.each(pairs)('a notification that was imported %s books nothing %s', async (first, second) => {
      const { entry, party } = newEntry();
      await setRule(party, first);
      await importReport('054', entry);
      const changes = await readChanges();
      for (const state of [second, first, second]) {
        await setRule(party, state);
        await importReport('054', entry);
        expect(await readChanges()).toEqual(changes);
      }
    });

    it.each(
      pairs.flatMap(([first, second]) =>
        (
          [
            ['053', '054'],
            ['054', '053'],
          ] as const
        ).map((order) => [first, second, ...order] as const),
      ),
    )(
      'an entry that is imported %s, then %s, as %s and then as %s, is booked once and leaves clearing at zero',
      async (first, second, firstReport, secondReport) => {
        const { entry, party } = newEntry();
        const order = [firstReport, secondReport];
        await setRule(party, first);
        await importReport(firstReport, entry);
        await setRule(party, second);
        await importReport(secondReport, entry);
        for (const kind of order) await importReport(kind, entry);
        await setRule(party, first);
        for (const kind of order) await importReport(kind, entry);
        const { bank, clearing = 0 } = await readChanges();
        expect({ bank, clearing }).toEqual({ bank: entry.amount, clearing: 0 });
        expect(await readUncleared(entry)).toEqual([]);
      },
    );

    if (report === '053') {
      it('an entry without any reference is cleared by the statement that a new rule makes count', async () => {
        const { entry, party } = newEntry();
        const { reference: _, ...entryFields } = entry;
        const details = `<RltdPties><Dbtr><Pty><Nm>${party}</Nm></Pty></Dbtr></RltdPties>`;
        const unreferenced = { ...entryFields, details };
        // Two equal entries: the statement with one of them clears one.
        await billing.importFile(bankReport(billing, '054', [unreferenced, unreferenced]));
        await setRule(party, 'with_rule');
        await importReport('053', unreferenced);
        await importReport('053', unreferenced);
        expect(await readUncleared(entry)).toHaveLength(1);
        await billing.importFile(bankReport(billing, '053', [unreferenced, unreferenced]));
        expect(await readUncleared(entry)).toEqual([]);
        expect(await readChanges()).toEqual({ bank: 2 * entry.amount, interest: -2 * entry.amount });
      });

      it('an entry without any reference is cleared by the statement that a retired rule made count', async () => {
        const { entry, party } = newEntry();
        const { reference: _, ...entryFields } = entry;
        const details = `<RltdPties><Dbtr><Pty><Nm>${party}</Nm></Pty></Dbtr></RltdPties>`;
        const unreferenced = { ...entryFields, details };
        await setRule(party, 'with_rule');
        await billing.importFile(bankReport(billing, '053', [unreferenced, unreferenced]));
        await importReport('054', unreferenced);
        await setRule(party, 'without_rule');
        const three = bankReport(billing, '054', [unreferenced, unreferenced, unreferenced]);
        // The statement has two of the three entries.
        for (let time = 0; time < 2; time += 1) {
          await billing.importFile(three);
          expect(await readUncleared(entry)).toHaveLength(1);
        }
        expect(await readChanges()).toEqual({ bank: 2 * entry.amount, interest: -2 * entry.amount });
      });

      it('a statement that was imported before is cleared by another import of it', async () => {
        const { entry, party } = newEntry();
        await importReport('054', entry);
        await setRule(party, 'with_rule');
        await importReport('053', entry);
        // The state that an earlier version left.
        await billing.test.rows(`update clearing_entry set cleared_at = null where reference = $1`, [entry.reference]);
        await importReport('053', entry);
        expect(await readUncleared(entry)).toEqual([]);
      });

      it('an entry without details is cleared by the statement that a retired rule made count', async () => {
        const entry: ReportedEntry = { amount: 5_511, direction: 'CRDT', code: 'PMNT.ICDT.SALA' };
        const rule = { direction: 'credit' as const, code: entry.code!, party: null, account: 'interest' as const };
        const { id: ruleId } = await billing.test.call(
          addBankMovementRule,
          { position: 90 + (counter += 1), ...rule, reason: 'x' },
          staff,
        );
        await importReport('053', entry);
        await billing.test.call(retireBankMovementRule, { ruleId, reason: 'x' }, staff);
        await importReport('054', entry);
        expect(await readUncleared(entry)).toEqual([]);
      });

      it('an entry of another amount or reference stays in the list', async () => {
        const { entry, party } = newEntry();
        await importReport('054', entry);
        await setRule(party, 'with_rule');
        await importReport('053', { ...entry, amount: entry.amount + 1 });
        await importReport('053', { ...entry, reference: `${entry.reference}-2` });
        expect(await readUncleared(entry)).toHaveLength(1);
      });
    }

    it('an entry without details or reference is booked as often as one file contains it', async () => {
      const entry: ReportedEntry = { amount: 4_400, direction: 'CRDT', code: 'PMNT.ICDT.SALA' };
      const fileWithOneEntry = bankReport(billing, '053', entry);
      const fileWithTwoEntries = bankReport(billing, '053', [entry, entry]);
      await billing.importFile(fileWithOneEntry);
      const { id: ruleId } = await billing.test.call(
        addBankMovementRule,
        {
          position: 90 + (counter += 1),
          direction: 'credit',
          code: 'PMNT.ICDT.SALA',
          party: null,
          account: 'interest',
          reason: 'x',
        },
        staff,
      );
      await billing.importFile(fileWithTwoEntries);
      expect((await readChanges())['bank']).toBe(8_800);
      const changes = await readChanges();
      await billing.importFile(fileWithTwoEntries);
      await billing.test.call(retireBankMovementRule, { ruleId, reason: 'x' }, staff);
      await billing.importFile(fileWithTwoEntries);
      await billing.importFile(fileWithOneEntry);
      expect(await readChanges()).toEqual(changes);
    });

    it('an entry whose payment has another reference is another entry', async () => {
      const entryOf = (endToEndId: string): ReportedEntry => ({
        amount: 8_100,
        direction: 'CRDT',
        details: `<Refs><EndToEndId>${endToEndId}</EndToEndId></Refs>`,
      });
      for (const kind of ['053', '054', '053', '054'] as const)
        for (const id of ['FIRST', 'SECOND']) await importReport(kind, entryOf(id));
      const { bank, clearing = 0 } = await readChanges();
      expect({ bank, clearing }).toEqual({ bank: 16_200, clearing: 0 });
    });

    it.each(['interest first', 'transfer first'])(
      'a transfer without any reference is not taken for interest of the same amount: %s',
      async (order) => {
        const interest: ReportedEntry = { amount: 6_300, direction: 'CRDT', code: 'ACMT.MCOP.INTR' };
        const transfer: ReportedEntry = { amount: 6_300, direction: 'CRDT', code: 'PMNT.RCDT.VCOM' };
        const entries = order === 'interest first' ? [interest, transfer] : [transfer, interest];
        if (order === 'transfer first') for (const entry of entries) Object.assign(entry, { amount: 6_400 });
        await importReport('053', entries[0]!);
        await billing.importFile(bankReport(billing, '053', entries.toReversed()));
        const { bank, interest: booked } = await readChanges();
        expect({ bank, booked }).toEqual({ bank: 2 * interest.amount, booked: -interest.amount });
      },
    );

    it('charges of an entry are booked once', async () => {
      const amounts = `<Amt Ccy="CHF">97.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
      <Chrgs><TtlChrgsAndTaxAmt Ccy="CHF">2.00</TtlChrgsAndTaxAmt></Chrgs>`;
      const { entry, party } = newEntry();
      const entryWithCharges = { ...entry, amount: 9_500, details: `${String(entry.details)}${amounts}` };
      await setRule(party, 'with_rule');
      await importReport('053', entryWithCharges);
      const changes = await readChanges();
      await setRule(party, 'without_rule');
      await importReport('053', entryWithCharges);
      expect(await readChanges()).toEqual(changes);
    });
  },
);
