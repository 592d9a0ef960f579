import { databaseRoles } from '@cordee/service/database/platform-tables';
import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

const { runtime, sweep, staff } = databaseRoles('products');

/** Which organization has a product when, and the offers by which it moves (PROD-5). */
export const products0003 = migration(
  '0003_transfers',
  `
-- On a new database the catalogue has just been written, in the same transaction: its deferred checks come first.
set constraints all immediate;
-- Whoever holds one of these by a grant keeps the first of them when a product of the type moves to another organization.
alter table product_type add column kept_rights text[] not null default '{}';
update product_type set kept_rights = '{user,admin}' where key = 'drive';

-- An organization has a product from \`since\` to \`until\`. Its rows of the product and what is in it stay when it leaves: they count only while it has it.
create table product_ownership (
  organization_id uuid not null,
  product_id uuid not null,
  -- Which time the organization has it: what was given on the product in another one does not count.
  ownership_number integer not null check (ownership_number > 0),
  since timestamptz(3) not null,
  until timestamptz(3) check (until >= since),
  primary key (organization_id, product_id, ownership_number),
  foreign key (organization_id, product_id) references product (organization_id, id)
);
-- One has it at a time, whatever runs at once.
create unique index product_ownership_present on product_ownership (product_id) where until is null;
-- The owner of the tables is bound by row-level security too: lifted while it notes who has what is there already.
alter table product no force row level security;
insert into product_ownership (organization_id, product_id, ownership_number, since) select organization_id, id, 1, created_at from product;
alter table product force row level security;

create table transfer (
  organization_id uuid not null,
  id uuid not null,
  product_id uuid not null,
  kind text not null check (kind in ('link', 'email', 'organization')),
  -- Forgotten when the transfer is over.
  email text,
  email_key text,
  locale text not null,
  target_organization_id uuid check ((target_organization_id is not null) = (kind = 'organization')),
  -- Of the secret in a link; the link itself is kept nowhere.
  secret_hash bytea check ((secret_hash is not null) = (kind = 'link')),
  status text not null check (status in ('offered', 'accepting', 'accepted', 'declined', 'cancelled', 'expired')),
  offered_by uuid not null,
  to_organization_id uuid check ((to_organization_id is not null) = (status in ('accepting', 'accepted'))),
  accepted_by uuid,
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, product_id) references product (organization_id, id)
);
create unique index transfer_open on transfer (product_id) where status in ('offered', 'accepting');
create index transfer_email on transfer (email_key) where status = 'offered' and email_key is not null;
create index transfer_target on transfer (target_organization_id) where status = 'offered' and target_organization_id is not null;
create index transfer_due on transfer (expires_at) where status = 'offered';
create index transfer_accepting on transfer (id) where status = 'accepting';
${protectTenantTables('products', [
  { name: 'product_ownership', may: ['insert'] },
  { name: 'transfer', may: ['insert', 'update'] },
])}
-- What has been is never changed: only the end is added.
grant update (until) on product_ownership to ${runtime}, ${sweep}, ${staff};
`,
);
