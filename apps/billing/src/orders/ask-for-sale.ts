import type { Output } from '@cordee/contracts/contract';
import { describeOrganization } from '@cordee/contracts/identity/organization';
import { quotePrices, type Interval } from '@cordee/contracts/products/product-type';
import type { Currency } from '@cordee/contracts/values';
import type { Call } from '@cordee/messaging/call';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { DocumentLanguage } from '../documents/pdf/document-content.ts';

interface Wish {
  organizationId: `org_${string}`;
  currency: Currency;
  on: string;
  /** A type that is no longer sold is renewed all the same. */
  for: 'order' | 'renewal';
  lines: readonly { type: string; interval: Interval }[];
}

/** Asks the others what a sale needs: today's prices, and the language in which the organization is written to. Ask before locking anything. */
export async function askForSale(
  rpc: RpcClient,
  call: Call,
  { organizationId, currency, on, for: purpose, lines }: Wish,
): Promise<{ quotes: Output<typeof quotePrices>['lines']; language: DocumentLanguage }> {
  const [{ lines: quotes }, { locale }] = await Promise.all([
    rpc.call(
      quotePrices,
      { currency, on, for: purpose, lines: lines.map(({ type, interval }) => ({ type, interval })) },
      { for: call },
    ),
    rpc.call(describeOrganization, { organizationId }, { for: call }),
  ]);
  // Documents are not written in Spanish.
  return { quotes, language: locale === 'es' ? 'en' : locale };
}
