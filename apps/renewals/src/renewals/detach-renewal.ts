import type { detachRenewal, RenewalTerms } from '@cordee/contracts/renewals/renewal';
import type { Input } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { openPeriodsOf } from './open-periods.ts';
import { Renewal } from './renewal.entity.ts';

type Wanted = Input<typeof detachRenewal>;

/**
 * A product leaves its organization: from this commit on no step is taken for it there. Its debts and periods stay. The terms are kept by
 * transfer, so that whoever crashed before hearing them is told the same again.
 */
export async function detach(
  { em, now, publish }: Pick<CommandContext, 'em' | 'now' | 'publish'>,
  wanted: Wanted,
): Promise<RenewalTerms> {
  const { organizationId, productId, transferId } = wanted;
  const renewal = await em.findOne(Renewal, { organizationId, productId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  // Asked after the lock, so that of two at once the second finds what the first has written.
  const before = await termsOf(em, wanted);
  if (before) return before;
  if (!renewal) throw new DomainError('RENEWAL_NOT_FOUND');
  if ((await openPeriodsOf(em, organizationId, productId)).size > 0) throw new DomainError('WARRANTY_DEBT_OPEN');
  if (await isBeingCharged(em, renewal)) throw new DomainError('RENEWAL_CHARGE_RUNNING', { retryAfter: 60 });

  const terms = renewal.terms();
  await em.execute(
    `insert into detached_renewal (organization_id, transfer_id, product_id, terms, detached_at) values (?, ?, ?, ?, ?)`,
    [toUuid(organizationId), toUuid(transferId), toUuid(productId), JSON.stringify(terms), now],
  );
  await publish(renewal.detached(transferId));
  em.remove(renewal);
  return terms;
}

async function termsOf(em: EntityManager, { organizationId, transferId }: Wanted): Promise<RenewalTerms | undefined> {
  const [row] = await em.execute<{ terms: RenewalTerms }[]>(
    `select terms from detached_renewal where organization_id = ? and transfer_id = ?`,
    [toUuid(organizationId), toUuid(transferId)],
  );
  return row?.terms;
}

/** Whether billing was asked to charge the next period and its answer is not known: it may be paid, and leaving would lose that. */
async function isBeingCharged(em: EntityManager, renewal: Renewal): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `select 1 from charge where organization_id = ? and product_id = ? and period_start = ? and status = 'pending' and asked_at is not null`,
    [toUuid(renewal.organizationId), toUuid(renewal.productId), renewal.next().start],
  );
  return rows.length > 0;
}
