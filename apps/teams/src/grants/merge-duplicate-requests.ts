import { millisecondsOf } from '@cordee/access/instants';
import type { GrantObject } from '@cordee/contracts/teams/grant-snapshot';

interface RequestedGrant {
  object: GrantObject;
  right: string;
  endsAt: string | null;
}

/** Merges requests for the same right and object; the latest end is used. */
export function mergeDuplicateRequests<R extends RequestedGrant>(requests: readonly R[]): R[] {
  const latest = new Map<string, R>();
  for (const request of requests) {
    const key = JSON.stringify([request.right, request.object]);
    const existing = latest.get(key);
    if (!existing || millisecondsOf(request.endsAt) > millisecondsOf(existing.endsAt)) latest.set(key, request);
  }
  return [...latest.values()];
}
