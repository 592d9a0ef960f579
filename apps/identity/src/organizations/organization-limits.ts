import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import { retryAfterOf } from '@cordee/service/attempt-limits/attempt-counts';
import { sendAhead } from '@cordee/service/database/orm';
import type { EntityManager } from '@mikro-orm/postgresql';
import { acrossAccounts } from '../across-accounts.ts';
import type { IdentityConfig } from '../config.ts';

const DAY_MS = 86_400_000;

export type OrganizationLimits = Pick<IdentityConfig, 'ORGANIZATIONS_PER_FOUNDER' | 'NEW_ORGANIZATIONS_PER_DAY'>;

interface FoundedOrganizations {
  /** The organizations in which the founder is still legal representative. */
  represented: number;
  recent: number;
  /** The time of the oldest recent organization. */
  oldest_recent_at: string | null;
}

/**
 * Limits the organizations that a person creates. An organization that the person has left or handed over counts for
 * the limit of a day only. Serializes the creations of one person.
 * @throws DomainError `ORGANIZATION_LIMIT`, `NEW_ORGANIZATIONS_LIMITED`
 */
export async function assertMayFoundOrganization(
  em: EntityManager,
  accountId: `acc_${string}`,
  now: Date,
  limits: OrganizationLimits,
): Promise<void> {
  sendAhead(em, `select from account where id = ? for no key update`, [toUuid(accountId)]);
  const since = new Date(now.getTime() - DAY_MS);
  const [founded] = await acrossAccounts(em, () =>
    em.execute<FoundedOrganizations[]>(
      `select count(*) filter (where exists (
                select from member
                where member.organization_id = organization.organization_id
                  and member.account_id = organization.founded_by and member.role = 'legal_representative'
              ))::int as represented,
              count(*) filter (where created_at > ?)::int as recent,
              min(created_at) filter (where created_at > ?) as oldest_recent_at
       from organization where founded_by = ?`,
      [since, since, toUuid(accountId)],
    ),
  );
  const { represented, recent, oldest_recent_at: oldestRecentAt } = founded!;
  if (represented >= limits.ORGANIZATIONS_PER_FOUNDER)
    throw new DomainError('ORGANIZATION_LIMIT', { detail: `at most ${limits.ORGANIZATIONS_PER_FOUNDER}` });
  if (oldestRecentAt && recent >= limits.NEW_ORGANIZATIONS_PER_DAY)
    throw new DomainError('NEW_ORGANIZATIONS_LIMITED', {
      retryAfter: retryAfterOf(new Date(new Date(oldestRecentAt).getTime() + DAY_MS), now),
      detail: `at most ${limits.NEW_ORGANIZATIONS_PER_DAY} a day`,
    });
}
