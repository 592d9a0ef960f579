import type { getPaymentDetails } from '@cordee/contracts/billing/document';
import type { Answer } from '@cordee/contracts/contract';
import { plainName } from '../compose/plain-name.ts';
import type { MailValues } from '../compose/compose-mail.ts';
import type { OrganizationContext, OutgoingMessage } from './build-messages.ts';

/**
 * Builds the mails that deliver a document to the mailboxes of its billing address (ADDR-1). Anybody may own a mailbox,
 * so the texts contain no free text of the customer but the plain name of the organization.
 */
export function buildDocumentDelivery(
  { document }: Answer<typeof getPaymentDetails>,
  organization: OrganizationContext['organization'],
  { table, consoleUrl }: { table: MailValues; consoleUrl: string },
): OutgoingMessage[] {
  const { mailboxes, delivery, language } = document.buyer;
  const isAttached = delivery === 'mail_with_pdf';
  return mailboxes.map((address) => ({
    accountId: undefined,
    kind: 'document_delivery',
    address,
    locale: language ?? organization.locale,
    values: {
      documentKind: document.kind,
      document: document.number,
      organization: plainName(organization.name),
      attachedFile: isAttached ? `${document.number}.pdf` : undefined,
    },
    table,
    ...(isAttached
      ? { attachedDocumentId: document.id }
      : { link: `${consoleUrl}/organizations/${organization.id}/documents/${document.id}` }),
  }));
}
