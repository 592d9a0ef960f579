import { renewalAttempts } from '@cordee/calendar/due-plan';
import type { LocalDate } from '@cordee/calendar/local-date';

/** The fields of a renewal that decide when automatic renewal attempts a charge. */
export interface AttemptFields {
  interval: 'monthly' | 'yearly';
  periodStart: LocalDate;
  periodEnd: LocalDate;
  isAutomatic: boolean;
  automaticSince?: LocalDate | null | undefined;
  lastAttemptOn?: LocalDate | null | undefined;
}

/** The days of the current period on which automatic renewal still attempts a charge. */
export function remainingAttempts(renewal: AttemptFields): LocalDate[] {
  const { interval, periodStart, periodEnd, isAutomatic, automaticSince, lastAttemptOn } = renewal;
  if (!isAutomatic) return [];
  return renewalAttempts(periodEnd, interval, automaticSince ?? periodStart)
    .map(({ date }) => date)
    .filter((day) => lastAttemptOn == null || day > lastAttemptOn);
}
