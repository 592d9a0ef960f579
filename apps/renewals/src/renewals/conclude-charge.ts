import type { chargePeriod } from '@cordee/contracts/billing/charge';
import type { Answer, Input } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import type { LocalDate } from '@cordee/calendar/local-date';
import type { WriteContext } from '@cordee/service/background-transactions';
import { LockMode } from '@mikro-orm/postgresql';
import { recordPeriod } from './record-period.ts';
import { Renewal } from './renewal.entity.ts';

export type RenewalKey = { organizationId: `org_${string}`; productId: `prd_${string}` };

/** What billing is asked for, and the day on which it is. */
export interface Charge {
  key: RenewalKey;
  attemptOn: LocalDate;
  /** Whether a product that nobody renewed would be blocked by now. */
  isGraceOver: boolean;
  input: Input<typeof chargePeriod>;
}

export type ChargeOutcome = Answer<typeof chargePeriod> | { status: 'refused'; code: string };

/**
 * Writes down what became of a charge. The renewal is waited for, never skipped: the charge may be paid, and marking it without moving the
 * renewal on would lose the period. Returns whether this call concluded the charge.
 */
export async function concludeCharge(context: WriteContext, charge: Charge, outcome: ChargeOutcome): Promise<boolean> {
  const renewal = await context.em.findOne(Renewal, charge.key, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!renewal) return false;
  await context.em.execute(`update charge set asked_at = null where organization_id = ? and id = ?`, [
    toUuid(charge.key.organizationId),
    toUuid(charge.input.chargeId),
  ]);
  if (outcome.status === 'refused' && charge.input.method === 'on_credit')
    return waitForCredit(context, renewal, charge, outcome.code);

  const reason = outcome.status === 'refused' ? outcome.code : outcome.declineReason;
  const isDeclined = outcome.status === 'refused' || outcome.status === 'declined';
  const isOurs = await mark(context, charge, isDeclined ? 'declined' : outcome.status, reason);
  if (!isOurs) return false;
  // Another charge has begun the period meanwhile: automatic renewal was switched off and on while billing was asked.
  if (renewal.next().start !== charge.input.periodStart) return true;
  if (isDeclined) {
    await context.publish(
      renewal.declined(charge.attemptOn, reason ?? 'declined', outcome.status === 'declined' ? outcome.total : null),
    );
    return true;
  }
  await goOn(context, renewal, charge, outcome);
  return true;
}

async function goOn(
  { em, now, publish }: WriteContext,
  renewal: Renewal,
  { input }: Charge,
  outcome: Answer<typeof chargePeriod>,
): Promise<void> {
  const invoiceId = outcome.invoiceId!;
  const isCredit = outcome.status === 'issued';
  const how = isCredit ? 'warranty' : 'automatic';
  await publish(renewal.goOn(how, invoiceId));
  await recordPeriod(em, renewal, how, invoiceId, now);
  if (isCredit) await publish(renewal.warrantyTriggered(invoiceId, input.heldUntil!));
}

/**
 * Renewal warranty covers the product, but billing cannot write the invoice: an address is missing, say. The customer is told once for each
 * reason, and the credit is tried again through the grace time; only then has the product expired.
 */
async function waitForCredit(context: WriteContext, renewal: Renewal, charge: Charge, code: string): Promise<false> {
  const isPending = renewal.next().start === charge.input.periodStart && !renewal.hasExpired();
  if (!isPending) return false;
  const isNew = await mark(context, charge, charge.isGraceOver ? 'declined' : 'pending', code);
  if (isNew) await context.publish(renewal.failed(charge.attemptOn, code, null));
  if (charge.isGraceOver) renewal.expire();
  else renewal.tryLater(context.now);
  return false;
}

/** Whether this call changed the charge: one that is concluded stays as it is. */
async function mark(
  { em }: WriteContext,
  { key, input }: Charge,
  status: string,
  reason: string | null,
): Promise<boolean> {
  const marked = await em.execute<unknown[]>(
    `update charge set status = ?, decline_reason = ? where organization_id = ? and id = ? and status = 'pending' and (status, decline_reason) is distinct from (?, ?) returning 1`,
    [status, reason, toUuid(key.organizationId), toUuid(input.chargeId), status, reason],
  );
  return marked.length > 0;
}
