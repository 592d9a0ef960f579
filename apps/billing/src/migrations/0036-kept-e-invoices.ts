import { changeHiddenRows, migrationInSteps } from '@cordee/service/database/migration';

/** Deletes the stored e-invoices of invoices whose payment was reversed. Earlier versions kept them. */
export const billing0036 = migrationInSteps(
  '0036_kept_e_invoices',
  changeHiddenRows(
    ['e_invoice', 'invoice'],
    `delete from e_invoice using invoice
     where invoice.organization_id = e_invoice.organization_id and invoice.id = e_invoice.document_id
       and invoice.status not in ('paid', 'partly_refunded', 'refunded')`,
  ),
);
