import { toUuid } from '@cordee/contracts/id';
import type { Input } from '@cordee/contracts/contract';
import type { getGrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import type { Condition, SnapshotScope } from './access-snapshot-queries.ts';

type SnapshotQuestion = NonNullable<Input<typeof getGrantSnapshot>['about']>;

/**
 * Every past and current team of the person, with every past and current parent: a superset of the teams at any
 * instant.
 */
const everyTeamOfPerson = `
  with recursive teams_of_person as (
    select team_id from team_membership where organization_id = ? and account_id = ?
    union
    select period.parent_id from team_parent_history period join teams_of_person
    on teams_of_person.team_id = period.team_id where period.organization_id = ? and period.parent_id is not null
  ) select team_id from teams_of_person`;

/**
 * The rows that matter for a question about a person, a product or both; undefined without either. Teams are always
 * included, because they are few and their names appear in the answer. Without a person, all memberships matter.
 */
export function filterForQuestion(
  organizationId: `org_${string}`,
  about: SnapshotQuestion | undefined,
): SnapshotScope['filter'] {
  const { accountId, productId } = about ?? {};
  const person = accountId && toUuid(accountId);
  const product = productId && toUuid(productId);
  const organization = toUuid(organizationId);
  const byHolder: Condition[] = person
    ? [
        {
          sql: `(holder_kind = 'organization' or holder_account_id = ? or holder_team_id in (${everyTeamOfPerson}))`,
          parameters: [person, organization, person, organization],
        },
      ]
    : [];
  const byProduct = (sql: string): Condition[] => (product ? [{ sql, parameters: [product] }] : []);
  return {
    ...(person ? { memberships: { sql: 'account_id = ?', parameters: [person] } } : {}),
    ...allOf('grants', [...byHolder, ...byProduct(`(product_id = ? or object_kind = 'product_type')`)]),
    ...allOf('restrictions', [...byHolder, ...byProduct('product_id = ?')]),
  };
}

/** Joins the conditions; empty without conditions. */
function allOf(kind: 'grants' | 'restrictions', conditions: readonly Condition[]): SnapshotScope['filter'] {
  if (conditions.length === 0) return {};
  return {
    [kind]: {
      sql: conditions.map(({ sql }) => sql).join(' and '),
      parameters: conditions.flatMap(({ parameters }) => parameters),
    },
  };
}
