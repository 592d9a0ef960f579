import type { AccessCache } from '@cordee/access/access-cache';
import { getPaymentDetails } from '@cordee/contracts/billing/document';
import type { Answer } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { getRecipient } from '@cordee/contracts/identity/account';
import { getInvitationMail } from '@cordee/contracts/identity/invitation';
import { listRecipients } from '@cordee/contracts/identity/member';
import { describeOrganization } from '@cordee/contracts/identity/organization';
import type { PermissionName } from '@cordee/contracts/permissions';
import type { Locale } from '@cordee/contracts/values';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import { plainName } from '../compose/plain-name.ts';
import { mailTexts, type MailValues } from '../compose/compose-mail.ts';
import type { StrangerKind } from '../compose/stranger-kinds.ts';
import { NO_ORGANIZATION, PAID_REASON, type ReminderKind } from '../plan/reminder.ts';
import { buildAccountMessage } from './account-message.ts';
import { buildDocumentDelivery, buildReceiptDelivery, NO_MAILBOXES_REASON } from './document-delivery-message.ts';
import { buildExportMessages } from './document-export-message.ts';
import { isDunning, withholdDunning } from './dunning.ts';
import { buildBlockMessages } from './product-block-message.ts';
import { buildMissedTeamsMessages } from './missed-teams-message.ts';
import { buildSharedContentMessages } from './shared-content-message.ts';
import { buildTransferOutcomeMessages, outcomeKinds } from './transfer-outcome-message.ts';
import { buildTransferOfferMessage } from './transfer-offer-message.ts';
import { isOnlyRepresentative, recipientsOf, maySeeDocuments, type HasPermission, type Person } from './recipients.ts';

export interface DueReminder {
  organizationId: `org_${string}`;
  id: `rem_${string}`;
  kind: ReminderKind;
  /** The id of what the reminder is about, for example an invoice. */
  subjectId: string;
  /** The stage of the reminder plan; see `PlannedReminder`. */
  level: string;
  accountId: `acc_${string}` | undefined;
  payload: Record<string, unknown>;
}

/**
 * A message to send, with the recipient and the values of the text. Only a message to a stranger has no account; the
 * address of an account is confirmed.
 */
export type OutgoingMessage = MessageContent &
  ({ accountId: `acc_${string}`; kind: ReminderKind } | { accountId: undefined; kind: StrangerKind });

interface MessageContent {
  address: string;
  locale: Locale;
  values: MailValues;
  entries?: readonly MailValues[];
  table?: MailValues;
  link?: string;
  /** The document whose PDF is attached. */
  attachedDocumentId?: AttachedDocumentId;
}

export interface BuildDependencies {
  rpc: RpcClient;
  access: AccessCache;
  consoleUrl: string;
  /** True when the payments are known up to the previous bank day (REM-2). */
  isBankFeedFresh: (paymentsKnownUntil: string | null) => boolean;
  now: Date;
}

/** The organization of a reminder, and the members of the organization. */
export interface OrganizationContext {
  people: readonly Person[];
  hasPermission: HasPermission;
  organization: Answer<typeof describeOrganization>;
}

/** The messages with current values, or the reason to drop or to postpone the reminder. */
export type BuildResult = { messages: OutgoingMessage[] } | { drop: string } | { postpone: string };

/**
 * Builds the messages of a reminder from the current data of other services. Names and addresses come from identity.
 */
export async function buildMessages(dependencies: BuildDependencies, reminder: DueReminder): Promise<BuildResult> {
  try {
    if (reminder.organizationId === NO_ORGANIZATION) return await buildAccountMessage(dependencies, reminder);
    if (reminder.kind === 'invitation') return await buildInvitationMessage(dependencies, reminder);
    if (reminder.kind === 'document_delivery' && reminder.subjectId.startsWith('bkg_'))
      return await buildReceiptDelivery(dependencies, reminder);
    if (reminder.kind === 'transfer_offered') return await buildTransferOfferMessage(dependencies, reminder);
    return await buildOrganizationMessages(dependencies, reminder);
  } catch (error) {
    // The reminder is dropped when its subject does not exist. After any other error, the job is retried.
    if (error instanceof DomainError && error.code.endsWith('_NOT_FOUND')) return { drop: error.code.toLowerCase() };
    throw error;
  }
}

async function buildInvitationMessage(
  { rpc, consoleUrl }: BuildDependencies,
  { organizationId, subjectId }: DueReminder,
): Promise<BuildResult> {
  const mail = await rpc.call(getInvitationMail, { organizationId, invitationId: subjectId });
  return {
    messages: [
      {
        accountId: undefined,
        address: mail.email,
        locale: mail.locale,
        kind: 'invitation',
        link: `${consoleUrl}/invitation?token=${mail.token}`,
        values: {
          // The mail shows the confirmed mail address of the inviter and not the name, which may be any text.
          inviter: mail.inviterEmail,
          organization: plainName(mail.organizationName),
          boundTo: mail.isBoundToAddress ? mail.email : undefined,
          role: mail.role,
          // The date in UTC.
          expires: mail.expiresAt.slice(0, 10),
        },
      },
    ],
  };
}

async function buildOrganizationMessages(dependencies: BuildDependencies, reminder: DueReminder): Promise<BuildResult> {
  const { rpc, access, isBankFeedFresh } = dependencies;
  const { organizationId, kind, accountId, payload } = reminder;
  const organization = await rpc.call(describeOrganization, { organizationId });
  // `by` is the account or service that caused the event. A service has no name, so the mail names the organization.
  const actorName =
    typeof payload['by'] === 'string' && payload['by'].startsWith('acc_')
      ? (await rpc.call(getRecipient, { accountId: payload['by'] })).name
      : organization.name;
  const documentId = documentOf(reminder);
  const paymentDetails = documentId ? await rpc.call(getPaymentDetails, { organizationId, documentId }) : undefined;
  const withheld = paymentDetails && isDunning(reminder) && withholdDunning(paymentDetails, isBankFeedFresh);
  if (withheld) return withheld;
  if (kind === 'card_authentication_required' && paymentDetails && paymentDetails.document.open.amount <= 0)
    return { drop: PAID_REASON };
  const table = paymentDetails ? documentTable(paymentDetails, reminder) : {};
  const deliveries =
    paymentDetails && kindsForMailboxes.includes(kind)
      ? buildDocumentDelivery(paymentDetails, organization, { table, consoleUrl: dependencies.consoleUrl })
      : [];
  if (kind === 'document_delivery')
    return deliveries.length > 0 ? { messages: deliveries } : { drop: NO_MAILBOXES_REASON };
  const people = (await rpc.call(listRecipients, { organizationId })).data;
  // The newest data decides about recipients, because a reminder that is dropped without recipients is never repeated.
  const { people: members } = await access.loadNewest(organizationId, ['people']);
  const hasPermission: HasPermission = (person, permission: PermissionName) =>
    members.may(person.accountId, permission);
  const context = { people, hasPermission, organization };
  if (kind === 'product_blocked' || kind === 'product_unblocked')
    return buildBlockMessages(dependencies, reminder, context);
  if (outcomeKinds.includes(kind)) return buildTransferOutcomeMessages(dependencies, reminder, context);
  if (kind === 'invited_teams_missed') return buildMissedTeamsMessages(dependencies, reminder, context);
  if (kind === 'document_export') return buildExportMessages(dependencies, reminder, context);
  if (kind === 'content_shared') return buildSharedContentMessages(dependencies, reminder, context);
  const recipients = accountId
    ? people.filter((person) => person.accountId === accountId)
    : recipientsOf(kind, people, hasPermission);
  if (kind === 'reminders_switched_on' && !recipients.every((person) => isOnlyRepresentative(person, people)))
    return { drop: 'there is another legal representative' };
  const openAmount =
    paymentDetails && paymentDetails.document.open.amount > 0 ? paymentDetails.document.open : undefined;
  const values: MailValues = {
    ...(payload as MailValues),
    organization: organization.name,
    by: actorName,
    stillOpen: openAmount,
    [paymentDetails?.isCoveredByPrepaid ? 'coveredOpen' : 'uncoveredOpen']: openAmount,
  };
  // A person whose address is a mailbox of the billing address gets one mail.
  const mailboxes = new Set(deliveries.map(({ address }) => address.toLowerCase()));
  const notices = recipients
    .filter(({ email }) => !mailboxes.has(email.toLowerCase()))
    .map((person): OutgoingMessage => {
      const showsDocument = maySeeDocuments(person, hasPermission);
      const document = showsDocument
        ? paymentDetails?.document.number
        : mailTexts[person.locale].hiddenDocument.replace('{organization}', () => organization.name);
      return {
        accountId: person.accountId,
        address: person.email,
        locale: person.locale,
        kind,
        values: {
          ...values,
          name: person.name,
          document,
          [paymentDetails?.document.orderId ? 'orderProForma' : 'renewalProForma']: document,
        },
        ...(showsDocument ? { table } : {}),
        ...(kind === 'card_authentication_required' && { link: cardPaymentUrl(dependencies.consoleUrl, reminder) }),
      };
    });
  return { messages: [...deliveries, ...notices] };
}

/** The page on which a signed-in person confirms a payment by card. */
const cardPaymentUrl = (consoleUrl: string, { organizationId, subjectId }: DueReminder): string =>
  `${consoleUrl}/organizations/${organizationId}/card-payments/${subjectId}`;

/** The kinds whose document also goes to the mailboxes of the billing address. */
const kindsForMailboxes: readonly ReminderKind[] = ['pro_forma', 'receipt', 'document_delivery'];

/** The fields of a document in a mail. */
function documentTable(
  { document, iban, reference, paymentsKnownUntil }: Answer<typeof getPaymentDetails>,
  reminder: DueReminder,
): MailValues {
  return {
    document: document.number,
    amount: document.total,
    ...(document.open.amount > 0 ? { open: document.open, due: document.dueOn, iban, reference } : {}),
    // The date in UTC.
    ...(isDunning(reminder) ? { countedUntil: paymentsKnownUntil?.slice(0, 10) } : {}),
  };
}

/** A document, the booking of a receipt, or an export of documents. */
export type AttachedDocumentId = DocumentId | `bkg_${string}` | `dex_${string}`;

type DocumentId = `pfm_${string}` | `inv_${string}` | `crn_${string}`;

/** The document of a reminder: its subject, or the document that a payment to prepaid named. */
function documentOf({ subjectId, payload }: DueReminder): DocumentId | undefined {
  const id = typeof payload['documentId'] === 'string' ? payload['documentId'] : subjectId;
  // Only pro formas, invoices and credit notes have these prefixes.
  return /^(pfm|inv|crn)_/.test(id) ? (id as DocumentId) : undefined;
}
