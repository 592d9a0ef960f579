import { firstPeriod } from '@cordee/calendar/period';
import type { AccessCache } from '@cordee/access/access-cache';
import type { Answer, Input } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { quotePrices, type Interval } from '@cordee/contracts/products/product-type';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import { periodsOf } from '../charges/pro-forma-charges.ts';
import { linesFor, type NetLine } from '../documents/document-line.ts';
import type { PayableProForma } from '../payments/convert-pro-forma.ts';
import { decisionOfEarlierVersion } from '../vat/vat-decision.ts';

interface OfferedProduct {
  readonly productId: `prd_${string}`;
  readonly type: string;
  readonly interval: Interval;
  readonly period: { readonly start: string; readonly end: string };
}

/**
 * True when a new pro forma, issued on `day`, would have the same prices and VAT rates as `proForma`. The periods of an
 * order then start on `day`; the periods of renewals are fixed.
 */
export async function hasSameOffer(
  { proForma, order, lines }: Omit<PayableProForma, 'numberCheck'>,
  day: string,
  { rpc, access }: { rpc: RpcClient; access: AccessCache },
): Promise<boolean> {
  const { organizationId, currency } = proForma;
  const vatDecision = {
    ...(proForma.vatDecision ?? decisionOfEarlierVersion(proForma.isReverseCharge, day)),
    taxPoint: day,
  };
  const products = order
    ? order.lines.map(({ productId, type, interval }) => ({
        productId,
        type,
        interval,
        period: firstPeriod({ anchor: day, interval }),
      }))
    : await findRenewedProducts(organizationId, lines, access);
  if (!products) return false;
  const quotes = await fetchQuotes(rpc, { currency, on: day, for: order ? 'order' : 'renewal', lines: products });
  if (!quotes) return false;
  // A product that is outside of the scope of VAT no longer would be on another pro forma, with VAT.
  if (vatDecision.reason === 'product_out_of_scope' && quotes.some(({ vatClass }) => vatClass !== 'out_of_scope'))
    return false;
  const currentLines = products.flatMap(({ productId, interval, period }, index) => {
    const { price, vatClass } = quotes[index]!;
    const product = { productId, text: '', costCentre: null, interval, price, vatClass };
    return linesFor(product, period, vatDecision);
  });
  return JSON.stringify(pricesOf(currentLines)) === JSON.stringify(pricesOf(lines));
}

const pricesOf = (lines: readonly NetLine[]): unknown[] =>
  lines.map(({ productId, net, vatBasisPoints }) => [productId, net, vatBasisPoints]);

/** Returns the renewed products; undefined when a product has left the organization. */
async function findRenewedProducts(
  organizationId: `org_${string}`,
  lines: PayableProForma['lines'],
  access: AccessCache,
): Promise<OfferedProduct[] | undefined> {
  const { products } = await access.loadNewest(organizationId, ['products']);
  const foundProducts = periodsOf(lines).flatMap(({ productId, periodStart, periodEnd }) => {
    const type = products.product(productId)?.type;
    const interval = lines.find((line) => line.productId === productId)?.interval;
    return type && interval ? [{ productId, type, interval, period: { start: periodStart, end: periodEnd } }] : [];
  });
  return foundProducts.length === periodsOf(lines).length ? foundProducts : undefined;
}

/** Fetches the prices of `input.on`; undefined when a product is not sold, or not in this currency and interval. */
async function fetchQuotes(
  rpc: RpcClient,
  input: Input<typeof quotePrices>,
): Promise<Answer<typeof quotePrices>['lines'] | undefined> {
  try {
    return (await rpc.call(quotePrices, input)).lines;
  } catch (error) {
    if (error instanceof DomainError && Object.hasOwn(quotePrices.errors, error.code)) return undefined;
    throw error;
  }
}
