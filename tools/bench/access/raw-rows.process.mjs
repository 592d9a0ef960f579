// Reads the rows of an access snapshot with prepared statements of the plain PostgreSQL client. It is the limit for the
// first check about an organization.
import { toUuid } from '@cordee/contracts/id';
import pg from 'pg';
import { handleRequests } from '../harness/handle-requests.mjs';

/** The statements of each database. The first parameter is the organization. */
const statements = {
  identity: {
    people: `select member_id, account_id, role, flags, is_blocked, lacks_second_factor
      from member_status_history where organization_id = $1 and until is null`,
    support: `select support_access_id, entry.account_id, level, with_content, granted_by_member_id, ends_at, products
      from support_entry entry
      join support_access access
        on access.organization_id = entry.organization_id and access.id = entry.support_access_id
      where entry.organization_id = $1 and left_at is null`,
  },
  teams: {
    teams: `select period.team_id, period.name, period.parent_id, period.parent_ends_at, period.is_members_only,
        team.lead_member_id
      from team_parent_history period
      join team on team.organization_id = period.organization_id and team.id = period.team_id
      where period.organization_id = $1 and period.until is null`,
    memberships: `select team_id, member_id, ends_at
      from team_membership where organization_id = $1 and ended_at is null and (ends_at is null or ends_at > now())`,
    grants: `select id, holder_account_id, holder_member_id, holder_team_id, product_type, product_id, resource_id,
        ownership_number, access_right, ends_at
      from access_grant where organization_id = $1 and ended_at is null and (ends_at is null or ends_at > now())`,
    restrictions: `select holder_account_id, holder_member_id, holder_team_id, resource_id, ownership_number,
        access_right, ends_at
      from restriction where organization_id = $1 and ended_at is null and (ends_at is null or ends_at > now())`,
  },
  products: {
    products: `select product.id, period.ownership_number, product.type, product.name, exists (
        select from product_block block
        where block.organization_id = product.organization_id and block.product_id = product.id and lifted_at is null
      ) as is_blocked
      from product_ownership period
      join product on product.organization_id = period.organization_id and product.id = period.product_id
      where period.organization_id = $1 and period.until is null`,
    resources: `select resource.id, resource.product_id, resource.kind, resource.name, resource.parent_id,
        ownership.account_id, ownership.member_id
      from product_ownership period
      join resource
        on resource.organization_id = period.organization_id and resource.product_id = period.product_id
      left join resource_ownership ownership
        on ownership.organization_id = resource.organization_id and ownership.resource_id = resource.id
          and ownership.until is null
      where period.organization_id = $1 and period.until is null`,
  },
};

let clients;
let organizationIds;
let nextIndex = 0;

handleRequests({
  /** `urls` are the databases by service. `organizationIds` are lists by name. */
  async start(input) {
    ({ organizationIds } = input);
    clients = await Promise.all(
      Object.entries(input.urls).map(async ([service, connectionString]) => {
        const client = new pg.Client({ connectionString, pipeline: true });
        await client.connect();
        return { service, client };
      }),
    );
  },
  /** Reads the rows of each of the next organizations. Returns the durations in milliseconds. */
  async measure({ name, count }) {
    const durations = [];
    for (let index = 0; index < count; index += 1) {
      const ids = organizationIds[name];
      const organizationId = ids[(nextIndex += 1) % ids.length];
      const start = performance.now();
      await readRows(organizationId);
      durations.push(performance.now() - start);
    }
    return durations;
  },
  countRows: async (organizationId) => Object.fromEntries(await readRows(organizationId)),
  stop: () => Promise.all((clients ?? []).map(({ client }) => client.end())),
});

/** Sends all statements at once. Returns the number of rows of each statement. */
function readRows(organizationId) {
  const values = [toUuid(organizationId)];
  return Promise.all(
    clients.flatMap(({ service, client }) =>
      Object.entries(statements[service]).map(async ([name, text]) => [
        name,
        (await client.query({ name, text, values })).rows.length,
      ]),
    ),
  );
}
