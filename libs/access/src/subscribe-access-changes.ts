import type { Bus } from '@cordee/messaging/bus';
import { decode, encode } from '@cordee/messaging/reply';
import { changeSubject, type AccessChange } from './access-change.ts';
import type { AccessCache } from './access-cache.ts';
import type { EndedSessions } from './ended-sessions.ts';

/**
 * Receives notifications of changed access data. The owner of the data waits for the reply before it replies to its own
 * caller (ACC-3). Each process has its own subject.
 */
export async function subscribeAccessChanges(
  bus: Bus,
  process: { service: string; processId: string },
  { access, endedSessions }: { access: AccessCache; endedSessions: EndedSessions },
): Promise<void> {
  await bus.serve(changeSubject(process), process.processId, async ({ data }) => {
    for (const change of decode(data) as AccessChange[]) {
      if (change.part === 'sessions') endedSessions.onChange(change.sessionId);
      else access.onChange(change);
    }
    return encode({});
  });
}
