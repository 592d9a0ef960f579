import type { getPaymentDetails } from '@cordee/contracts/billing/document';
import { getReceiptDelivery } from '@cordee/contracts/billing/receipt';
import type { Answer } from '@cordee/contracts/contract';
import { describeOrganization } from '@cordee/contracts/identity/organization';
import type { Locale } from '@cordee/contracts/values';
import { plainName } from '../compose/plain-name.ts';
import type { MailValues } from '../compose/compose-mail.ts';
import type {
  AttachedDocumentId,
  BuildDependencies,
  BuildResult,
  DueReminder,
  OrganizationContext,
  OutgoingMessage,
} from './build-messages.ts';

export const NO_MAILBOXES_REASON = 'the billing address has no mailboxes';

/** Builds the mails that deliver a document to the mailboxes of its billing address (ADDR-1). */
export function buildDocumentDelivery(
  { document }: Answer<typeof getPaymentDetails>,
  organization: OrganizationContext['organization'],
  { table, consoleUrl }: { table: MailValues; consoleUrl: string },
): OutgoingMessage[] {
  const { mailboxes, delivery, language } = document.buyer;
  return deliveryMessages(organization, {
    id: document.id,
    kind: document.kind,
    number: document.number,
    mailboxes,
    delivery,
    locale: language ?? organization.locale,
    table,
    productsEndOn: document.correction?.productsEndOn,
    link: `${consoleUrl}/organizations/${organization.id}/documents/${document.id}`,
  });
}

/** Builds the mails that deliver the receipt of a top-up to the mailboxes of the default address. */
export async function buildReceiptDelivery(
  { rpc, consoleUrl }: BuildDependencies,
  { organizationId, subjectId }: DueReminder,
): Promise<BuildResult> {
  const bookingId = subjectId as `bkg_${string}`;
  const [organization, { receipt, mailboxes, delivery }] = await Promise.all([
    rpc.call(describeOrganization, { organizationId }),
    rpc.call(getReceiptDelivery, { organizationId, bookingId }),
  ]);
  if (mailboxes.length === 0) return { drop: NO_MAILBOXES_REASON };
  const messages = deliveryMessages(organization, {
    id: bookingId,
    kind: 'receipt',
    number: receipt.number,
    mailboxes,
    delivery,
    locale: receipt.language,
    table: { document: receipt.number, amount: receipt.amount },
    link: `${consoleUrl}/organizations/${organizationId}/prepaid`,
  });
  return { messages };
}

/** A document with the mailboxes that get it. */
interface DeliveredDocument {
  readonly id: AttachedDocumentId;
  readonly kind: Answer<typeof getPaymentDetails>['document']['kind'] | 'receipt';
  readonly number: string;
  readonly mailboxes: readonly string[];
  readonly delivery: 'mail_with_pdf' | 'mail_with_link';
  readonly locale: Locale;
  readonly table: MailValues;
  /** The last day of the products that a credit note ends. */
  readonly productsEndOn?: string | null | undefined;
  readonly link: string;
}

/**
 * Builds one message per mailbox. Anybody may own a mailbox, so the only free text of the customer in these messages is
 * the plain name of the organization.
 */
function deliveryMessages(
  organization: OrganizationContext['organization'],
  { id, kind, number, mailboxes, delivery, locale, table, productsEndOn, link }: DeliveredDocument,
): OutgoingMessage[] {
  const isAttached = delivery === 'mail_with_pdf';
  return mailboxes.map((address) => ({
    accountId: undefined,
    kind: 'document_delivery',
    address,
    locale,
    values: {
      documentKind: kind,
      document: number,
      organization: plainName(organization.name),
      productsEndOn,
      attachedFile: isAttached ? `${number}.pdf` : undefined,
    },
    table,
    ...(isAttached ? { attachedDocumentId: id } : { link }),
  }));
}
