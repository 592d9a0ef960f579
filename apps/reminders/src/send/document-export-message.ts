import { getDocumentExportDelivery } from '@cordee/contracts/billing/document-export';
import { localDateIn } from '@cordee/calendar/local-date';
import type { BuildDependencies, BuildResult, DueReminder, OrganizationContext } from './build-messages.ts';

/**
 * Builds the mail about an export of documents (DOC-2), with its file or with a link. The requester must still have the
 * right to see documents; the right is checked again when the file is attached.
 */
export async function buildExportMessages(
  { rpc, consoleUrl }: BuildDependencies,
  { organizationId, subjectId, accountId, kind }: DueReminder,
  { people, hasPermission, organization }: OrganizationContext,
): Promise<BuildResult> {
  const documentExportId = subjectId as `dex_${string}`;
  const requester = people.find(
    (person) => person.accountId === accountId && !person.isBlocked && hasPermission(person, 'document:read'),
  );
  if (!requester) return { drop: 'the requester may not see documents' };
  const delivery = await rpc.call(getDocumentExportDelivery, { organizationId, documentExportId });
  const { file, expiresAt, progress } = delivery.export;
  if (!file || expiresAt === null) return { drop: 'the export has no file' };
  return {
    messages: [
      {
        accountId: requester.accountId,
        address: requester.email,
        locale: requester.locale,
        kind,
        values: {
          name: requester.name,
          organization: organization.name,
          count: String(progress.documents),
          attachedFile: delivery.isAttached ? file.name : undefined,
          availableUntil: delivery.isAttached ? undefined : localDateIn(organization.timeZone, new Date(expiresAt)),
        },
        ...(delivery.isAttached
          ? { attachedDocumentId: documentExportId }
          : { link: `${consoleUrl}/organizations/${organizationId}/document-exports/${documentExportId}` }),
      },
    ],
  };
}
