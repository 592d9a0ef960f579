import { describeOrganization } from '@cordee/contracts/identity/organization';
import { getTransferOutcome } from '@cordee/contracts/products/transfer';
import { localDateIn } from '@cordee/calendar/local-date';
import type { Kind } from '../plan/reminder.ts';
import type { Details, DueReminder, Setting, Sources } from './gather-details.ts';

/** The kinds that tell what became of an offer. */
export const outcomeKinds: readonly Kind[] = ['transfer_accepted', 'transfer_declined', 'transfer_expired'];

/** Whoever offered a product is told what became of the offer, where they still belong to the organization (PROD-5). Who declined it is not theirs to know. */
export async function aboutTransferOutcome(
  { rpc }: Sources,
  { organizationId, kind, subjectId }: DueReminder,
  { people, organization }: Setting,
): Promise<Details> {
  const transfer = await rpc.call(getTransferOutcome, { organizationId, transferId: subjectId });
  const receiver = transfer.toOrganizationId
    ? await rpc.call(describeOrganization, { organizationId: transfer.toOrganizationId })
    : undefined;
  return {
    messages: people
      .filter(({ accountId, isBlocked }) => accountId === transfer.offeredBy && !isBlocked)
      .map((person) => ({
        accountId: person.accountId,
        address: person.email,
        locale: person.locale,
        kind,
        values: {
          name: person.name,
          organization: organization.name,
          product: transfer.productName,
          receiver: receiver?.name,
          expires: localDateIn(organization.timeZone, transfer.expiresAt),
        },
      })),
  };
}
