import { databaseRoles } from '@cordee/service/database/platform-tables';
import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

const { reader } = databaseRoles('search');

/**
 * The search index: GIN indexes over words and over trigrams for parts of words. All keys and indexes start with the
 * organization, so that a search never scans entries of another organization.
 *
 * Searches use a separate role with the policy `for select using (true)`. With a policy that compares the organization,
 * PostgreSQL must evaluate the policy before any word condition, because `@@` and `like` are not leakproof. PostgreSQL
 * could then not use the GIN indexes and would scan the whole mailbox for a rare word. The role runs only compiled
 * queries, which always contain organization and scope.
 *
 * Columns that end in `_text`, `folder_key`, `list_id` and the values of `headers` are folded and used for matching.
 * `subject`, `body`, `people` and `attachments` are unchanged and used for display.
 */
export const search0001 = migration(
  '0001_search',
  `
create table message (
  organization_id uuid not null,
  id uuid not null,
  mailbox_id uuid not null,
  dedup_key text not null,
  folder text not null,
  folder_key text not null,
  folder_role text not null default '',
  message_id text not null default '',
  sent_at timestamptz(3),
  received_at timestamptz(3) not null,
  size bigint not null,
  has_attachment boolean not null,
  is_unread boolean not null,
  is_starred boolean not null,
  subject text not null,
  body text not null,
  people jsonb not null,
  attachments jsonb not null,
  from_text text not null,
  to_text text not null,
  cc_text text not null,
  bcc_text text not null,
  people_text text not null generated always as (from_text || to_text || cc_text || bcc_text) stored,
  filenames_text text not null,
  list_id text not null default '',
  headers jsonb not null,
  tsv tsvector not null,
  primary key (organization_id, id),
  unique (organization_id, mailbox_id, dedup_key)
);
-- Better statistics let the planner use the GIN index for rare words and the index by date for common words.
alter table message alter column tsv set statistics 1000;
-- Each search reads the pending list of a GIN index. A short list (1,024 kB) makes imports slower and searches steady.
create index message_tsv on message using gin (organization_id, tsv) with (gin_pending_list_limit = 1024);
create index message_people on message using gin (organization_id, people_text gin_trgm_ops)
  with (gin_pending_list_limit = 1024);
create index message_filenames on message using gin (organization_id, filenames_text gin_trgm_ops)
  where has_attachment;
create index message_newest on message (organization_id, received_at desc, id desc);
create index message_mailbox_newest on message (organization_id, mailbox_id, received_at desc, id desc);
create index message_message_id on message (organization_id, message_id);
create index message_list on message using gin (organization_id, list_id gin_trgm_ops) where list_id <> '';
create table object_entry (
  organization_id uuid not null,
  id uuid not null,
  kind text not null,
  title text not null,
  body text not null default '',
  facets jsonb not null default '{}',
  acl_tokens text[] not null,
  occurred_at timestamptz(3),
  revision bigint not null default 0,
  match_text text not null,
  tsv tsvector not null,
  primary key (organization_id, id)
);
alter table object_entry alter column tsv set statistics 1000;
create index object_entry_tsv on object_entry using gin (organization_id, tsv);
create index object_entry_match on object_entry using gin (organization_id, match_text gin_trgm_ops);
create index object_entry_kind on object_entry (organization_id, kind, occurred_at desc, id desc);

-- The mailboxes with imports. Imports into one mailbox lock its row. Owner and grants are in the access snapshot.
create table mailbox (
  organization_id uuid not null,
  resource_id uuid not null,
  product_id uuid not null,
  primary key (organization_id, resource_id)
);
-- Messages that could not be imported, with the reason. The bytes are in the file, at the position of the message.
create table quarantine (
  organization_id uuid not null,
  mailbox_id uuid not null,
  dedup_key text not null,
  file_id uuid not null,
  position integer not null,
  size bigint not null,
  code text not null,
  detail text not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, mailbox_id, dedup_key),
  foreign key (organization_id, file_id) references file (organization_id, id)
);
create index quarantine_file on quarantine (organization_id, file_id);
${protectTenantTables('search', [
  { name: 'message', may: ['insert', 'update'] },
  { name: 'object_entry' },
  { name: 'mailbox', may: ['insert', 'update'] },
  { name: 'quarantine', may: ['insert'] },
])}
-- The role of searches: its queries contain organization and scope themselves (see above).
create policy by_reader on message for select to ${reader} using (true);
create policy by_reader on object_entry for select to ${reader} using (true);
grant select on message, object_entry to ${reader};
`,
);
