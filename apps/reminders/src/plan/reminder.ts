import type { MessageKind } from '@cordee/contracts/reminders/message';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import { instantAt, type LocalDate } from '@cordee/calendar/local-date';
import { currentTraceparent } from '@cordee/messaging/spans';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';

export type ReminderKind = z.output<typeof MessageKind>;

/** The organization id of messages about an account, which belong to no organization. */
export const NO_ORGANIZATION = toId('org', '00000000-0000-0000-0000-000000000000');

/** Kinds about a debt. Reminders of these kinds are dropped when the debt is paid. */
export const debtKinds: readonly ReminderKind[] = ['warranty_notice', 'invoice_reminder', 'invoice_final_reminder'];
/** Kinds about payments by card. */
export const cardKinds: readonly ReminderKind[] = [
  'card_payment_failed',
  'card_declined',
  'card_authentication_required',
  'card_charged_back',
];
/** Kinds about the end of a period. Their reminders are replaced when the period or the renewal mode changes. */
export const renewalKinds: readonly ReminderKind[] = ['renewal_notice', 'automatic_renewal_notice'];

/** Drop reasons after a change of the renewal mode. The notices are planned again when the mode changes back. */
export const renewalModeReasons = { on: 'automatic renewal is on', off: 'automatic renewal is off' } as const;
/**
 * The drop reason for a paid debt. Warranty notices with this reason are planned again when the payment is reversed.
 */
export const PAID_REASON = 'paid';

/** The local time at which reminders are sent. */
const SEND_TIME = '08:00';

/** The instant at which the reminders of a day are sent. */
export const sendingTime = (day: LocalDate, zone: string): Date => new Date(instantAt(day, SEND_TIME, zone));

export interface PlannedReminder {
  organizationId: `org_${string}`;
  kind: ReminderKind;
  /** The id of what the reminder is about, for example an invoice. */
  subjectId: string;
  /** Distinguishes several plans about one subject, for example by the end of a period or the id of an event. */
  occasion: string;
  /** The stage of a plan, such as `D+3` or `day 120`. */
  level: string;
  /** The only recipient. Without it, the kind determines the recipients. */
  accountId?: `acc_${string}` | undefined;
  /** Data for the text: ids, dates, amounts, product names. */
  payload?: Record<string, unknown>;
  dueAt: Date;
}

/**
 * Inserts reminders. An existing reminder does not change, except when a change of the renewal mode dropped it: then
 * the reminder is planned again.
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
    payload: reminder.payload ?? {},
    due_at: reminder.dueAt.toISOString(),
  }));
  await em.execute(
    `insert into reminder (organization_id, id, kind, subject_id, occasion, level, account_id, payload, due_at,
       next_try_at, status, created_at, traceparent)
     select organization_id, id, kind, subject_id, occasion, level, account_id, payload, due_at, due_at, 'planned', ?, ?
     from jsonb_to_recordset(?::jsonb) as row (organization_id uuid, id uuid, kind text, subject_id text,
       occasion text, level text, account_id uuid, payload jsonb, due_at timestamptz)
     on conflict (organization_id, kind, subject_id, occasion, level) do update
     set status = 'planned', reason = null, account_id = excluded.account_id, payload = excluded.payload,
       due_at = excluded.due_at, next_try_at = excluded.next_try_at, traceparent = excluded.traceparent
     where reminder.status = 'dropped' and reminder.reason = any(?::text[])`,
    [now, currentTraceparent() ?? null, JSON.stringify(rows), arrayLiteral(Object.values(renewalModeReasons))],
  );
}

/** Cancels the planned reminders of a subject. */
export async function dropReminders(
  em: EntityManager,
  organizationId: `org_${string}`,
  subjectId: string,
  kinds: readonly ReminderKind[],
  reason: string,
): Promise<void> {
  await em.execute(
    `update reminder set status = 'dropped', reason = ? where organization_id = ? and subject_id = ?
     and kind = any(?::text[]) and status = 'planned'`,
    [reason, toUuid(organizationId), subjectId, arrayLiteral(kinds)],
  );
}

/**
 * Plans the dropped warranty notices of an invoice again, at `from` at the earliest, because its payment was reversed.
 * Only the newest missed level (stage of the plan) is sent, as after an outage (RMD-2). A notice that was sent is not
 * sent again.
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
    [from, toUuid(organizationId), invoiceId, PAID_REASON],
  );
}

/** Returns a PostgreSQL array literal. The elements must be constants without special characters. */
export const arrayLiteral = (words: readonly string[]): string => `{${words.map((word) => `"${word}"`).join(',')}}`;
