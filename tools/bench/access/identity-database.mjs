import { toUuid } from '@cordee/contracts/id';
import { identityService } from '@cordee/identity/identity.service';
import { copyRows } from '../harness/copy-rows.mjs';
import { createServiceDatabase, CREATED_AT } from './service-database.mjs';

/**
 * Creates a database of identity with the people of these organizations, as the access snapshot reads them. Returns the
 * URLs of the admin and runtime role.
 */
export const createIdentityDatabase = (name, organizations) =>
  createServiceDatabase(identityService, name, async (client) => {
    for (const organization of organizations) await insertOrganization(client, organization);
  });

async function insertOrganization(client, { organizationId, rows }) {
  const organizationUuid = toUuid(organizationId);
  await copyRows(
    client,
    'member_status_history',
    ['organization_id', 'member_id', 'account_id', 'role', 'flags', 'is_blocked', 'since'],
    rows.people.people.map(({ memberId, accountId, role, flags, isBlocked }) => [
      organizationUuid,
      toUuid(memberId),
      toUuid(accountId),
      role,
      `{${flags.join(',')}}`,
      isBlocked,
      CREATED_AT,
    ]),
  );
  await client.query('insert into access_revision (organization_id, revision) values ($1, 1)', [organizationUuid]);
}
