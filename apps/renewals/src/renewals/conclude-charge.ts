import type { chargePeriod } from '@cordee/contracts/billing/charge';
import type { Answer, Input } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import type { LocalDate } from '@cordee/calendar/local-date';
import type { WriteContext } from '@cordee/service/background-transactions';
import { LockMode } from '@mikro-orm/postgresql';
import { recordPeriod } from './record-period.ts';
import { Renewal } from './renewal.entity.ts';

/** The primary key of a renewal. */
export type RenewalKey = { organizationId: `org_${string}`; productId: `prd_${string}` };

export interface Charge {
  key: RenewalKey;
  /** The day on which the charge is attempted; later than the planned day when the step runs late. */
  attemptOn: LocalDate;
  /** True from the day on which a product without renewal is blocked. */
  isGraceOver: boolean;
  input: Input<typeof chargePeriod>;
}

/**
 * `refused`: billing answered with the error `code`. An immediate retry would get the same error; a later retry can
 * succeed, for example after the customer has entered an address.
 */
export type ChargeOutcome = Answer<typeof chargePeriod> | { status: 'refused'; code: string };

/**
 * Stores the outcome of a charge, and starts the next period if the period is paid or on credit. Waits for the lock of
 * the renewal, because skipping a locked renewal would lose a paid period. Returns true when this call concluded the
 * charge and another step may be due at once.
 */
export async function concludeCharge(context: WriteContext, charge: Charge, outcome: ChargeOutcome): Promise<boolean> {
  const renewal = await context.em.findOne(Renewal, charge.key, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!renewal) return false;
  await context.em.execute(`update charge set requested_at = null where organization_id = ? and id = ?`, [
    toUuid(charge.key.organizationId),
    toUuid(charge.input.chargeId),
  ]);
  if (outcome.status === 'refused' && charge.input.method === 'on_credit')
    return handleRefusedCredit(context, renewal, charge, outcome.code);

  const reason = outcome.status === 'refused' ? outcome.code : outcome.declineReason;
  const isDeclined = outcome.status === 'refused' || outcome.status === 'declined';
  const isChanged = await updateCharge(context, charge, isDeclined ? 'declined' : outcome.status, reason);
  if (!isChanged) return false;
  // Another charge has already started this period: automatic renewal was switched off and on during this charge.
  if (renewal.nextPeriod().start !== charge.input.periodStart) return true;
  if (isDeclined) {
    // A refusal contains no amount.
    await context.publish(
      renewal.decline(charge.attemptOn, reason ?? 'declined', outcome.status === 'declined' ? outcome.total : null),
    );
    return true;
  }
  await startNextPeriod(context, renewal, charge, outcome);
  return true;
}

async function startNextPeriod(
  { em, now, publish }: WriteContext,
  renewal: Renewal,
  { input }: Charge,
  outcome: Answer<typeof chargePeriod>,
): Promise<void> {
  const invoiceId = outcome.invoiceId!;
  const isCredit = outcome.status === 'issued';
  const origin = isCredit ? 'warranty' : 'automatic';
  await publish(renewal.startNextPeriod(origin, invoiceId));
  await recordPeriod(em, renewal, origin, invoiceId, now);
  if (isCredit) await publish(renewal.warrantyTriggeredEvent(invoiceId, input.heldUntil!));
}

/**
 * Handles a charge on credit that billing refuses although renewal warranty covers the product, for example because the
 * customer has no address. Publishes one event per reason and schedules a retry. After the grace time, the product
 * expires. Always returns false, because no other step is due at once.
 */
async function handleRefusedCredit(
  context: WriteContext,
  renewal: Renewal,
  charge: Charge,
  code: string,
): Promise<false> {
  const isStillDue = renewal.nextPeriod().start === charge.input.periodStart && !renewal.hasExpired();
  if (!isStillDue) return false;
  const isNewReason = await updateCharge(context, charge, charge.isGraceOver ? 'declined' : 'pending', code);
  // A refusal contains no amount.
  const amount = null;
  if (isNewReason) await context.publish(renewal.failedEvent(charge.attemptOn, code, amount));
  if (charge.isGraceOver) renewal.expire();
  else renewal.scheduleRetry(context.now);
  return false;
}

/** Updates a pending charge. Returns true when the status or the reason changed. A concluded charge never changes. */
async function updateCharge(
  { em }: WriteContext,
  { key, input }: Charge,
  status: string,
  reason: string | null,
): Promise<boolean> {
  const updated = await em.execute<unknown[]>(
    `update charge set status = ?, decline_reason = ?
     where organization_id = ? and id = ? and status = 'pending'
       and (status, decline_reason) is distinct from (?, ?)
     returning 1`,
    [status, reason, toUuid(key.organizationId), toUuid(input.chargeId), status, reason],
  );
  return updated.length > 0;
}
