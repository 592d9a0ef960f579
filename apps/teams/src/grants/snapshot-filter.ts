import { toUuid } from '@cordee/contracts/id';
import type { Input } from '@cordee/contracts/contract';
import type { getGrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import type { Condition, SnapshotScope } from './access-snapshot-queries.ts';

type SnapshotQuestion = NonNullable<Input<typeof getGrantSnapshot>['about']>;

/** Every team the person was ever in, with every team that such a team ever stood in: more than any instant needs, and never less. */
const everyTeamOfPerson = `
  with recursive reached as (
    select team_id from team_membership where organization_id = ? and account_id = ?
    union
    select place.parent_id from team_parent_history place join reached on reached.team_id = place.team_id where place.organization_id = ? and place.parent_id is not null
  ) select team_id from reached`;

/**
 * The rows that can matter for a question about a person, a product or both; undefined where nothing is named. Teams are few, and their names are told
 * with what comes by way of them: they are always all there. Who is in them matters for everybody as long as no person is named.
 */
export function filterForQuestion(
  organizationId: `org_${string}`,
  about: SnapshotQuestion | undefined,
): SnapshotScope['only'] {
  const { accountId, productId } = about ?? {};
  const person = accountId && toUuid(accountId);
  const product = productId && toUuid(productId);
  const organization = toUuid(organizationId);
  const heldFor: Condition[] = person
    ? [
        {
          sql: `(holder_kind = 'organization' or holder_account_id = ? or holder_team_id in (${everyTeamOfPerson}))`,
          parameters: [person, organization, person, organization],
        },
      ]
    : [];
  const on = (sql: string): Condition[] => (product ? [{ sql, parameters: [product] }] : []);
  return {
    ...(person ? { memberships: { sql: 'account_id = ?', parameters: [person] } } : {}),
    ...both('grants', [...heldFor, ...on(`(product_id = ? or object_kind = 'product_type')`)]),
    ...both('restrictions', [...heldFor, ...on('product_id = ?')]),
  };
}

/** All conditions in one; nothing where there is none. */
function both(kind: 'grants' | 'restrictions', conditions: readonly Condition[]): SnapshotScope['only'] {
  if (conditions.length === 0) return {};
  return {
    [kind]: {
      sql: conditions.map(({ sql }) => sql).join(' and '),
      parameters: conditions.flatMap(({ parameters }) => parameters),
    },
  };
}
