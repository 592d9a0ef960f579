import { toUuid } from '@cordee/contracts/id';
import type { Input } from '@cordee/contracts/contract';
import type { getGrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import type { SqlFragment, SnapshotScope } from './snapshot-tables.ts';

type SnapshotQuestion = NonNullable<Input<typeof getGrantSnapshot>['about']>;

/**
 * SQL text: selects every past and current team of a person, with every past and current parent of these teams. The
 * result contains the teams of every instant.
 */
const everyTeamOfPersonSql = `
  with recursive teams_of_person as (
    select team_id from team_membership where organization_id = ? and account_id = ?
    union
    select period.parent_id from team_parent_history period join teams_of_person
    on teams_of_person.team_id = period.team_id where period.organization_id = ? and period.parent_id is not null
  ) select team_id from teams_of_person`;

/**
 * The conditions for the rows that a question about a person, a product or both needs. Teams have no condition, because
 * an organization has few teams, and the answer contains their names. Without a person, memberships have no condition
 * either.
 */
export function filterForQuestion(
  organizationId: `org_${string}`,
  about: SnapshotQuestion | undefined,
): SnapshotScope['filter'] {
  const { accountId, productId } = about ?? {};
  const person = accountId && toUuid(accountId);
  const product = productId && toUuid(productId);
  const organization = toUuid(organizationId);
  const holderConditions: SqlFragment[] = person
    ? [
        {
          sql: `(holder_kind = 'organization' or holder_account_id = ? or holder_team_id in (${everyTeamOfPersonSql}))`,
          parameters: [person, organization, person, organization],
        },
      ]
    : [];
  const productConditionOf = (sql: string): SqlFragment[] => (product ? [{ sql, parameters: [product] }] : []);
  return {
    ...(person ? { memberships: { sql: 'account_id = ?', parameters: [person] } } : {}),
    ...combineConditions('grants', [
      ...holderConditions,
      ...productConditionOf(`(product_id = ? or object_kind = 'product_type')`),
    ]),
    ...combineConditions('restrictions', [...holderConditions, ...productConditionOf('product_id = ?')]),
  };
}

/** The filter of a table with all conditions; no filter without conditions. */
function combineConditions(
  table: 'grants' | 'restrictions',
  conditions: readonly SqlFragment[],
): SnapshotScope['filter'] {
  if (conditions.length === 0) return {};
  return {
    [table]: {
      sql: conditions.map(({ sql }) => sql).join(' and '),
      parameters: conditions.flatMap(({ parameters }) => parameters),
    },
  };
}
