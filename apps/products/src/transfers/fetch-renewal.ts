import { describeRenewal } from '@cordee/contracts/renewals/renewal';
import type { Answer } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { Call } from '@cordee/messaging/call';
import type { RpcClient } from '@cordee/messaging/rpc-client';

/** Fetches the current renewal of a product; undefined while the renewals service does not know the product. */
export async function fetchRenewal(
  rpc: RpcClient,
  call: Call,
  organizationId: `org_${string}`,
  productId: `prd_${string}`,
): Promise<Answer<typeof describeRenewal> | undefined> {
  return rpc
    .call(describeRenewal, { organizationId, productId }, { causedBy: call })
    .catch(ignoreError('RENEWAL_NOT_FOUND'));
}

const ignoreError =
  (code: string) =>
  (error: unknown): undefined => {
    if (error instanceof DomainError && error.code === code) return undefined;
    throw error;
  };
