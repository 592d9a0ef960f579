import { NO_ORGANIZATION } from './tenant-context.ts';

/**
 * The SQL of the tables that every service has besides its own tables: outbox, inbox, dead letters, idempotency keys,
 * files, access revisions and leases. The runtime role writes these tables, the relay role reads and marks the outbox,
 * and the sweep role deletes old rows.
 */
export function platformTables(service: string): string {
  const { runtime, relay, sweep, staff } = databaseRoles(service);
  const workers = [runtime, sweep, staff].join(', ');
  return `
create table outbox (
  id bigint generated always as identity primary key,
  event_id uuid not null unique,
  subject text not null,
  entity_id text not null,
  sequence bigint not null,
  body jsonb not null,
  created_at timestamptz(3) not null,
  published_at timestamptz(3),
  unique (entity_id, sequence)
);
create index outbox_unpublished on outbox (id) where published_at is null;
-- The store to which the marked events were published; at most one row.
create table outbox_store (is_single boolean primary key default true check (is_single), store text not null);
create table outbox_sequence (entity_id text primary key, sequence bigint not null);
create table inbox (
  durable text not null,
  entity_id text not null,
  sequence bigint not null,
  primary key (durable, entity_id)
);
create table dead_letter (
  id bigint generated always as identity primary key,
  subject text not null,
  body bytea not null,
  reason text not null,
  attempts integer not null,
  created_at timestamptz(3) not null
);
create table idempotency_key (
  actor_id text not null,
  -- The account of the actor; null for a service and an anonymous caller.
  account_id uuid,
  organization_id uuid not null,
  subject text not null,
  key text not null,
  input_hash bytea not null,
  output jsonb not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, actor_id, subject, key)
);
create index idempotency_key_age on idempotency_key (created_at);
create table file (
  organization_id uuid not null,
  id uuid not null,
  name text not null,
  content_type text not null,
  size bigint not null default 0,
  sha256 bytea,
  created_at timestamptz(3) not null,
  primary key (organization_id, id)
);
create index file_age on file (created_at);
create table file_chunk (
  organization_id uuid not null,
  file_id uuid not null,
  position integer not null,
  bytes bytea not null,
  primary key (organization_id, file_id, position),
  foreign key (organization_id, file_id) references file (organization_id, id) on delete cascade
);
-- The access revision of each organization (ACC-3), and which entities changed with each revision of the last hour.
create table access_revision (
  organization_id uuid primary key,
  revision bigint not null,
  -- Every process with a lease has confirmed this revision. After a crash, it can be lower than the revision.
  notified_revision bigint not null default 0
);
create index access_revision_pending on access_revision (organization_id) where notified_revision < revision;
create table access_change (
  organization_id uuid not null,
  revision bigint not null,
  entity_id text not null,
  changed_at timestamptz(3) not null,
  primary key (organization_id, revision, entity_id)
);
create index access_change_age on access_change (changed_at);
-- The leases of access caches. SQL reads its own clock only for leases: they use real time, which no test moves.
create table access_lease (
  process_id uuid primary key,
  service text not null,
  epoch bigint not null,
  expires_at timestamptz not null,
  is_broken boolean not null default false
);
${['file', 'file_chunk'].map((table) => protect(table, isInContext, runtime, sweep, staff)).join('')}
${protect('idempotency_key', isOwnKey, runtime, sweep, staff)}
${Object.entries(openPlatformTables)
  .map(([table, reason]) => `comment on table ${table} is 'Without row-level security: ${reason}';`)
  .join('\n')}
grant insert on outbox, dead_letter to ${workers};
grant select, insert, update on outbox_sequence, inbox, file, file_chunk, access_revision to ${workers};
grant select, insert on access_change to ${workers};
grant select, insert, update, delete on access_lease to ${workers};
grant select, insert, update on idempotency_key to ${workers};
grant delete on file, dead_letter, idempotency_key, access_change to ${sweep};
grant select on dead_letter to ${sweep}, ${staff};
grant select, update, delete on outbox to ${relay};
grant select, insert, update on outbox_store to ${relay};
`;
}

/**
 * The platform tables without row-level security, and why. The text becomes the comment of the table, as with
 * `openTables`.
 */
const openPlatformTables: Readonly<Record<string, string>> = {
  outbox: 'the runtime role only inserts rows',
  outbox_store: 'contains no data of customers',
  outbox_sequence: 'contains counters; a transaction publishes events of several organizations',
  inbox: 'contains counters',
  dead_letter: 'the runtime role only inserts rows',
  access_revision: 'contains counters; a transaction increments those of several organizations',
  access_change: 'contains ids of changed entities; a transaction changes several organizations',
  access_lease: 'contains no data of customers',
};

/**
 * SQL condition: the organization of the row is in the tenant context. A transaction without an organization (upload by
 * staff) sees only the rows without an organization. `current_setting(…, true)` is null when the setting is missing.
 */
const isInContext = `organization_id =
  coalesce(nullif(current_setting('cordee.organization_id', true), ''), '${NO_ORGANIZATION}')::uuid`;

/** SQL condition: the key was used by the account in the tenant context, or by the same caller without an account. */
const isOwnKey = `${isInContext}
  and account_id is not distinct from nullif(current_setting('cordee.account_id', true), '')::uuid`;

/** Forces row-level security; the runtime role sees the rows that fulfil the condition. */
const protect = (table: string, condition: string, runtime: string, sweep: string, staff: string): string => `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy by_context on ${table} to ${runtime} using (${condition});
create policy by_sweep on ${table} to ${sweep} using (true);
create policy by_staff on ${table} to ${staff} using (true);`;

export interface DatabaseRoles {
  /** Owns the tables and runs the migrations. */
  readonly owner: string;
  /** The role with which the service logs in. Row-level security limits it to one organization at a time. */
  readonly runtime: string;
  /** Reads and marks the outbox. */
  readonly relay: string;
  /** Sees every organization; for jobs and clean-up. */
  readonly sweep: string;
  /** Sees every organization; for the provider's staff. */
  readonly staff: string;
  /** Sees every organization in the tables that allow it; for reads whose statements always name the organization. */
  readonly reader: string;
}

/**
 * The roles of the database of a service. Only the owner and the runtime role can log in; the runtime role switches to
 * the other roles.
 */
export function databaseRoles(service: string): DatabaseRoles {
  const runtime = `cordee_${service}`;
  return {
    owner: `${runtime}_owner`,
    runtime,
    relay: `${runtime}_relay`,
    sweep: `${runtime}_sweep`,
    staff: `${runtime}_staff`,
    reader: `${runtime}_reader`,
  };
}
