import type { getPaymentDetails } from '@cordee/contracts/billing/document';
import type { Answer } from '@cordee/contracts/contract';
import { PAID_REASON } from '../plan/reminder.ts';
import type { BuildDependencies, BuildResult, DueReminder } from './build-messages.ts';

/** True when the reminder demands overdue money. The warranty notice of day 0 only informs. */
export const isDunning = ({ kind, level }: Pick<DueReminder, 'kind' | 'level'>): boolean =>
  kind === 'invoice_reminder' || kind === 'invoice_final_reminder' || (kind === 'warranty_notice' && level !== 'day 0');

/**
 * Returns why a reminder that demands money is not sent now; undefined when it is sent. No payment is demanded while
 * prepaid money covers the debt, or while the bank feed may lack payments (REM-2).
 */
export function withholdDunning(
  { document, isCoveredByPrepaid, paymentsKnownUntil }: Answer<typeof getPaymentDetails>,
  isBankFeedFresh: BuildDependencies['isBankFeedFresh'],
): BuildResult | undefined {
  if (document.open.amount <= 0) return { drop: PAID_REASON };
  if (isCoveredByPrepaid) return { postpone: 'prepaid covers the debt' };
  if (!isBankFeedFresh(paymentsKnownUntil)) return { postpone: 'the bank feed is old' };
  return undefined;
}
