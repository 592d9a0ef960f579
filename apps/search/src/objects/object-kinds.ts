import { toId, type IdPrefix } from '@cordee/contracts/id';
import type { HitKind } from '@cordee/contracts/search/search';
import type * as z from 'zod';

/** The kinds of index entries. `prefix` is the prefix of their ids; `hit` is the kind that a search result shows. */
const KINDS = {
  person: { prefix: 'mem', hit: 'person' },
  team: { prefix: 'team', hit: 'team' },
  product: { prefix: 'prd', hit: 'product' },
  site: { prefix: 'res', hit: 'site' },
  drive_folder: { prefix: 'res', hit: 'drive_folder' },
  pro_forma: { prefix: 'pfm', hit: 'document' },
  invoice: { prefix: 'inv', hit: 'document' },
  credit_note: { prefix: 'crn', hit: 'document' },
} as const satisfies Record<string, { prefix: IdPrefix; hit: z.output<typeof HitKind> }>;

export type ObjectKind = keyof typeof KINDS;

export const hitKindOf = (kind: ObjectKind): z.output<typeof HitKind> => KINDS[kind].hit;
export const objectIdOf = (kind: ObjectKind, uuid: string): string => toId(KINDS[kind].prefix, uuid);
