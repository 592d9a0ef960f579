import { millisecondsOf } from '@cordee/access/instants';
import type { GrantObject } from '@cordee/contracts/teams/grant-snapshot';

interface RequestedGrant {
  object: GrantObject;
  right: string;
  endsAt: string | null;
}

/** Merges requests for the same right on the same object. The request with the latest end remains. */
export function mergeDuplicateRequests<R extends RequestedGrant>(requests: readonly R[]): R[] {
  const latestByKey = new Map<string, R>();
  for (const request of requests) {
    const key = JSON.stringify([request.right, request.object]);
    const existing = latestByKey.get(key);
    if (!existing || millisecondsOf(request.endsAt) > millisecondsOf(existing.endsAt)) latestByKey.set(key, request);
  }
  return [...latestByKey.values()];
}
