import type { MessageKind } from '@cordee/contracts/reminders/message';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import { instantAt, type LocalDate } from '@cordee/calendar/local-date';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';

export type Kind = z.output<typeof MessageKind>;

/** Messages to one person about their account belong to no organization; they are kept under this one. */
export const NO_ORGANIZATION = toId('org', '00000000-0000-0000-0000-000000000000');

/** Messages about a debt: they fall silent when it is paid. */
export const debtKinds: readonly Kind[] = ['warranty_notice', 'invoice_reminder', 'invoice_final_reminder'];
/** Notices before the end of a period: planned anew when the period or the way it renews changes. */
export const renewalKinds: readonly Kind[] = ['renewal_notice', 'automatic_renewal_notice'];

/** Why the notices of one way of renewing leave the plan: they are planned again when the product goes back to it. */
export const switchedReasons = { on: 'automatic renewal is on', off: 'automatic renewal is off' } as const;
/** Why the reminders of a debt leave the plan: those that warranty planned are planned again when the payment is reversed. */
export const PAID = 'paid';

/** The hour of the day, in the seller's zone, at which reminders go out. */
const SEND_TIME = '08:00';

/** When a reminder of a day goes out. */
export const sendingTime = (on: LocalDate, zone: string): Date => new Date(instantAt(on, SEND_TIME, zone));

export interface PlannedReminder {
  organizationId: `org_${string}`;
  kind: Kind;
  subjectId: string;
  occasion: string;
  level: string;
  accountId?: `acc_${string}` | undefined;
  /** What is known of the occasion, for the text: ids, dates, amounts, product names. */
  facts?: Record<string, unknown>;
  dueAt: Date;
}

/**
 * Adds reminders to the plan. Those that are there already stay as they are, sent or dropped for good, but for those that only another way of
 * renewing took off the plan.
 */
export async function planReminders(
  em: EntityManager,
  now: Date,
  reminders: readonly PlannedReminder[],
): Promise<void> {
  if (reminders.length === 0) return;
  const rows = reminders.map((reminder) => ({
    organization_id: toUuid(reminder.organizationId),
    id: toUuid(newId('rem', now)),
    kind: reminder.kind,
    subject_id: reminder.subjectId,
    occasion: reminder.occasion,
    level: reminder.level,
    account_id: uuidOrNull(reminder.accountId),
    facts: reminder.facts ?? {},
    due_at: reminder.dueAt.toISOString(),
  }));
  await em.execute(
    `insert into reminder (organization_id, id, kind, subject_id, occasion, level, account_id, facts, due_at, next_try_at, status, created_at)
     select organization_id, id, kind, subject_id, occasion, level, account_id, facts, due_at, due_at, 'planned', ?
     from jsonb_to_recordset(?::jsonb) as row (organization_id uuid, id uuid, kind text, subject_id text, occasion text, level text, account_id uuid, facts jsonb, due_at timestamptz)
     on conflict (organization_id, kind, subject_id, occasion, level) do update
     set status = 'planned', reason = null, account_id = excluded.account_id, facts = excluded.facts, due_at = excluded.due_at, next_try_at = excluded.next_try_at
     where reminder.status = 'dropped' and reminder.reason = any(?::text[])`,
    [now, JSON.stringify(rows), textArray(Object.values(switchedReasons))],
  );
}

/** Takes what is still planned about a subject off the plan. */
export async function dropReminders(
  em: EntityManager,
  organizationId: `org_${string}`,
  subjectId: string,
  kinds: readonly Kind[],
  reason: string,
): Promise<void> {
  await em.execute(
    `update reminder set status = 'dropped', reason = ? where organization_id = ? and subject_id = ? and kind = any(?::text[]) and status = 'planned'`,
    [reason, toUuid(organizationId), subjectId, textArray(kinds)],
  );
}

/**
 * Takes the steps of a warranty's ladder that its payment took off the plan back onto it, none of them before `from`. Of those whose day has
 * passed meanwhile only the newest goes out, as after an outage (RMD-2); what was sent is not sent again.
 */
export async function resumeWarrantyNotices(
  em: EntityManager,
  organizationId: `org_${string}`,
  invoiceId: string,
  from: Date,
): Promise<void> {
  await em.execute(
    `update reminder set status = 'planned', reason = null, next_try_at = greatest(due_at, ?::timestamptz)
     where organization_id = ? and subject_id = ? and kind = 'warranty_notice' and status = 'dropped' and reason = ?`,
    [from, toUuid(organizationId), invoiceId, PAID],
  );
}

/** A list as the literal of a PostgreSQL array; its elements are words of ours. */
export const textArray = (words: readonly string[]): string => `{${words.map((word) => `"${word}"`).join(',')}}`;
