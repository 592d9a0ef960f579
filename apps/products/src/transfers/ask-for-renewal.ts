import { quotePrices } from '@cordee/contracts/products/product-type';
import { describeRenewal, type RenewalTerms } from '@cordee/contracts/renewals/renewal';
import type { Answer } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { MoneyValue } from '@cordee/contracts/values';
import type { Call } from '@cordee/messaging/call';
import type { RpcClient } from '@cordee/messaging/rpc-client';

/** How a product renews now; undefined when renewals has not heard of it yet, or no longer. */
export async function askForRenewal(rpc: RpcClient, call: Call, organizationId: `org_${string}`, productId: `prd_${string}`): Promise<Answer<typeof describeRenewal> | undefined> {
  return rpc.call(describeRenewal, { organizationId, productId }, { for: call }).catch(undefinedWhen('RENEWAL_NOT_FOUND'));
}

/** The net price of one interval, valid on a date; null when the product is no longer sold so. */
export async function askForPrice(rpc: RpcClient, call: Call, type: string, { interval, currency }: RenewalTerms, on: string): Promise<MoneyValue | null> {
  const quote = await rpc.call(quotePrices, { currency, on, lines: [{ type, interval }] }, { for: call }).catch(undefinedWhen('PRICE_MISSING', 'PRODUCT_TYPE_UNKNOWN'));
  return quote?.lines[0]?.price ?? null;
}

const undefinedWhen = (...codes: string[]) => (error: unknown): undefined => {
  if (error instanceof DomainError && codes.includes(error.code)) return undefined;
  throw error;
};
