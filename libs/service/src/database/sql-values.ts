import { toId, toUuid, type Id, type IdPrefix } from '@cordee/contracts/id';

/** Ids as one array parameter: `= any(?::uuid[])`. */
export const uuidList = (ids: Iterable<Id>): string => `{${[...ids].map(toUuid).join(',')}}`;

/** An optional id as a parameter. */
export const uuidOrNull = (id: Id | null | undefined): string | null => (id ? toUuid(id) : null);

/** The id of a nullable column. */
export const idOrNull = <P extends IdPrefix>(prefix: P, uuid: string | null): Id<P> | null =>
  uuid === null ? null : toId(prefix, uuid);

/** An instant of a row as an ISO string. */
export const instantOf = (column: string): string => new Date(column).toISOString();

/** The instant of a nullable column. */
export const instantOrNull = (column: string | null): string | null => (column === null ? null : instantOf(column));
