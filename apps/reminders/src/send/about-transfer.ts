import { getTransferMail } from '@cordee/contracts/products/transfer';
import type { Details, DueReminder, Sources } from './gather-details.ts';

/** The mail that offers a product to the owner of an address, who may have no account yet. */
export async function aboutTransfer(
  { rpc, consoleUrl }: Sources,
  { organizationId, subjectId }: DueReminder,
): Promise<Details> {
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
          offerer: mail.offererName,
          organization: mail.organizationName,
          product: mail.productName,
          expires: mail.expiresAt.slice(0, 10),
        },
      },
    ],
  };
}
