import { toId, toUuid, type Id, type IdPrefix } from '@cordee/contracts/id';

/** Ids as one parameter of a statement: `= any(?::uuid[])`. */
export const uuidList = (ids: Iterable<Id>): string => `{${[...ids].map(toUuid).join(',')}}`;

/** An id that may be missing, as a parameter of a statement. */
export const uuidOrNull = (id: Id | null | undefined): string | null => (id ? toUuid(id) : null);

/** The id in a column that may be null. */
export const idOrNull = <P extends IdPrefix>(prefix: P, uuid: string | null): Id<P> | null =>
  uuid === null ? null : toId(prefix, uuid);

/** An instant of a row as it goes over the wire. */
export const instantOf = (column: string): string => new Date(column).toISOString();

/** The instant in a column that may be null. */
export const instantOrNull = (column: string | null): string | null => (column === null ? null : instantOf(column));
