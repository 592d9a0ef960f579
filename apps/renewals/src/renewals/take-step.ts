import { chargePeriod } from '@cordee/contracts/billing/charge';
import type { Answer, Input } from '@cordee/contracts/contract';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import { localDateIn, type LocalDate } from '@cordee/calendar/local-date';
import type { Work, WorkContext } from '@cordee/service/work';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { RenewalsConfig } from '../config.ts';
import { countOpenPeriods, recordPeriod } from './record-period.ts';
import { Renewal } from './renewal.entity.ts';

type Key = { organizationId: `org_${string}`; productId: `prd_${string}` };

interface Charge {
  key: Key;
  chargeId: `chg_${string}`;
  attemptOn: LocalDate;
  method: 'prepaid' | 'on_credit';
  input: Input<typeof chargePeriod>;
  heldUntil: LocalDate | null;
}

export interface StepParts {
  work: Work;
  rpc: RpcClient;
  config: RenewalsConfig;
}

/**
 * Takes the step that a day has made due for a product: an attempt to charge, or at expiry the renewal on credit. The charge is written
 * down before billing is asked and looked up before it is asked again, so a crash anywhere repeats the question, never the charge.
 * Returns whether there was something to charge.
 */
export async function takeStep(key: Key, { work, rpc, config }: StepParts): Promise<boolean> {
  const charge = await work.asSweep((context) => prepare(context, key, config));
  if (!charge) return false;
  const outcome = await rpc.call(chargePeriod, charge.input, { idempotencyKey: charge.chargeId });
  await work.asSweep((context) => conclude(context, charge, outcome));
  return true;
}

async function prepare({ em, now }: WorkContext, key: Key, config: RenewalsConfig): Promise<Charge | undefined> {
  const renewal = await lock(em, key);
  const step = renewal?.step();
  const today = localDateIn(config.SELLER_ZONE, now);
  if (!renewal || !step || step.on > today) return undefined;
  if (step.kind === 'expiry' && !renewal.isCoveredByWarranty(await countOpenPeriods(em, renewal))) {
    renewal.expire();
    return undefined;
  }
  const method = step.kind === 'attempt' ? 'prepaid' : 'on_credit';
  const heldUntil = method === 'on_credit' ? renewal.heldUntil(config.SELLER_BANK_CALENDAR) : null;
  const { type, name, interval, currency } = renewal;
  const { start, end } = renewal.next();
  const chargeId = await noteCharge(em, renewal, start, step.on, method, now);
  return {
    key, chargeId, attemptOn: today, method, heldUntil,
    input: { ...key, chargeId, type, name, interval, currency, periodStart: start, periodEnd: end, method, heldUntil },
  };
}

/** The charge of this product, period, day and method: a new one, or the one that was interrupted. */
async function noteCharge(em: EntityManager, renewal: Renewal, periodStart: LocalDate, on: LocalDate, method: string, now: Date): Promise<`chg_${string}`> {
  const key = [toUuid(renewal.organizationId), toUuid(renewal.productId), periodStart, on, method];
  await em.execute(
    `insert into charge (id, organization_id, product_id, period_start, attempt_on, method, status, created_at) values (?, ?, ?, ?, ?, ?, 'pending', ?) on conflict do nothing`,
    [toUuid(newId('chg', now)), ...key, now],
  );
  const [row] = await em.execute<{ id: string }[]>(
    `select id from charge where organization_id = ? and product_id = ? and period_start = ? and attempt_on = ? and method = ?`,
    key,
  );
  return toId('chg', row!.id);
}

async function conclude({ em, now, publish }: WorkContext, charge: Charge, outcome: Answer<typeof chargePeriod>): Promise<void> {
  const renewal = await lock(em, charge.key);
  const [pending] = await em.execute<unknown[]>(`update charge set status = ?, decline_reason = ? where organization_id = ? and id = ? and status = 'pending' returning 1`, [
    outcome.status, outcome.declineReason, toUuid(charge.key.organizationId), toUuid(charge.chargeId),
  ]);
  // Another worker has concluded it.
  if (!renewal || !pending) return;
  if (outcome.status === 'declined') {
    await publish(renewal.declined(charge.attemptOn, outcome.declineReason ?? 'declined', outcome.total));
    return;
  }
  const isCredit = outcome.status === 'issued';
  const invoiceId = outcome.invoiceId!;
  await publish(renewal.goOn(isCredit ? 'warranty' : 'automatic', invoiceId));
  await recordPeriod(em, renewal, isCredit ? 'warranty' : 'automatic', invoiceId, !isCredit, now);
  if (isCredit) await publish(renewal.warrantyTriggered(invoiceId, charge.heldUntil!));
}

/** The renewal, locked; undefined when another worker has it. */
async function lock(em: EntityManager, key: Key): Promise<Renewal | undefined> {
  return (await em.findOne(Renewal, key, { lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE })) ?? undefined;
}
