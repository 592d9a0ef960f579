export { jsonLines, sqlArray } from '@cordee/outbox/sql-array';
import { toId, toUuid, type Id, type IdPrefix } from '@cordee/contracts/id';

/** Ids as one array parameter: `= any(?::uuid[])`. */
export const uuidList = (ids: Iterable<Id>): string => `{${[...ids].map(toUuid).join(',')}}`;

/** An optional id as a parameter. */
export const uuidOrNull = (id: Id | null | undefined): string | null => (id ? toUuid(id) : null);

/** The id of a nullable column. */
export const idOrNull = <P extends IdPrefix>(prefix: P, uuid: string | null): Id<P> | null =>
  uuid === null ? null : toId(prefix, uuid);

/** The value of a timestamp column as an ISO string. */
export const instantOf = (timestamp: string): string => new Date(timestamp).toISOString();

/** The value of a nullable timestamp column as an ISO string. */
export const instantOrNull = (timestamp: string | null): string | null =>
  timestamp === null ? null : instantOf(timestamp);
