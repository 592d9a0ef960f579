import type { VatClass } from '@cordee/contracts/products/product-type';
import { decideOutOfScope } from './decide-vat.ts';
import type { VatDecision, VatFacts } from './vat-decision.ts';

/** The products of one document, with the decision about their VAT. */
export interface DocumentPart<Product> {
  readonly vatDecision: VatDecision;
  readonly products: readonly Product[];
}

/**
 * Divides products among documents: products outside of the scope of VAT have a document of their own when the others
 * have VAT or reverse charge (DOC-8). `decide` decides about the others; it is not called without them, so
 * that products outside of the scope of VAT need no registration of the seller.
 */
export function divideByScope<Product extends { readonly vatClass: VatClass }>(
  products: readonly Product[],
  decide: () => VatDecision,
  { facts, taxPoint }: { facts: VatFacts; taxPoint: string },
): [DocumentPart<Product>, ...DocumentPart<Product>[]] {
  const outOfScope = products.filter(({ vatClass }) => vatClass === 'out_of_scope');
  if (outOfScope.length === products.length) return [{ vatDecision: decideOutOfScope(facts, taxPoint), products }];
  const vatDecision = decide();
  if (outOfScope.length === 0 || vatDecision.category === 'O') return [{ vatDecision, products }];
  return [
    { vatDecision, products: products.filter(({ vatClass }) => vatClass !== 'out_of_scope') },
    { vatDecision: decideOutOfScope(facts, taxPoint), products: outOfScope },
  ];
}
