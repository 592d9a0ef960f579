import type { ReactionContext } from '@cordee/service/handler-decorators';
import type { Jobs } from '@cordee/service/jobs';
import { planReminders, type PlannedReminder } from './reminder.ts';

/** A reminder that is due now. */
export type ImmediateMessage = Omit<PlannedReminder, 'level' | 'occasion' | 'dueAt'> & {
  level?: string;
  occasion?: string;
};

/**
 * Plans reminders that are due now, and wakes the jobs after the commit. A notice needs no `occasion` when its subject
 * causes only one notice of this kind.
 */
export async function scheduleImmediateMessage(
  jobs: Jobs,
  { em, now, afterCommit }: ReactionContext,
  ...notices: ImmediateMessage[]
): Promise<void> {
  await planReminders(
    em,
    now,
    notices.map((notice) => ({ level: 'now', occasion: '', ...notice, dueAt: now })),
  );
  afterCommit(() => jobs.wake());
}
