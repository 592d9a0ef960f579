import type { Answer } from '@cordee/contracts/contract';
import type { getTypeRights } from '@cordee/contracts/products/product-type';
import { ownerRights, rightsGivenBy } from './rights.ts';

export type TypeRightsRow = Answer<typeof getTypeRights>['data'][number];

/** The rights that products of each type have, with the narrower ones and those that an owner has on anything. */
export class TypeRights {
  private readonly byType = new Map<string, Set<string>>();

  static from(rows: readonly TypeRightsRow[]): TypeRights {
    const rights = new TypeRights();
    rights.take(rows);
    return rights;
  }

  /** Takes the rights of all types. The sets stay the same objects, so that they can be kept. */
  take(rows: readonly TypeRightsRow[]): void {
    for (const known of this.byType.values()) known.clear();
    for (const { type, rights } of rows) {
      const known = this.setOf(type);
      for (const right of [...rights, ...ownerRights]) for (const given of rightsGivenBy(right)) known.add(given);
    }
  }

  /** Empty for an unknown type. */
  of(type: string): ReadonlySet<string> {
    return this.setOf(type);
  }

  private setOf(type: string): Set<string> {
    let rights = this.byType.get(type);
    if (!rights) this.byType.set(type, (rights = new Set()));
    return rights;
  }
}
