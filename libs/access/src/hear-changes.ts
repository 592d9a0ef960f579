import type { Bus } from '@cordee/messaging/bus';
import { decode, encode } from '@cordee/messaging/reply';
import { ear, type AccessChange } from './access-change.ts';
import type { AccessCopy } from './access-copy.ts';
import type { EndedSessions } from './ended-sessions.ts';

/** Hears what owners of access facts tell before their calls return (ACC-3); each process has an ear of its own. */
export async function hearChanges(
  bus: Bus,
  processId: string,
  { access, endedSessions }: { access: AccessCopy; endedSessions: EndedSessions },
): Promise<void> {
  await bus.serve(ear(processId), processId, async ({ data }) => {
    for (const change of decode(data) as AccessChange[]) {
      if (change.part === 'sessions') endedSessions.hear(change.sessionId);
      else access.hear(change);
    }
    return encode({});
  });
}
