import { addDays, type LocalDate } from '@cordee/calendar/local-date';
import { getOssVatReport, getSwissVatReport } from '@cordee/contracts/billing/vat-report';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { Currency, MoneyValue } from '@cordee/contracts/values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Seller } from '../seller/seller.ts';
import { readOssCorrections } from './read-oss-corrections.ts';
import { ossDeclaration, readLedgerVat, readVatReport, swissDeclaration } from './read-vat-report.ts';

@Controller()
export class VatReportQueries {
  constructor(@Inject(Seller) private readonly seller: Seller) {}

  @Handles(getSwissVatReport)
  async getSwissVatReport(
    { from, to }: Input<typeof getSwissVatReport>,
    { em }: QueryContext,
  ): Promise<Output<typeof getSwissVatReport>> {
    if (to < from) throw new DomainError('PERIOD_INVALID');
    const period = { from, ...this.seller.periodOfDays(from, to) };
    const [report, ledgerVat] = await Promise.all([
      readVatReport(em, period, swissDeclaration),
      readLedgerVat(em, period),
    ]);
    return { from, to, ...report, ledger: differencesOf(ledgerVat, report.rows) };
  }

  @Handles(getOssVatReport)
  async getOssVatReport(
    { quarter }: Input<typeof getOssVatReport>,
    { em }: QueryContext,
  ): Promise<Output<typeof getOssVatReport>> {
    const { from, to } = daysOfQuarter(quarter);
    const period = { from, ...this.seller.periodOfDays(from, to) };
    const [{ rows, missingRates }, corrections, ledgerVat] = await Promise.all([
      readVatReport(em, period, ossDeclaration),
      readOssCorrections(em, period, quarter),
      readLedgerVat(em, period, ossDeclaration.scope),
    ]);
    return {
      from,
      to,
      rows,
      corrections: corrections.corrections,
      missingRates: [...missingRates, ...corrections.missingRates],
      ledger: differencesOf(ledgerVat, [...rows, ...corrections.corrections]),
    };
  }
}

/** Compares the VAT of the ledger with the VAT of a report, per currency. */
const differencesOf = (
  ledgerVat: ReadonlyMap<Currency, number>,
  reported: readonly { vat: MoneyValue }[],
): Output<typeof getSwissVatReport>['ledger'] =>
  [...ledgerVat].map(([currency, amount]) => {
    const reportedAmount = reported.reduce((sum, { vat }) => sum + (vat.currency === currency ? vat.amount : 0), 0);
    return {
      currency,
      vat: { amount, currency },
      difference: { amount: amount - reportedAmount, currency },
    };
  });

/** `2026-Q1` → 1 January to 31 March 2026. */
function daysOfQuarter(quarter: string): { from: LocalDate; to: LocalDate } {
  const year = Number(quarter.slice(0, 4));
  const firstMonth = (Number(quarter.at(-1)) - 1) * 3 + 1;
  const firstDayOf = (month: number): LocalDate =>
    month > 12 ? `${year + 1}-01-01` : `${year}-${String(month).padStart(2, '0')}-01`;
  return { from: firstDayOf(firstMonth), to: addDays(firstDayOf(firstMonth + 3), -1) };
}
