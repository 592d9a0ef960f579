import { getTransferMail } from '@cordee/contracts/products/transfer';
import { plainName } from '../compose/plain-name.ts';
import type { BuildResult, DueReminder, BuildDependencies } from './build-messages.ts';

/** Builds the mail that offers a product to a mail address. The address may have no account. */
export async function buildTransferOfferMessage(
  { rpc, consoleUrl }: BuildDependencies,
  { organizationId, subjectId }: DueReminder,
): Promise<BuildResult> {
  const mail = await rpc.call(getTransferMail, { organizationId, transferId: subjectId });
  return {
    messages: [
      {
        accountId: undefined,
        address: mail.email,
        locale: mail.locale,
        kind: 'transfer_offered',
        link: `${consoleUrl}/transfer?token=${mail.token}`,
        values: {
          // The name of a person is free text of the sender; the mail address was confirmed.
          offerer: mail.offererEmail,
          organization: plainName(mail.organizationName),
          product: plainName(mail.productName),
          // The date of the instant in UTC.
          expires: mail.expiresAt.slice(0, 10),
        },
      },
    ],
  };
}
