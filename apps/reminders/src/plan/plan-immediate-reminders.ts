import type { ReactionContext } from '@cordee/service/handler-decorators';
import type { Jobs } from '@cordee/service/jobs';
import { planReminders, type PlannedReminder } from './reminder.ts';

/** A reminder that is due now. */
export type ImmediateReminder = Omit<PlannedReminder, 'level' | 'occasion' | 'dueAt'> & {
  level?: string;
  occasion?: string;
};

/**
 * Plans reminders that are due now, and wakes the jobs after the commit. A reminder needs no `occasion` when its
 * subject causes only one reminder of its kind.
 */
export async function planImmediateReminders(
  jobs: Jobs,
  { em, now, afterCommit }: ReactionContext,
  ...reminders: ImmediateReminder[]
): Promise<void> {
  await planReminders(
    em,
    now,
    reminders.map((reminder) => ({ level: 'now', occasion: '', ...reminder, dueAt: now })),
  );
  afterCommit(() => jobs.wake());
}
