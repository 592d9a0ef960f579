import type { AccessCache } from '@cordee/access/access-cache';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId } from '@cordee/contracts/id';
import { messageSent } from '@cordee/contracts/reminders/message';
import { domainEvent } from '@cordee/outbox/publish';
import { idOrNull } from '@cordee/service/database/sql-values';
import type { DueRow } from '@cordee/service/jobs';
import type { BackgroundTransactions, WriteContext } from '@cordee/service/background-transactions';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { Attachment, Delivery, Mail, SmtpMailer } from '../delivery/smtp-mailer.ts';
import type { AttachedDocumentId } from './build-messages.ts';
import { fetchDocument, isExport } from './fetch-document.ts';
import { hasSecretLink } from './secret-mails.ts';
import { keyParameters } from './key-parameters.ts';
import { debtKinds, NO_ORGANIZATION, PAID_REASON, arrayLiteral, type ReminderKind } from '../plan/reminder.ts';

/**
 * After this time, a claim belongs to a worker that stopped while sending. The message may have been sent, so it is not
 * sent again.
 */
const CLAIM_TIMEOUT_MS = 5 * 60_000;
/** The delay after each failed attempt. When the attempt after the last delay fails too, the message fails. */
const RETRY_DELAYS_MS = [10_000, 60_000, 300_000, 1_800_000, 7_200_000];

/** The limit of the stored error message of a mail server. */
const MAX_REASON_CHARACTERS = 500;

type MessageKey = DueRow<`msg_${string}`>;

interface DeliverDependencies {
  readonly rpc: RpcClient;
  readonly mailer: SmtpMailer;
  readonly access: AccessCache;
}

interface ClaimedRow {
  kind: ReminderKind;
  subject_id: string;
  level: string;
  account_id: string | null;
  address: string;
  mail: Pick<Mail, 'subject' | 'text' | 'html'> & { attachedDocumentId?: AttachedDocumentId };
  attempts: number;
}

/**
 * Sends a message at most once. A separate transaction claims the message before it is sent, and checks that the debt
 * is unpaid.
 */
export async function deliverMessage(
  key: MessageKey,
  { background, ...dependencies }: DeliverDependencies & { background: BackgroundTransactions },
): Promise<void> {
  const row = await background.asSystem((context) => claimMessage(context, key));
  if (!row) return;
  const delivery = await sendMail(key, row, dependencies);
  await background.asSystem((context) => recordDelivery(context, key, row, delivery));
}

/** Fetches the attachment and sends the mail. */
async function sendMail(
  key: MessageKey,
  row: ClaimedRow,
  { rpc, mailer, access }: DeliverDependencies,
): Promise<Delivery> {
  const {
    address,
    mail: { attachedDocumentId, ...mail },
  } = row;
  let attachment: Attachment | undefined;
  try {
    if (attachedDocumentId && isExport(attachedDocumentId) && !(await maySeeDocumentsNow(access, key, row)))
      return { status: 'refused', reason: 'the requester may not see documents any more' };
    if (attachedDocumentId) attachment = await fetchDocument(rpc, key.organizationId, attachedDocumentId);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // Another status means that billing could not answer; nothing was sent, so a retry can follow.
    const isFinal = error.status !== undefined && error.status < 500 && error.status !== 429;
    return { status: isFinal ? 'refused' : 'retry', reason: `the attachment is missing: ${error.code}` };
  }
  return mailer.send({ to: address, ...mail, attachment }, key.id);
}

/** Checks again, at the time of sending, that the requester of an export may see documents (DOC-2). */
async function maySeeDocumentsNow(
  access: AccessCache,
  { organizationId }: MessageKey,
  { account_id: accountId }: ClaimedRow,
): Promise<boolean> {
  if (accountId === null) return false;
  const { people } = await access.loadNewest(organizationId, ['people']);
  return people.may(toId('acc', accountId), 'document:read');
}

/**
 * Claims a queued message: sets the status `sending`. Drops the message when its debt is paid. Returns undefined when
 * there is nothing to send.
 */
async function claimMessage({ em, now }: WriteContext, key: MessageKey): Promise<ClaimedRow | undefined> {
  const isPaidSql = `kind = any(?::text[]) and exists (select from paid_invoice paid
    where paid.organization_id = message.organization_id and paid.document_id = message.subject_id)`;
  const debtKindsLiteral = arrayLiteral(debtKinds);
  await em.execute(
    `update message set status = 'dropped', reason = ? where organization_id = ? and id = ? and status = 'queued'
     and ${isPaidSql}`,
    [PAID_REASON, ...keyParameters(key), debtKindsLiteral],
  );
  await em.execute(
    `update message set status = 'failed', reason = 'the worker stopped while sending; the message may have been sent'
     where organization_id = ? and id = ? and status = 'sending' and next_try_at <= ?`,
    [...keyParameters(key), now],
  );
  // This statement checks the payment again, because another transaction may have recorded it in the meantime.
  const [row] = await em.execute<ClaimedRow[]>(
    `update message set status = 'sending', attempts = attempts + 1, next_try_at = ?
     where (organization_id, id) = (
       select organization_id, id from message
       where organization_id = ? and id = ? and status = 'queued' and next_try_at <= ? and not (${isPaidSql})
       for update skip locked
     )
     returning kind, subject_id, level, account_id, address, mail, attempts`,
    [new Date(now.getTime() + CLAIM_TIMEOUT_MS), ...keyParameters(key), now, debtKindsLiteral],
  );
  return row;
}

async function recordDelivery(
  { em, now, publish }: WriteContext,
  key: MessageKey,
  row: ClaimedRow,
  delivery: Delivery,
): Promise<void> {
  if (delivery.status === 'retry' && row.attempts <= RETRY_DELAYS_MS.length) {
    await em.execute(
      `update message set status = 'queued', reason = ?, next_try_at = ? where organization_id = ? and id = ?
       and status = 'sending'`,
      [
        delivery.reason.slice(0, MAX_REASON_CHARACTERS),
        new Date(now.getTime() + RETRY_DELAYS_MS[row.attempts - 1]!),
        ...keyParameters(key),
      ],
    );
    return;
  }
  // The mail server refused the mail, the result is unknown, or the last retry failed.
  if (delivery.status !== 'sent') {
    await em.execute(
      `update message set status = 'failed', reason = ? where organization_id = ? and id = ? and status = 'sending'`,
      [delivery.reason.slice(0, MAX_REASON_CHARACTERS), ...keyParameters(key)],
    );
    return;
  }
  const storesMail = !hasSecretLink(row.kind);
  await em.execute(
    `update message set status = 'sent', reason = null, sent_at = ?, mail = case when ?::boolean then mail end
     where organization_id = ? and id = ?`,
    [now, storesMail, ...keyParameters(key)],
  );
  const { organizationId } = key;
  await publish(
    domainEvent(messageSent, {
      organizationId: organizationId === NO_ORGANIZATION ? null : organizationId,
      messageId: key.id,
      kind: row.kind,
      channel: 'mail',
      level: row.level,
      subjectId: row.subject_id,
      accountId: idOrNull('acc', row.account_id),
    }),
  );
}
