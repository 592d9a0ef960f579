import type { AccessCache } from '@cordee/access/access-cache';

export const mayTransferProducts = async (
  access: AccessCache,
  organizationId: `org_${string}`,
  accountId: `acc_${string}`,
): Promise<boolean> => (await access.people(organizationId)).may(accountId, 'product:transfer');
