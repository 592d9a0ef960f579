import { chargePeriod } from '@cordee/contracts/billing/charge';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import { localDateIn, type LocalDate } from '@cordee/calendar/local-date';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { BackgroundTransactions, WriteContext } from '@cordee/service/background-transactions';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import type { RenewalsConfig } from '../config.ts';
import { concludeCharge, type Charge, type ChargeOutcome, type RenewalKey } from './conclude-charge.ts';
import { countOpenPeriods } from './open-periods.ts';
import { Renewal } from './renewal.entity.ts';

export interface StepDependencies {
  background: BackgroundTransactions;
  rpc: RpcClient;
  config: RenewalsConfig;
}

/**
 * Runs the due step of a renewal: a charge to the prepaid account or, at expiry, a charge on credit. The charge is
 * stored before billing is called, and a retry reuses the stored charge, so that a crash never charges twice. Returns
 * true when a charge was concluded, because another step may be due.
 */
export async function runRenewalStep(key: RenewalKey, { background, rpc, config }: StepDependencies): Promise<boolean> {
  const charge = await background.asSystem((context) => prepareCharge(context, key, config));
  if (!charge) return false;
  try {
    const outcome = await requestCharge(rpc, charge);
    return await background.asSystem((context) => concludeCharge(context, charge, outcome));
  } catch (error) {
    await background.asSystem((context) => lockAndScheduleRetry(context, key));
    throw error;
  }
}

async function prepareCharge(
  { em, now }: WriteContext,
  key: RenewalKey,
  config: RenewalsConfig,
): Promise<Charge | undefined> {
  // This lock mode (SKIP LOCKED) does not find a row that another worker has locked, because that worker runs the step.
  const renewal = await em.findOne(Renewal, key, { lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE });
  const step = renewal?.nextStep(now);
  const today = localDateIn(config.SELLER_ZONE, now);
  if (!renewal || !step || step.on > today) return undefined;
  if (
    step.kind === 'expiry' &&
    !renewal.isCoveredByWarranty(
      (await countOpenPeriods(em, key.organizationId, key.productId)).get(key.productId) ?? 0,
    )
  ) {
    renewal.expire();
    return undefined;
  }
  const method = step.kind === 'attempt' ? 'prepaid' : 'on_credit';
  const { type, name, interval, currency } = renewal;
  const { start, end } = renewal.nextPeriod();
  const chargeId = await upsertPendingCharge(em, renewal, { periodStart: start, plannedOn: step.on, method }, now);
  // The stored charge has the planned day, so that a retry on a later day finds the charge. Events and the renewal get
  // the day on which the charge is attempted.
  return {
    key,
    attemptOn: today,
    isGraceOver: today >= renewal.blockedOn(config.SELLER_BANK_CALENDAR),
    input: {
      ...key,
      chargeId,
      type,
      name,
      interval,
      currency,
      periodStart: start,
      periodEnd: end,
      method,
      heldUntil: method === 'on_credit' ? renewal.heldUntil(config.SELLER_BANK_CALENDAR) : null,
    },
  };
}

/**
 * Returns the id of the charge of this product, period, planned day and method. Inserts the charge, or marks an
 * interrupted charge as requested again.
 */
async function upsertPendingCharge(
  em: EntityManager,
  renewal: Renewal,
  { periodStart, plannedOn, method }: { periodStart: LocalDate; plannedOn: LocalDate; method: string },
  now: Date,
): Promise<`chg_${string}`> {
  const chargeKey = [toUuid(renewal.organizationId), toUuid(renewal.productId), periodStart, plannedOn, method];
  await em.execute(
    `insert into charge (
       id, organization_id, product_id, period_start, attempt_on, method, status, requested_at, created_at
     ) values (?, ?, ?, ?, ?, ?, 'pending', ?, ?)
     on conflict (organization_id, product_id, period_start, attempt_on, method)
       do update set requested_at = excluded.requested_at where charge.status = 'pending'`,
    [toUuid(newId('chg', now)), ...chargeKey, now, now],
  );
  const [row] = await em.execute<{ id: string }[]>(
    `select id from charge
     where organization_id = ? and product_id = ? and period_start = ? and attempt_on = ? and method = ?`,
    chargeKey,
  );
  return toId('chg', row!.id);
}

/** Calls billing. An error that refuses the charge becomes the outcome `refused`; other errors are thrown. */
async function requestCharge(rpc: RpcClient, { input }: Charge): Promise<ChargeOutcome> {
  try {
    return await rpc.call(chargePeriod, input, { idempotencyKey: input.chargeId });
  } catch (error) {
    if (error instanceof DomainError && isRefusal(error)) return { status: 'refused', code: error.code };
    throw error;
  }
}

/**
 * True when billing refuses the charge itself, so that an immediate retry would get the same error. A rate limit (429)
 * and an error of the idempotency key do not concern the charge itself; an error without a status counts as an internal
 * error.
 */
const isRefusal = ({ code, status = 500 }: DomainError): boolean =>
  status < 500 && status !== 429 && !code.startsWith('IDEMPOTENCY_KEY_');

async function lockAndScheduleRetry({ em, now }: WriteContext, key: RenewalKey): Promise<void> {
  const renewal = await em.findOne(Renewal, key, { lockMode: LockMode.PESSIMISTIC_WRITE });
  renewal?.scheduleRetry(now);
}
