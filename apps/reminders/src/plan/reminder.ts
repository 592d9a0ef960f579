import type { MessageKind } from '@cordee/contracts/reminders/message';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';

export type Kind = z.output<typeof MessageKind>;

/** Messages to one person about their account belong to no organization; they are kept under this one. */
export const NO_ORGANIZATION = toId('org', '00000000-0000-0000-0000-000000000000');

/** Messages about a debt: they fall silent when it is paid. */
export const debtKinds: readonly Kind[] = ['warranty_notice', 'invoice_reminder', 'invoice_final_reminder'];
/** Notices before the end of a period: planned anew when the period or the way it renews changes. */
export const renewalKinds: readonly Kind[] = ['renewal_notice', 'automatic_renewal_notice'];

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

/** Adds reminders to the plan; those that are there already stay as they are. */
export async function planReminders(em: EntityManager, now: Date, reminders: readonly PlannedReminder[]): Promise<void> {
  if (reminders.length === 0) return;
  const rows = reminders.map((reminder) => ({
    organization_id: toUuid(reminder.organizationId), id: toUuid(newId('rem', now)), kind: reminder.kind, subject_id: reminder.subjectId, occasion: reminder.occasion, level: reminder.level,
    account_id: reminder.accountId ? toUuid(reminder.accountId) : null, facts: reminder.facts ?? {}, due_at: reminder.dueAt.toISOString(),
  }));
  await em.execute(
    `insert into reminder (organization_id, id, kind, subject_id, occasion, level, account_id, facts, due_at, next_try_at, status, created_at)
     select organization_id, id, kind, subject_id, occasion, level, account_id, facts, due_at, due_at, 'planned', ?
     from jsonb_to_recordset(?::jsonb) as row (organization_id uuid, id uuid, kind text, subject_id text, occasion text, level text, account_id uuid, facts jsonb, due_at timestamptz)
     on conflict do nothing`,
    [now, JSON.stringify(rows)],
  );
}

/** Takes what is still planned about a subject off the plan. */
export async function dropReminders(em: EntityManager, organizationId: `org_${string}`, subjectId: string, kinds: readonly Kind[], reason: string): Promise<void> {
  await em.execute(`update reminder set status = 'dropped', reason = ? where organization_id = ? and subject_id = ? and kind = any(?::text[]) and status = 'planned'`, [
    reason, toUuid(organizationId), subjectId, `{${kinds.join(',')}}`,
  ]);
}
