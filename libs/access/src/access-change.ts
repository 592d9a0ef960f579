import type { AccessPart } from '@cordee/contracts/contract';

/**
 * A notification that access data has changed. It contains the new revision and never the data, so repeated, late or
 * reordered notifications do no harm.
 */
export type AccessChange =
  | { part: AccessPart; organizationId: `org_${string}`; revision: number }
  | { part: 'sessions'; sessionId: string };

/**
 * The subject on which a process receives notifications of changed access data. The broker lets no other service
 * subscribe to this subject, because a notification that another process answers would be lost.
 */
export const changeSubject = ({ service, processId }: { service: string; processId: string }): string =>
  `sync.access.${service}.${processId}`;
