import { toUuid } from '@cordee/contracts/id';
import { NO_ORGANIZATION } from '@cordee/service/database/tenant-context';
import type { BillingContext } from '../billing-context.ts';
import type { EntryTax, LedgerAccount, LedgerEntry } from './ledger-entry.ts';

interface EntryRow {
  account: LedgerAccount;
  amount: string;
  bank_account: string | null;
  document_id: string | null;
  /** Null for an entry without VAT. */
  tax_state: string | null;
  tax_scope: string | null;
  tax_category: EntryTax['category'] | null;
  tax_basis_points: number | null;
  tax_issued_on: string | null;
}

/** Reads the entries of a ledger booking; `organizationId` is undefined for money in suspense. */
export async function readLedgerEntries(
  { em }: Pick<BillingContext, 'em'>,
  organizationId: `org_${string}` | undefined,
  id: `bkg_${string}`,
): Promise<LedgerEntry[]> {
  const rows = await em.execute<EntryRow[]>(
    `select account, amount, bank_account, document_id, tax_state, tax_scope, tax_category, tax_basis_points,
            tax_issued_on::text
     from ledger_entry where organization_id = ? and booking_id = ? order by position`,
    [organizationId ? toUuid(organizationId) : NO_ORGANIZATION, toUuid(id)],
  );
  return rows.map((row) => ({
    account: row.account,
    amount: Number(row.amount),
    ...(row.bank_account !== null && { bankAccount: row.bank_account }),
    ...(row.document_id && { documentId: row.document_id }),
    ...(row.tax_state !== null && {
      tax: {
        state: row.tax_state,
        scope: row.tax_scope,
        category: row.tax_category!,
        basisPoints: row.tax_basis_points!,
        issuedOn: row.tax_issued_on,
      },
    }),
  }));
}
