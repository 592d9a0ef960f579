import { databaseRoles } from '@cordee/outbox/platform-tables';
import { protectTenantTables } from '@cordee/outbox/tenant-tables';
import { migration } from '@cordee/service/database/migration';
import { SEARCH_SCHEMA } from '../index/schema.ts';

const { reader } = databaseRoles('search');

export const search0001 = migration('0001_search', `
${SEARCH_SCHEMA.join(';\n')};

-- Which product a mailbox belongs to: rights are given on products as well as on mailboxes. Whose it is, the access facts say.
create table mailbox (
  organization_id uuid not null,
  resource_id uuid not null,
  product_id uuid not null,
  primary key (organization_id, resource_id)
);
-- What could not be taken in, and why. The bytes are in the file, at that place.
create table quarantine (
  organization_id uuid not null,
  mailbox_id uuid not null,
  source_key text not null,
  file_id uuid not null references file (id),
  place integer not null,
  size bigint not null,
  code text not null,
  detail text not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, mailbox_id, source_key)
);
${protectTenantTables('search', [
  { name: 'message', may: ['insert', 'update'] }, { name: 'object_entry' }, { name: 'mailbox', may: ['insert', 'update'] }, { name: 'quarantine', may: ['insert'] },
])}
-- Searches: their statements carry organization and scope; a policy that compares would keep the indexes of words out of use.
create policy by_reader on message for select to ${reader} using (true);
create policy by_reader on object_entry for select to ${reader} using (true);
grant select on message, object_entry to ${reader};
`);
