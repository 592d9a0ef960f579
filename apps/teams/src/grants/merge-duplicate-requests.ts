import { millisecondsOf } from '@cordee/access/instants';
import type { GrantObject } from '@cordee/contracts/teams/grant-snapshot';

interface Wanted {
  object: GrantObject;
  right: string;
  endsAt: string | null;
}

/** Each right on each thing once, until the latest end that is asked for: whoever names it twice gets what either row alone would have given. */
export function mergeDuplicateRequests<W extends Wanted>(requests: readonly W[]): W[] {
  const longest = new Map<string, W>();
  for (const request of requests) {
    const key = JSON.stringify([request.right, request.object]);
    const known = longest.get(key);
    if (!known || millisecondsOf(request.endsAt) > millisecondsOf(known.endsAt)) longest.set(key, request);
  }
  return [...longest.values()];
}
