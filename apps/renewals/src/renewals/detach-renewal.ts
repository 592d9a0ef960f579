import type { detachRenewal, RenewalTerms } from '@cordee/contracts/renewals/renewal';
import type { Input } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import type { CommandContext } from '@cordee/service/handler-decorators';
import type { EntityManager } from '@mikro-orm/postgresql';
import { countOpenPeriods } from './open-periods.ts';
import { Renewal } from './renewal.entity.ts';

type DetachInput = Input<typeof detachRenewal>;

/**
 * Removes the renewal of a product that leaves its organization. The recorded periods and the debts of the product
 * remain in the organization. Stores the terms by transfer, so that a repeated command returns the same terms.
 */
export async function detach(
  { em, now, publish }: Pick<CommandContext, 'em' | 'now' | 'publish'>,
  input: DetachInput,
): Promise<RenewalTerms> {
  const { organizationId, productId, transferId } = input;
  // Locks the renewal before anything is read: the second of two concurrent calls then finds the terms of the first.
  sendAhead(em, `select from renewal where organization_id = ? and product_id = ? for update`, [
    toUuid(organizationId),
    toUuid(productId),
  ]);
  const [renewal, storedTerms, openPeriodCounts] = await Promise.all([
    em.findOne(Renewal, { organizationId, productId }, { refresh: true }),
    findStoredTerms(em, input),
    countOpenPeriods(em, organizationId, productId),
  ]);
  if (storedTerms) return storedTerms;
  if (!renewal) throw new DomainError('RENEWAL_NOT_FOUND');
  if (openPeriodCounts.size > 0) throw new DomainError('WARRANTY_DEBT_OPEN');
  if (await isBeingCharged(em, renewal)) throw new DomainError('RENEWAL_CHARGE_RUNNING', { retryAfter: 60 });

  const terms = renewal.terms();
  sendAhead(
    em,
    `insert into detached_renewal (organization_id, transfer_id, product_id, terms, detached_at)
     values (?, ?, ?, ?, ?)`,
    [toUuid(organizationId), toUuid(transferId), toUuid(productId), JSON.stringify(terms), now],
  );
  await publish(renewal.detachedEvent(transferId));
  em.remove(renewal);
  return terms;
}

async function findStoredTerms(
  em: EntityManager,
  { organizationId, transferId }: DetachInput,
): Promise<RenewalTerms | undefined> {
  const [row] = await em.execute<{ terms: RenewalTerms }[]>(
    `select terms from detached_renewal where organization_id = ? and transfer_id = ?`,
    [toUuid(organizationId), toUuid(transferId)],
  );
  return row?.terms;
}

/**
 * True while billing has not replied to the charge of the next period. Billing may already have taken the money for
 * this period, and detaching the renewal would lose the paid period.
 */
async function isBeingCharged(em: EntityManager, renewal: Renewal): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `select 1 from charge
     where organization_id = ? and product_id = ? and period_start = ?
       and status = 'pending' and requested_at is not null`,
    [toUuid(renewal.organizationId), toUuid(renewal.productId), renewal.nextPeriod().start],
  );
  return rows.length > 0;
}
