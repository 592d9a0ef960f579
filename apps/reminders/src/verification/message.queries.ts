import { AccessCache } from '@cordee/access/access-cache';
import { listMessages, verifyReminder, verifyReminderAsStaff } from '@cordee/contracts/reminders/message';
import type { Input, Output } from '@cordee/contracts/contract';
import { idSchema, toId, toUuid } from '@cordee/contracts/id';
import { Instant, type MoneyValue } from '@cordee/contracts/values';
import { instantOf, instantOrNull, uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Controller, Inject } from '@nestjs/common';
import * as z from 'zod';
import { arrayLiteral, cardKinds, type ReminderKind } from '../plan/reminder.ts';
import { normalizeReminderNumber } from './reminder-number.ts';

/** The due time and the id of the last row of a page. */
const MessageCursor = z.tuple([Instant, z.union([idSchema('msg'), idSchema('rem')])]);
/** The kinds of messages about documents, payments and renewals. */
const BILLING_KINDS: readonly ReminderKind[] = [
  'pro_forma',
  'receipt',
  'document_delivery',
  'document_export',
  'invoice_part_paid',
  'prepaid_credited',
  ...cardKinds,
  'renewal_notice',
  'automatic_renewal_notice',
  'automatic_renewal_failed',
  'warranty_notice',
  'invoice_reminder',
  'invoice_final_reminder',
];

const notGenuine: Output<typeof verifyReminder> = {
  isGenuine: false,
  kind: null,
  documentNumber: null,
  recipient: null,
  sentAt: null,
  amount: null,
  dueOn: null,
  iban: null,
  reference: null,
};

interface MessageRow {
  prefix: 'msg' | 'rem';
  id: string;
  kind: ReminderKind;
  level: string;
  status: 'planned' | 'queued' | 'sending' | 'sent' | 'dropped' | 'failed';
  due_at: string;
  sent_at: string | null;
  subject_id: string;
  reason: string | null;
}

@Controller()
export class MessageQueries {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  @Handles(verifyReminder)
  async verifyReminder(
    { organizationId, number }: Input<typeof verifyReminder>,
    { em, now, accountId, scopes }: QueryContext,
  ): Promise<Output<typeof verifyReminder>> {
    const normalizedNumber = normalizeReminderNumber(number);
    const [row] = normalizedNumber
      ? await em.execute<
          { kind: ReminderKind; address: string; sent_at: string; document_fields: Record<string, unknown> }[]
        >(
          `select kind, address, sent_at, document_fields from message where organization_id = ? and number = ?
           and status = 'sent'`,
          [toUuid(organizationId), normalizedNumber],
        )
      : [];
    if (!row) return notGenuine;
    if (!(await this.access.people(organizationId)).mayRead(accountId, 'document:read', now, scopes))
      return { ...notGenuine, isGenuine: true, kind: row.kind };
    const { document, amount, open, due, iban, reference } = row.document_fields as {
      document?: string;
      amount?: MoneyValue;
      open?: MoneyValue;
      due?: string;
      iban?: string;
      reference?: string | null;
    };
    return {
      isGenuine: true,
      kind: row.kind,
      documentNumber: document ?? null,
      recipient: row.address,
      sentAt: instantOf(row.sent_at),
      amount: open ?? amount ?? null,
      dueOn: due ?? null,
      iban: iban ?? null,
      reference: reference ?? null,
    };
  }

  @Handles(verifyReminderAsStaff)
  async verifyReminderAsStaff(
    { number }: Input<typeof verifyReminderAsStaff>,
    { em }: QueryContext,
  ): Promise<Output<typeof verifyReminderAsStaff>> {
    const normalizedNumber = normalizeReminderNumber(number);
    const rows = normalizedNumber
      ? await em.execute<unknown[]>(`select 1 from message where number = ? and status = 'sent'`, [normalizedNumber])
      : [];
    return { isGenuine: rows.length > 0 };
  }

  @Handles(listMessages)
  async listMessages(
    { organizationId, limit, cursor }: Input<typeof listMessages>,
    context: QueryContext,
  ): Promise<Output<typeof listMessages>> {
    const { em } = context;
    const [dueAt, id] = readCursor(MessageCursor, cursor) ?? [];
    const visibleProductIds = await this.visibleProductIds(organizationId, context);
    // A reminder with the status `prepared` has messages, which are listed instead of the reminder.
    const messages = await em.execute<MessageRow[]>(
      `select * from (
       select 'msg' as prefix, id, kind, level, status, next_try_at as due_at, sent_at, subject_id, reason
       from message where organization_id = ?
       union all
       select 'rem', id, kind, level, status, due_at, null, subject_id, reason from reminder where organization_id = ?
       and status in ('planned', 'dropped')
       ) listed where (?::timestamptz is null or (due_at, id) < (?::timestamptz, ?::uuid))
       and (?::text[] is null or kind = any(?::text[]) or subject_id = any(?::text[]))
       order by due_at desc, id desc limit ?`,
      [
        toUuid(organizationId),
        toUuid(organizationId),
        dueAt ?? null,
        dueAt ?? null,
        uuidOrNull(id),
        visibleProductIds && arrayLiteral(visibleProductIds),
        arrayLiteral(BILLING_KINDS),
        visibleProductIds && arrayLiteral(visibleProductIds),
        limit + 1,
      ],
    );
    const { rows, nextCursor } = cutPage(messages, limit, (row) => [instantOf(row.due_at), toId(row.prefix, row.id)]);
    return {
      data: rows.map((row) => ({
        id: toId(row.prefix, row.id),
        kind: row.kind,
        channel: 'mail' as const,
        level: row.level,
        status: row.status === 'queued' || row.status === 'sending' ? ('planned' as const) : row.status,
        dueAt: instantOf(row.due_at),
        sentAt: instantOrNull(row.sent_at),
        subjectId: row.subject_id,
        reason: row.reason,
      })),
      nextCursor,
    };
  }

  /**
   * Returns the products whose messages the caller sees; null when the caller sees all messages. A person who may see
   * documents but does not manage members sees no messages about people, grants and other products.
   */
  private async visibleProductIds(organizationId: `org_${string}`, context: QueryContext): Promise<string[] | null> {
    if (context.readsWholeOrganization) return null;
    const { accountId, now, scopes } = context;
    const access = await this.access.forOrganization(organizationId);
    return access.people.mayRead(accountId, 'member:manage', now, scopes)
      ? null
      : [...access.visibleProducts(accountId, now).keys()];
  }
}
