import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

/** Mailboxes and delivery of billing addresses; billing addresses and cost centres of products. */
export const billing0010 = migration(
  '0010_product_billing',
  `
alter table address
  add column mailboxes jsonb not null default '[]',
  add column delivery text not null default 'mail_with_pdf' check (delivery in ('mail_with_pdf', 'mail_with_link'));

create table product_billing (
  organization_id uuid not null,
  product_id uuid not null,
  address_id uuid,
  cost_centre text,
  version integer not null default 1,
  primary key (organization_id, product_id),
  -- Without its address, a product has the default address.
  foreign key (organization_id, address_id) references address (organization_id, id) on delete set null (address_id)
);
create index product_billing_address on product_billing (organization_id, address_id);
${protectTenantTables('billing', [{ name: 'product_billing' }])}
alter table document_line add column cost_centre text;
`,
);
