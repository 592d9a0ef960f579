import { chargePeriod } from '@cordee/contracts/billing/charge';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import { localDateIn, type LocalDate } from '@cordee/calendar/local-date';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { BackgroundTransactions, WriteContext } from '@cordee/service/background-transactions';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import type { RenewalsConfig } from '../config.ts';
import { concludeCharge, type Charge, type ChargeOutcome, type RenewalKey } from './conclude-charge.ts';
import { openPeriodsOf } from './open-periods.ts';
import { Renewal } from './renewal.entity.ts';

export interface StepDependencies {
  background: BackgroundTransactions;
  rpc: RpcClient;
  config: RenewalsConfig;
}

/**
 * Takes the step that a day has made due for a product: an attempt to charge, or at expiry the renewal on credit. The charge is written
 * down before billing is asked and looked up before it is asked again, so a crash anywhere repeats the question, never the charge.
 * Returns whether something was concluded, so that the next step may be due.
 */
export async function takeStep(key: RenewalKey, { background, rpc, config }: StepDependencies): Promise<boolean> {
  const charge = await background.asSystem((context) => prepare(context, key, config));
  if (!charge) return false;
  try {
    const outcome = await ask(rpc, charge);
    return await background.asSystem((context) => concludeCharge(context, charge, outcome));
  } catch (error) {
    await background.asSystem((context) => tryLater(context, key));
    throw error;
  }
}

async function prepare(
  { em, now }: WriteContext,
  key: RenewalKey,
  config: RenewalsConfig,
): Promise<Charge | undefined> {
  // Another worker that has it locked is taking the step.
  const renewal = await em.findOne(Renewal, key, { lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE });
  const step = renewal?.step(now);
  const today = localDateIn(config.SELLER_ZONE, now);
  if (!renewal || !step || step.on > today) return undefined;
  if (
    step.kind === 'expiry' &&
    !renewal.isCoveredByWarranty((await openPeriodsOf(em, key.organizationId, key.productId)).get(key.productId) ?? 0)
  ) {
    renewal.expire();
    return undefined;
  }
  const method = step.kind === 'attempt' ? 'prepaid' : 'on_credit';
  const { type, name, interval, currency } = renewal;
  const { start, end } = renewal.next();
  const chargeId = await noteCharge(em, renewal, start, step.on, method, now);
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

/** The charge of this product, period, day and method: a new one, or the one that was interrupted. It counts as asked until there is an answer. */
async function noteCharge(
  em: EntityManager,
  renewal: Renewal,
  periodStart: LocalDate,
  on: LocalDate,
  method: string,
  now: Date,
): Promise<`chg_${string}`> {
  const key = [toUuid(renewal.organizationId), toUuid(renewal.productId), periodStart, on, method];
  await em.execute(
    `insert into charge (id, organization_id, product_id, period_start, attempt_on, method, status, asked_at, created_at) values (?, ?, ?, ?, ?, ?, 'pending', ?, ?)
     on conflict (organization_id, product_id, period_start, attempt_on, method) do update set asked_at = excluded.asked_at where charge.status = 'pending'`,
    [toUuid(newId('chg', now)), ...key, now, now],
  );
  const [row] = await em.execute<{ id: string }[]>(
    `select id from charge where organization_id = ? and product_id = ? and period_start = ? and attempt_on = ? and method = ?`,
    key,
  );
  return toId('chg', row!.id);
}

/** What billing answers. A refusal that a repeat would meet again is an answer too; anything else is thrown and tried later. */
async function ask(rpc: RpcClient, { input }: Charge): Promise<ChargeOutcome> {
  try {
    return await rpc.call(chargePeriod, input, { idempotencyKey: input.chargeId });
  } catch (error) {
    if (error instanceof DomainError && isStable(error)) return { status: 'refused', code: error.code };
    throw error;
  }
}

const isStable = ({ code, status = 500 }: DomainError): boolean =>
  status < 500 && status !== 429 && !code.startsWith('IDEMPOTENCY_KEY_');

async function tryLater({ em, now }: WriteContext, key: RenewalKey): Promise<void> {
  const renewal = await em.findOne(Renewal, key, { lockMode: LockMode.PESSIMISTIC_WRITE });
  renewal?.tryLater(now);
}
