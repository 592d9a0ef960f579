import type { ReactionContext } from '@cordee/service/handler-decorators';
import type { Jobs } from '@cordee/service/jobs';
import { planReminders, type PlannedReminder } from './reminder.ts';

/** Plans what is due at once, and has it looked for as soon as that is committed. */
export async function tellNow(
  jobs: Jobs,
  { em, now, afterCommit }: ReactionContext,
  ...notices: (Omit<PlannedReminder, 'level' | 'dueAt'> & { level?: string })[]
): Promise<void> {
  await planReminders(
    em,
    now,
    notices.map((notice) => ({ level: 'now', ...notice, dueAt: now })),
  );
  afterCommit(() => jobs.wake());
}
