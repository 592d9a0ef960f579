import type { AccessPart } from '@cordee/contracts/contract';

/**
 * The notification of a change: the new revision, never the data. Repeated, late or reordered notifications change
 * nothing.
 */
export type AccessChange =
  | { part: AccessPart; organizationId: `org_${string}`; revision: number }
  | { part: 'sessions'; sessionId: string };

/** The subject on which a process receives changes. */
export const changeSubject = (processId: string): string => `sync.access.changed.${processId}`;
