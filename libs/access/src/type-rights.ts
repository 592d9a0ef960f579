import type { Answer } from '@cordee/contracts/contract';
import type { getTypeRights } from '@cordee/contracts/products/product-type';
import { rightsGivenBy } from './included-rights.ts';

export type TypeRightsRow = Answer<typeof getTypeRights>['data'][number];

/** The rights of each product type, with the rights that they include. */
export class TypeRights {
  private readonly byType = new Map<string, Set<string>>();
  private readonly knownTypes = new Set<string>();

  static from(rows: readonly TypeRightsRow[]): TypeRights {
    const typeRights = new TypeRights();
    typeRights.apply(rows);
    return typeRights;
  }

  /** Replaces the rights of all types in place, so that callers may keep a reference to a set. */
  apply(rows: readonly TypeRightsRow[]): void {
    for (const typeRights of this.byType.values()) typeRights.clear();
    this.knownTypes.clear();
    for (const { type, rights } of rows) {
      this.knownTypes.add(type);
      const typeRights = this.setOf(type);
      for (const right of rights) for (const includedRight of rightsGivenBy(right)) typeRights.add(includedRight);
    }
  }

  /** The rights of a product type; empty for an unknown type. */
  of(type: string): ReadonlySet<string> {
    return this.setOf(type);
  }

  isKnown(type: string): boolean {
    return this.knownTypes.has(type);
  }

  private setOf(type: string): Set<string> {
    let rights = this.byType.get(type);
    if (!rights) this.byType.set(type, (rights = new Set()));
    return rights;
  }
}
