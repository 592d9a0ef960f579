import { migration } from '@cordee/service/database/migration';

/** Product types outside of the scope of VAT. */
export const products0003 = migration(
  '0003_out_of_scope',
  `
alter table product_type drop constraint product_type_vat_class_check;
alter table product_type add constraint product_type_vat_class_check
  check (vat_class in ('standard', 'reduced', 'special', 'out_of_scope')) not valid;
`,
);
