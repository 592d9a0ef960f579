import { attemptCountTable } from '@cordee/service/attempt-limits/attempt-counts';
import { databaseRoles } from '@cordee/service/database/platform-tables';
import { openTables, protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';
import { catalogueRows } from './catalogue-rows.ts';

const { runtime, sweep, staff } = databaseRoles('products');

/** The catalogue, the products with their resources and blocks, and their transfers between organizations. */
export const products0001 = migration(
  '0001_products',
  `
create table product_type (
  key text primary key,
  name text not null,
  position integer not null unique,
  vat_class text not null check (vat_class in ('standard', 'reduced', 'special')),
  is_warranty_at_order boolean not null,
  -- The status of a blocked product of this type. In maintenance, a mail service still receives mail (PROD-4).
  blocked_status text not null default 'blocked' check (blocked_status in ('blocked', 'maintenance')),
  -- Every new product gets one resource of this kind.
  first_resource_kind text,
  -- No longer sold; existing products stay valid.
  is_retired boolean not null default false,
  version integer not null default 1,
  -- A holder of one of these rights keeps the first of them when a product of the type is transferred (PROD-5).
  retained_rights text[] not null default '{}'
);
create table resource_kind (
  product_type text not null references product_type (key),
  key text not null,
  position integer not null,
  -- No new resources of this kind; existing ones stay valid.
  is_retired boolean not null default false,
  primary key (product_type, key)
);
alter table product_type
  add foreign key (key, first_resource_kind) references resource_kind (product_type, key) deferrable initially deferred;
-- A right without a resource kind is granted on products, a right with a kind also on single resources.
-- Rows are retired and never deleted: grants refer to them.
create table product_type_right (
  product_type text not null references product_type (key),
  resource_kind text,
  key text not null,
  position integer not null,
  -- The owner of a new resource has the right from the start.
  is_default boolean not null default false,
  -- No new grants of this right; existing ones stay valid.
  is_retired boolean not null default false,
  unique nulls not distinct (product_type, resource_kind, key),
  foreign key (product_type, resource_kind) references resource_kind (product_type, key)
);
-- A version has no end column: it is valid until the next version of its currency and interval starts.
create table price (
  product_type text not null references product_type (key),
  currency text not null,
  interval text not null check (interval in ('monthly', 'yearly')),
  amount bigint not null check (amount >= 0),
  valid_from date not null,
  set_by text not null,
  set_at timestamptz(3) not null,
  primary key (product_type, currency, interval, valid_from)
);

create table product (
  organization_id uuid not null,
  id uuid not null,
  order_id uuid not null,
  type text not null references product_type (key),
  name text not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, id)
);
-- After a transfer, the rows of the product and its resources stay in the former organization for questions about the
-- past. They count only during an ownership period.
create table product_ownership (
  organization_id uuid not null,
  product_id uuid not null,
  -- Counts the ownership periods of the organization: a grant on the product is valid in its own period only.
  ownership_number integer not null check (ownership_number > 0),
  since timestamptz(3) not null,
  until timestamptz(3) check (until >= since),
  primary key (organization_id, product_id, ownership_number),
  foreign key (organization_id, product_id) references product (organization_id, id)
);
-- A product has one owner at a time, also under concurrency.
create unique index product_ownership_current on product_ownership (product_id) where until is null;

create table resource (
  organization_id uuid not null,
  id uuid not null,
  product_id uuid not null,
  kind text not null,
  name text not null,
  -- The containing resource of the same product, for instance the folder of a folder.
  parent_id uuid,
  owner_account_id uuid,
  -- The membership period of the owner: a person who leaves and comes back no longer owns the resource.
  owner_member_id uuid check ((owner_member_id is null) = (owner_account_id is null)),
  -- The owner who left the organization. Nobody reads the resource until a manager assigns a new owner.
  former_owner_account_id uuid,
  -- The owner before the transfer, who becomes the owner again once they are a member of this organization (PROD-5).
  retained_owner_account_id uuid,
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, product_id) references product (organization_id, id),
  foreign key (organization_id, parent_id) references resource (organization_id, id)
);
create unique index resource_name on resource (organization_id, product_id, kind, parent_id, lower(name))
  nulls not distinct;
create index resource_product on resource (organization_id, product_id);
create index resource_owner on resource (organization_id, owner_member_id) where owner_member_id is not null;
-- The history of owners answers what access was at a past instant.
create table resource_ownership (
  organization_id uuid not null,
  resource_id uuid not null,
  position bigint generated always as identity,
  account_id uuid not null,
  member_id uuid not null,
  since timestamptz(3) not null,
  until timestamptz(3),
  primary key (organization_id, resource_id, position),
  foreign key (organization_id, resource_id) references resource (organization_id, id)
);
create unique index resource_ownership_current on resource_ownership (organization_id, resource_id)
  where until is null;

create table product_block (
  organization_id uuid not null,
  product_id uuid not null,
  position bigint generated always as identity,
  -- The organization itself, or the service that set the block.
  origin text not null,
  reason text not null,
  set_by text not null,
  set_at timestamptz(3) not null,
  lifted_by text,
  lifted_at timestamptz(3),
  primary key (organization_id, product_id, position),
  foreign key (organization_id, product_id) references product (organization_id, id)
);
create unique index product_block_active on product_block (organization_id, product_id, origin, reason)
  where lifted_at is null;

create table transfer (
  organization_id uuid not null,
  id uuid not null,
  product_id uuid not null,
  kind text not null check (kind in ('link', 'email', 'organization')),
  -- Removed when the transfer is over.
  email text,
  email_key text,
  locale text not null,
  target_organization_id uuid check ((target_organization_id is not null) = (kind = 'organization')),
  -- Hash of the secret in a link; the link itself is not stored.
  secret_hash bytea check ((secret_hash is not null) = (kind = 'link')),
  status text not null check (status in ('offered', 'accepting', 'accepted', 'declined', 'cancelled', 'expired')),
  offered_by uuid not null,
  -- The terms at the offer. Without a due date, the renewal was not known then.
  offered_retained_user_count integer not null check (offered_retained_user_count >= 0),
  offered_price_amount bigint,
  offered_price_currency text check ((offered_price_currency is null) = (offered_price_amount is null)),
  offered_due_on date,
  to_organization_id uuid check ((to_organization_id is not null) = (status in ('accepting', 'accepted'))),
  accepted_by uuid,
  -- The people who come with the product, from the acceptance until the product has moved.
  retained_account_ids text[] check (retained_account_ids is null or status = 'accepting'),
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, product_id) references product (organization_id, id)
);
create unique index transfer_open on transfer (product_id) where status in ('offered', 'accepting');
create index transfer_email on transfer (email_key) where status = 'offered' and email_key is not null;
create index transfer_target on transfer (target_organization_id)
  where status = 'offered' and target_organization_id is not null;
create index transfer_due on transfer (expires_at) where status = 'offered';
create index transfer_accepting on transfer (id) where status = 'accepting';
${attemptCountTable}
${protectTenantTables('products', [
  { name: 'product', may: ['insert', 'update'] },
  { name: 'product_ownership', may: ['insert'] },
  { name: 'resource' },
  { name: 'resource_ownership', may: ['insert', 'update'] },
  // Blocks are lifted and never deleted.
  { name: 'product_block', may: ['insert', 'update'] },
  { name: 'transfer', may: ['insert', 'update'] },
])}
-- Past ownership periods never change: only the end of the current one is set.
grant update (until) on product_ownership to ${runtime}, ${sweep}, ${staff};
${openTables('products', {
  product_type: { may: ['select', 'insert', 'update'], reason: 'catalogue of the provider' },
  resource_kind: { may: ['select', 'insert', 'update'], reason: 'catalogue of the provider' },
  product_type_right: { may: ['select', 'insert', 'update'], reason: 'catalogue of the provider' },
  price: { may: ['select', 'insert', 'update', 'delete'], reason: 'catalogue of the provider' },
  attempt_count: {
    may: ['select', 'insert', 'update', 'delete'],
    reason: 'counts mails to one address or from one network, of all organizations, by hashes',
  },
})}
-- The rows come last: a table with deferred checks that are still pending cannot be altered.
${catalogueRows}
`,
);
