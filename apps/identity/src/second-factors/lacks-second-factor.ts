import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

/** SQL condition: the organization requires a second factor and the member has none. */
export const lacksSecondFactorSql = `(organization.is_second_factor_required and not exists (
  select from second_factor factor where factor.account_id = member.account_id and factor.confirmed_at is not null))`;

/**
 * Returns true when the person lacks a required second factor in the organization. Such a member has no rights, so
 * their invitations and offers are not valid. Lock the organization first.
 */
export async function lacksSecondFactor(
  em: EntityManager,
  organizationId: `org_${string}`,
  accountId: `acc_${string}`,
): Promise<boolean> {
  const [row] = await em.execute<{ lacks: boolean }[]>(
    `select ${lacksSecondFactorSql} as lacks from member join organization using (organization_id)
     where organization_id = ? and account_id = ?`,
    [toUuid(organizationId), toUuid(accountId)],
  );
  return row?.lacks ?? false;
}
