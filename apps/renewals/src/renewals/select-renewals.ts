import type { LocalDate } from '@cordee/calendar/local-date';
import { toId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isOpenCondition } from './open-periods.ts';
import type { AttemptFields } from './remaining-attempts.ts';

interface RenewalRow {
  product_id: string;
  type: string;
  name: string;
  interval: 'monthly' | 'yearly';
  currency: Currency;
  period_start: LocalDate;
  period_end: LocalDate;
  is_automatic: boolean;
  automatic_since: LocalDate | null;
  is_warranted: boolean;
  last_attempt_on: LocalDate | null;
  has_expired: boolean;
  open_periods: number;
}

/** A renewal with the number of unpaid periods on credit. */
export interface ListedRenewal extends AttemptFields {
  productId: `prd_${string}`;
  type: string;
  name: string;
  currency: Currency;
  isWarranted: boolean;
  hasExpired: boolean;
  openPeriods: number;
}

/** Selects the renewals of an organization by the end of their period; with `until`, only periods that end by then. */
export async function selectRenewals(
  em: EntityManager,
  organizationId: `org_${string}`,
  until: LocalDate | undefined,
): Promise<ListedRenewal[]> {
  const rows = await em.execute<RenewalRow[]>(
    `select product_id, type, name, renewal.interval, currency, period_start::text, period_end::text, is_automatic,
            automatic_since::text, is_warranted, last_attempt_on::text, next_step_on is null as has_expired, (
              select count(*)::int from period
              where period.organization_id = renewal.organization_id and period.product_id = renewal.product_id
                and ${isOpenCondition}
            ) as open_periods
     from renewal where organization_id = ? and period_end <= coalesce(?::date, 'infinity')
     order by renewal.period_end, product_id`,
    [toUuid(organizationId), until ?? null],
  );
  return rows.map((row) => ({
    productId: toId('prd', row.product_id),
    type: row.type,
    name: row.name,
    interval: row.interval,
    currency: row.currency,
    periodStart: row.period_start,
    periodEnd: row.period_end,
    isAutomatic: row.is_automatic,
    automaticSince: row.automatic_since,
    isWarranted: row.is_warranted,
    lastAttemptOn: row.last_attempt_on,
    hasExpired: row.has_expired,
    openPeriods: row.open_periods,
  }));
}
