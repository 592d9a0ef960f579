import { openTables, protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

/** The shape of the catalogue, and the products with their resources and blocks. */
export const products0001 = migration(
  '0001_products',
  `
create table product_type (
  key text primary key,
  name text not null,
  position integer not null unique,
  vat_class text not null check (vat_class in ('standard', 'reduced', 'special')),
  is_warranty_at_order boolean not null,
  -- What a product of this type is while a block stands: mail still arrives in maintenance (PROD-4).
  blocked_status text not null default 'blocked' check (blocked_status in ('blocked', 'maintenance')),
  -- Every new product begins with one resource of this kind.
  first_resource_kind text,
  -- No longer sold; its products go on.
  is_retired boolean not null default false,
  version integer not null default 1
);
create table resource_kind (
  product_type text not null references product_type (key),
  key text not null,
  position integer not null,
  -- No new resources of this kind; those that are there go on.
  is_retired boolean not null default false,
  primary key (product_type, key)
);
alter table product_type add foreign key (key, first_resource_kind) references resource_kind (product_type, key) deferrable initially deferred;
-- A right without a resource kind is given on products only, one with a kind also on single resources. Rows are retired, never deleted: grants name them.
create table product_type_right (
  product_type text not null references product_type (key),
  resource_kind text,
  key text not null,
  position integer not null,
  -- Whether the owner of a new resource has it from the start.
  is_default boolean not null default false,
  -- No longer given; grants that stand go on.
  is_retired boolean not null default false,
  unique nulls not distinct (product_type, resource_kind, key),
  foreign key (product_type, resource_kind) references resource_kind (product_type, key)
);
-- A version is valid until the next one of its currency and interval begins: there is no end to disagree with it.
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
create table resource (
  organization_id uuid not null,
  id uuid not null,
  product_id uuid not null,
  kind text not null,
  name text not null,
  -- The resource of the same product that it lies in (a folder in a folder).
  parent_id uuid,
  owner_account_id uuid,
  -- The owner's time in the organization: when they leave and come back, it is not theirs.
  owner_member_id uuid check ((owner_member_id is null) = (owner_account_id is null)),
  -- Whose it was when they left the organization: nobody reads it until a manager hands it over.
  former_owner_account_id uuid,
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, product_id) references product (organization_id, id),
  foreign key (organization_id, parent_id) references resource (organization_id, id)
);
create unique index resource_name on resource (organization_id, product_id, kind, parent_id, lower(name)) nulls not distinct;
create index resource_product on resource (organization_id, product_id);
-- Whose it was when: what access was at an instant in the past is worked out from it.
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
create unique index resource_ownership_standing on resource_ownership (organization_id, resource_id) where until is null;
create index resource_owner on resource (organization_id, owner_member_id) where owner_member_id is not null;
create table product_block (
  organization_id uuid not null,
  product_id uuid not null,
  position bigint generated always as identity,
  -- Who blocked: the organization itself, or the service that had a reason to.
  origin text not null,
  reason text not null,
  set_by text not null,
  set_at timestamptz(3) not null,
  lifted_by text,
  lifted_at timestamptz(3),
  primary key (organization_id, product_id, position),
  foreign key (organization_id, product_id) references product (organization_id, id)
);
create unique index product_block_standing on product_block (organization_id, product_id, origin, reason) where lifted_at is null;
${protectTenantTables('products', [
  { name: 'product', may: ['insert', 'update'] },
  { name: 'resource' },
  { name: 'resource_ownership', may: ['insert', 'update'] },
  // Blocks are lifted, never forgotten.
  { name: 'product_block', may: ['insert', 'update'] },
])}
${openTables('products', {
  product_type: ['select', 'insert', 'update'],
  resource_kind: ['select', 'insert', 'update'],
  product_type_right: ['select', 'insert', 'update'],
  price: ['select', 'insert', 'update', 'delete'],
})}
`,
);
