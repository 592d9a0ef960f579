import { expect } from '@jest/globals';
import { NO_ORGANIZATION } from '@cordee/service/database/tenant-context';
import { bankReport, type Report, type ReportedEntry } from './bank-report.ts';
import type { BillingFixture } from './billing.fixture.ts';
import { accountOf } from './two-accounts.ts';

interface SellerEntry {
  readonly entry: ReportedEntry;
  readonly importedReports: Set<Report>;
}

/**
 * Bank entries of a party for which a rule may exist. Each entry of an account statement must be booked once, with any
 * rules at the time of each import.
 */
export class SellerEntries {
  private readonly entries: SellerEntry[] = [];

  private constructor(
    private readonly billing: BillingFixture,
    readonly party: string,
    private readonly sumsBefore: Record<string, number>,
  ) {}

  static async start(billing: BillingFixture, party: string): Promise<SellerEntries> {
    return new SellerEntries(billing, party, await readSumsWithoutOrganization(billing));
  }

  /** Imports a report of the entry at an index; adds the entry when it does not exist. */
  async import(report: Report, { index, amount, currency }: { index: number; amount: number; currency: string }) {
    const { entry, importedReports } = this.entries[index] ?? this.add(amount, currency);
    await this.importReport(report, entry);
    importedReports.add(report);
  }

  /** Expects that the bank has each entry of an account statement once. */
  async expectBookedOnce(): Promise<void> {
    const expected: Record<string, number> = {};
    for (const { entry, importedReports } of this.entries)
      if (importedReports.has('053')) expected[entry.currency!] = (expected[entry.currency!] ?? 0) + entry.amount;
    expect(await this.changesOf('bank')).toEqual(expected);
  }

  /** Imports the missing reports, and expects that the two reports clear each other. */
  async expectCleared(): Promise<void> {
    for (const { entry, importedReports } of this.entries)
      for (const report of ['053', '054'] as const)
        if (!importedReports.has(report)) {
          await this.importReport(report, entry);
          importedReports.add(report);
        }
    await this.expectBookedOnce();
    expect(await this.changesOf('clearing')).toEqual({});
  }

  private async importReport(report: Report, entry: ReportedEntry): Promise<void> {
    await this.billing.importFile(bankReport(this.billing, report, entry, accountOf(entry.currency!).iban));
  }

  private add(amount: number, currency: string): SellerEntry {
    const details = `<RltdPties><Dbtr><Pty><Nm>${this.party}</Nm></Pty></Dbtr></RltdPties>`;
    const reference = `${this.party}-${this.entries.length}`.replaceAll(' ', '');
    const added = {
      entry: { amount, currency, direction: 'CRDT' as const, reference, details },
      importedReports: new Set<Report>(),
    };
    this.entries.push(added);
    return added;
  }

  private async changesOf(account: string): Promise<Record<string, number>> {
    const sums = await readSumsWithoutOrganization(this.billing);
    return Object.fromEntries(
      Object.entries(sums).flatMap(([key, amount]) => {
        const [ofAccount, currency] = key.split(' ');
        const change = amount - (this.sumsBefore[key] ?? 0);
        return ofAccount === account && change !== 0 ? [[currency!, change]] : [];
      }),
    );
  }
}

/** Returns the sums of the ledger accounts of no organization, by account and currency. */
async function readSumsWithoutOrganization(billing: BillingFixture): Promise<Record<string, number>> {
  const rows = await billing.test.rows(
    `select account, currency, sum(amount)::int as amount from ledger_entry where organization_id = $1
     group by account, currency`,
    [NO_ORGANIZATION],
  );
  return Object.fromEntries(
    rows.map((row) => [`${String(row['account'])} ${String(row['currency'])}`, row['amount'] as number]),
  );
}
