import { describeOrganization } from '@cordee/contracts/identity/organization';
import { getTransferOutcome } from '@cordee/contracts/products/transfer';
import { localDateIn } from '@cordee/calendar/local-date';
import type { ReminderKind } from '../plan/reminder.ts';
import type { BuildResult, DueReminder, OrganizationContext, BuildDependencies } from './build-messages.ts';

/** Kinds about the outcome of a transfer offer. */
export const outcomeKinds: readonly ReminderKind[] = ['transfer_accepted', 'transfer_declined', 'transfer_expired'];

/**
 * Notifies the offerer of the outcome, if the offerer is still a member (PROD-5). The notice does not say who declined.
 */
export async function buildTransferOutcomeMessages(
  { rpc }: BuildDependencies,
  { organizationId, kind, subjectId }: DueReminder,
  { people, organization }: OrganizationContext,
): Promise<BuildResult> {
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
