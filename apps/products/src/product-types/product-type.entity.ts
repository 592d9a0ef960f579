import type { Input } from '@cordee/contracts/contract';
import {
  productTypeChanged,
  productTypeCreated,
  productTypeReinstated,
  productTypeRetired,
  type changeProductType,
  type BlockedStatus,
  type TranslatedNames,
  type TypeValues,
  type VatClass,
} from '@cordee/contracts/products/product-type';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { defineEntity, p } from '@mikro-orm/postgresql';
import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';

export const ProductTypeSchema = defineEntity({
  name: 'ProductType',
  tableName: 'product_type',
  properties: {
    key: p.string().primary(),
    /** The English name. */
    name: p.string(),
    translatedNames: p.json().$type<TranslatedNames>(),
    position: p.integer(),
    vatClass: p.string().$type<z.output<typeof VatClass>>(),
    canOrderWarranty: p.boolean().fieldName('is_warranty_at_order'),
    blockedStatus: p.string().$type<z.output<typeof BlockedStatus>>(),
    firstResourceKind: p.string().nullable(),
    isRetired: p.boolean(),
    /**
     * Counts changes of the type, its rights and its resource kinds. Rights and kinds are rows of other tables, so the
     * ORM cannot count these changes.
     */
    version: p.integer(),
  },
});

type Changes = Pick<
  Input<typeof changeProductType>,
  'name' | 'translatedNames' | 'vatClass' | 'canOrderWarranty' | 'blockedStatus' | 'firstResourceKind'
>;

/** A catalogue entry (PROD-1). */
export class ProductType extends ProductTypeSchema.class {
  change({ name, translatedNames, vatClass, canOrderWarranty, blockedStatus, firstResourceKind }: Changes): void {
    if (name !== undefined) this.name = name;
    if (translatedNames !== undefined) this.translatedNames = mergeNames(this.translatedNames, translatedNames);
    if (vatClass !== undefined) this.vatClass = vatClass;
    if (canOrderWarranty !== undefined) this.canOrderWarranty = canOrderWarranty;
    if (blockedStatus !== undefined) this.blockedStatus = blockedStatus;
    if (firstResourceKind !== undefined) this.firstResourceKind = firstResourceKind;
  }

  created(values: TypeValues): DomainEvent<typeof productTypeCreated> {
    return domainEvent(productTypeCreated, { type: this.key, values });
  }

  /** Counts a change and returns its event; undefined when the values are equal. */
  changed(before: TypeValues, after: TypeValues): DomainEvent<typeof productTypeChanged> | undefined {
    if (isDeepStrictEqual(before, after)) return undefined;
    this.version += 1;
    return domainEvent(productTypeChanged, { type: this.key, before, after });
  }

  retire(): DomainEvent<typeof productTypeRetired> | undefined {
    if (this.isRetired) return undefined;
    this.isRetired = true;
    this.version += 1;
    return domainEvent(productTypeRetired, { type: this.key });
  }

  reinstate(): DomainEvent<typeof productTypeReinstated> | undefined {
    if (!this.isRetired) return undefined;
    this.isRetired = false;
    this.version += 1;
    return domainEvent(productTypeReinstated, { type: this.key });
  }
}
ProductTypeSchema.setClass(ProductType);

/** Merges names as a merge patch: null removes a name. */
function mergeNames(names: TranslatedNames, changes: NonNullable<Changes['translatedNames']>): TranslatedNames {
  const merged = Object.entries({ ...names, ...changes });
  return Object.fromEntries(merged.filter(([, name]) => name !== null && name !== undefined)) as TranslatedNames;
}
