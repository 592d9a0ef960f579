import { newId, toId, toUuid } from '@cordee/contracts/id';
import type { AccessCache } from '@cordee/access/access-cache';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import { currentTraceparent } from '@cordee/messaging/spans';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import type { DueRow } from '@cordee/service/jobs';
import type { BackgroundTransactions } from '@cordee/service/background-transactions';
import type { EntityManager } from '@mikro-orm/postgresql';
import { composeMail } from '../compose/compose-mail.ts';
import type { RemindersConfig } from '../config.ts';
import { debtKinds, renewalKinds, arrayLiteral, type ReminderKind } from '../plan/reminder.ts';
import { newReminderNumber } from '../verification/reminder-number.ts';
import { bankFeedFreshnessCheck } from './bank-feed-freshness.ts';
import { buildMessages, type OutgoingMessage, type DueReminder } from './build-messages.ts';
import { nextDeliveryTime } from './document-delivery-limit.ts';
import { keyParameters } from './key-parameters.ts';

const POSTPONE_MS = 3_600_000;
/** Of reminders of these kinds, only the newest due level (stage of the plan) is sent, also after an outage (RMD-2). */
const kindsWithLevels: readonly ReminderKind[] = [...renewalKinds, ...debtKinds];

type ReminderKey = DueRow<`rem_${string}`>;

interface ReminderRow {
  organization_id: string;
  id: string;
  kind: ReminderKind;
  subject_id: string;
  level: string;
  account_id: string | null;
  payload: Record<string, unknown>;
}

export interface PrepareDependencies {
  background: BackgroundTransactions;
  rpc: RpcClient;
  access: AccessCache;
  config: RemindersConfig;
}

/**
 * Turns a due reminder into messages to the current recipients. Returns true when it has queued messages. Data is
 * loaded between two transactions. The second transaction checks that the reminder is still planned, because a payment
 * may have dropped it in the meantime.
 */
export async function prepareMessages(
  key: ReminderKey,
  { background, rpc, access, config }: PrepareDependencies,
): Promise<boolean> {
  const { row, now: startedAt } = await background.asSystem(async ({ em, now }) => ({
    row: await takeNewestDueLevel(em, key, now),
    now,
  }));
  if (!row) return false;
  const reminder: DueReminder = {
    ...key,
    kind: row.kind,
    subjectId: row.subject_id,
    level: row.level,
    accountId: row.account_id ? toId('acc', row.account_id) : undefined,
    payload: row.payload,
  };
  const result = await buildMessages(
    {
      rpc,
      access,
      consoleUrl: config.CONSOLE_URL ?? config.PUBLIC_URL,
      isBankFeedFresh: bankFeedFreshnessCheck(config, startedAt),
      now: startedAt,
    },
    reminder,
  );
  return background.asSystem(async ({ em, now }) => {
    const [lockedRow] = await em.execute<unknown[]>(
      `select 1 from reminder where organization_id = ? and id = ? and status = 'planned' for update skip locked`,
      keyParameters(key),
    );
    // A payment has dropped the reminder, or another worker prepares it.
    if (!lockedRow) return false;
    if ('postpone' in result) {
      await em.execute(`update reminder set next_try_at = ?, reason = ? where organization_id = ? and id = ?`, [
        new Date(now.getTime() + POSTPONE_MS),
        result.postpone,
        ...keyParameters(key),
      ]);
      return false;
    }
    const messages = 'drop' in result ? [] : result.messages;
    const reason = 'drop' in result ? result.drop : messages.length ? null : 'no recipients';
    await em.execute(`update reminder set status = ?, reason = ? where organization_id = ? and id = ?`, [
      messages.length ? 'prepared' : 'dropped',
      reason,
      ...keyParameters(key),
    ]);
    for (const message of messages) await queueMessage(em, now, row, message);
    return messages.length > 0;
  });
}

/**
 * Returns the due reminder. When a newer level, which is a later stage of a plan about the same subject, is also due,
 * drops the reminder and returns undefined.
 */
async function takeNewestDueLevel(em: EntityManager, key: ReminderKey, now: Date): Promise<ReminderRow | undefined> {
  const [row] = await em.execute<ReminderRow[]>(
    `select organization_id, id, kind, subject_id, level, account_id, payload from reminder where organization_id = ?
     and id = ? and status = 'planned' and next_try_at <= ? for update skip locked`,
    [...keyParameters(key), now],
  );
  if (!row || !kindsWithLevels.includes(row.kind)) return row;
  const [droppedRow] = await em.execute<unknown[]>(
    `update reminder set status = 'dropped', reason = 'a newer level was due'
     where organization_id = ? and id = ? and exists (
       select from reminder newer
       where newer.organization_id = reminder.organization_id and newer.subject_id = reminder.subject_id
       and newer.kind = any(?::text[]) and newer.status in ('planned', 'prepared')
         and newer.due_at > reminder.due_at and newer.due_at <= ?
     ) returning 1`,
    [...keyParameters(key), arrayLiteral(kindsWithLevels), now],
  );
  return droppedRow ? undefined : row;
}

async function queueMessage(
  em: EntityManager,
  now: Date,
  reminder: ReminderRow,
  message: OutgoingMessage,
): Promise<void> {
  // The recipient verifies with this number that the mail is genuine (REM-1).
  const number = newReminderNumber();
  const mail = composeMail({
    kind: message.kind,
    locale: message.locale,
    number,
    values: message.values,
    entries: message.entries,
    ...(message.table ? { table: message.table } : {}),
    link: message.link,
  });
  await em.execute(
    `insert into message (organization_id, id, reminder_id, number, kind, subject_id, level, channel, account_id,
     address, mail, document_fields, status, next_try_at, created_at, traceparent)
     values (?, ?, ?, ?, ?, ?, ?, 'mail', ?, ?, ?, ?, 'queued', ?, ?, ?)
     on conflict (organization_id, reminder_id, channel, address) do nothing`,
    [
      reminder.organization_id,
      toUuid(newId('msg', now)),
      reminder.id,
      number,
      message.kind,
      reminder.subject_id,
      reminder.level,
      uuidOrNull(message.accountId),
      message.address,
      JSON.stringify({ ...mail, attachedDocumentId: message.attachedDocumentId }),
      JSON.stringify(message.table ?? {}),
      message.kind === 'document_delivery'
        ? await nextDeliveryTime(em, now, reminder.organization_id, message.address)
        : now,
      now,
      currentTraceparent() ?? null,
    ],
  );
}
