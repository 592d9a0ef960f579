import { migration } from '@cordee/service/database/migration';

/** The two orders of a request whose products are inside and outside of the scope of VAT. */
export const billing0032 = migration(
  '0032_related_orders',
  `
alter table "order" add column related_order_id uuid;
`,
);
