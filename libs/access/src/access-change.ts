import type { AccessPart } from '@cordee/contracts/contract';

/** What every process with a copy is told of a change: how far the facts are now, never the facts. Telling it twice, late or out of order changes nothing. */
export type AccessChange =
  | { part: AccessPart; organizationId: `org_${string}`; revision: number }
  | { part: 'sessions'; sessionId: string };

/** Where a process hears of changes. */
export const changeSubject = (processId: string): string => `sync.access.changed.${processId}`;
