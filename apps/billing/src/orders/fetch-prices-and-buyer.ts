import type { Answer } from '@cordee/contracts/contract';
import { describeOrganization } from '@cordee/contracts/identity/organization';
import { quotePrices, typeNameIn, type Interval } from '@cordee/contracts/products/product-type';
import type { Currency, Locale } from '@cordee/contracts/values';
import type { Call } from '@cordee/messaging/call';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { DocumentLanguage } from '../documents/pdf/document-content.ts';
import type { VatFacts } from '../vat/vat-decision.ts';

interface PriceRequest {
  organizationId: `org_${string}`;
  currency: Currency;
  /** The day whose prices apply. */
  on: string;
  /** With `renewal`, a product type that is no longer sold also has a price. */
  for: 'order' | 'renewal';
  lines: readonly { type: string; interval: Interval }[];
  /** The language of the billing address; null for the language of the organization. */
  language: Locale | null;
}

/**
 * Fetches prices from the service `products`, and the language and the legal form of the buyer from the service
 * `identity`. The names of the product types are in this language (DOC-9). Call this function before you take a lock.
 */
export async function fetchPricesAndBuyer(
  rpc: RpcClient,
  call: Call,
  { organizationId, currency, on, for: purpose, lines, language: addressLanguage }: PriceRequest,
): Promise<{
  quotes: Answer<typeof quotePrices>['lines'];
  language: DocumentLanguage;
  legalForm: VatFacts['legalForm'];
}> {
  // `causedBy: call` sends the requests for the same caller and with the same trace.
  const [{ lines: quotes }, { locale, legalForm }] = await Promise.all([
    rpc.call(
      quotePrices,
      { currency, on, for: purpose, lines: lines.map(({ type, interval }) => ({ type, interval })) },
      { causedBy: call },
    ),
    rpc.call(describeOrganization, { organizationId }, { causedBy: call }),
  ]);
  const language = addressLanguage ?? locale;
  return { quotes: quotes.map((quote) => ({ ...quote, name: typeNameIn(language, quote) })), language, legalForm };
}
