import type { LocalDate } from '@cordee/calendar/local-date';
import { idSchema, toId, toUuid } from '@cordee/contracts/id';
import { LocalDate as LocalDateSchema, type Currency } from '@cordee/contracts/values';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';
import { isOpenPeriodSql } from './open-periods.ts';
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
  ends_on: LocalDate | null;
  has_expired: boolean;
  open_period_count: number;
}

/** A renewal with the number of its unpaid periods on credit. */
export interface ListedRenewal extends AttemptFields {
  productId: `prd_${string}`;
  type: string;
  name: string;
  currency: Currency;
  isWarranted: boolean;
  endsOn: LocalDate | null;
  hasExpired: boolean;
  openPeriodCount: number;
}

/** The sort key of renewals: the end of the period and the product. */
export const RenewalSortKey = z.tuple([LocalDateSchema, idSchema('prd')]);

interface RenewalFilter {
  /** Selects only renewals whose period ends by this day. */
  until: LocalDate | undefined;
  /** Selects only renewals after this sort key: the last renewal of the previous page. */
  after: z.output<typeof RenewalSortKey> | undefined;
  limit: number;
}

/** Selects the renewals of an organization by the end of their period. */
export async function selectRenewals(
  em: EntityManager,
  organizationId: `org_${string}`,
  { until, after, limit }: RenewalFilter,
): Promise<ListedRenewal[]> {
  const rows = await em.execute<RenewalRow[]>(
    `select product_id, type, name, renewal.interval, currency, period_start::text, period_end::text, is_automatic,
            automatic_since::text, is_warranted, last_attempt_on::text, ends_on::text,
            next_step_on is null as has_expired, (
              select count(*)::int from period
              where period.organization_id = renewal.organization_id and period.product_id = renewal.product_id
                and ${isOpenPeriodSql}
            ) as open_period_count
     from renewal where organization_id = ? and period_end <= coalesce(?::date, 'infinity')
       and (?::date is null or (period_end, product_id) > (?::date, ?::uuid))
     order by renewal.period_end, product_id limit ?`,
    [toUuid(organizationId), until ?? null, after?.[0] ?? null, after?.[0] ?? null, uuidOrNull(after?.[1]), limit],
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
    endsOn: row.ends_on,
    lastAttemptOn: row.last_attempt_on,
    hasExpired: row.has_expired,
    openPeriodCount: row.open_period_count,
  }));
}
