import { migration } from '@cordee/service/database/migration';

/** References and language of billing addresses. */
export const billing0005 = migration(
  '0005_addresses',
  `
alter table address
  add column buyer_reference text,
  add column purchase_order text,
  add column language text;
`,
);
