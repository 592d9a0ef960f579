import { chargePeriod } from '@cordee/contracts/billing/charge';
import { getOssVatReport, getSwissVatReport } from '@cordee/contracts/billing/vat-report';
import type { Answer } from '@cordee/contracts/contract';
import { asService, staff, type BillingFixture } from './billing.fixture.ts';

export type SwissReport = Answer<typeof getSwissVatReport>;
type OssReport = Answer<typeof getOssVatReport>;

/** `2026-12-31` → `2026-Q4`. */
export const quarterOf = (day: string): string => `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;

/** `2026-Q4` → `2027-01-01`. */
export function firstDayAfter(quarter: string): string {
  const month = Number(quarter.at(-1)) * 3 + 1;
  const year = Number(quarter.slice(0, 4));
  return month > 12 ? `${year + 1}-01-01` : `${year}-${String(month).padStart(2, '0')}-01`;
}

/** The VAT reports of a billing service, and invoices on days that the specs choose. */
export class VatReports {
  constructor(private readonly billing: BillingFixture) {}

  swiss(from: string, to: string): Promise<SwissReport> {
    return this.billing.test.call(getSwissVatReport, { from, to }, staff);
  }

  oss(quarter: string): Promise<OssReport> {
    return this.billing.test.call(getOssVatReport, { quarter }, staff);
  }

  async openInvoice(organizationId: `org_${string}`, fields: object = {}): Promise<`inv_${string}`> {
    const input = this.billing.chargeInput(organizationId, { method: 'on_credit', ...fields });
    return (await this.billing.test.call(chargePeriod, input, asService)).invoiceId!;
  }

  /** Moves the clock to a later day; an earlier day changes nothing. */
  moveClockTo(day: string): void {
    const instant = `${day}T09:00:00.000Z`;
    if (new Date(instant) > this.billing.test.process.clock.now()) this.billing.test.moveClockTo(instant);
  }
}
