import type { suggestSuspense } from '@cordee/contracts/billing/suspense';
import type { Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { OPEN_INVOICES_TO_READ, uniqueCombination } from './invoice-combination.ts';

type Suggestion = Output<typeof suggestSuspense>['suggestions'][number];

const MAX_SUGGESTIONS = 20;

interface OpenDocument {
  id: string;
  kind: 'invoice' | 'pro_forma';
  number: string;
  open: number;
}

interface CandidateRow {
  organization_id: string;
  name: string;
  same_iban: boolean;
  same_name: boolean;
  amount: string | null;
  currency: Currency | null;
  documents: OpenDocument[];
}

/**
 * Suggests organizations for a booking in suspense, the best first. The reasons are: the account of the payer paid for
 * the organization before, the organization has the name of the payer, or an open document of the organization has the
 * amount. Throws SUSPENSE_NOT_FOUND.
 */
export async function suggestOrganizations(
  em: EntityManager,
  bookingId: `bkg_${string}`,
  today: string,
): Promise<Suggestion[]> {
  const rows = await em.execute<(CandidateRow | { organization_id: null })[]>(
    `with booking as (
       select debtor_iban, debtor_name, currency, amount from bank_booking
       where id = ? and status in ('suspense', 'total') and direction = 'credit'
     ), hint as (
       select organization_id, true as same_iban, false as same_name
       from payer_account join booking on iban = debtor_iban
       union all
       (select organization_id, false, true from address join booking on lower(name) = lower(debtor_name) limit ?)
       union all
       (select organization_id, false, false from invoice
        join booking on booking.currency = invoice.currency and booking.amount =
          (total - credited_amount - written_off_amount - paid_amount + refunded_amount)
        where invoice.status in ('open', 'part_paid') limit ?)
       union all
       (select organization_id, false, false from pro_forma
        join booking on booking.currency = pro_forma.currency and booking.amount = (total - reserved_amount)
        where pro_forma.status = 'issued' and valid_until >= ? limit ?)
     ), candidate as (
       select organization_id, bool_or(same_iban) as same_iban, bool_or(same_name) as same_name
       from hint group by organization_id order by 2 desc, 3 desc, 1 limit ?
     )
     select candidate.*, booking.amount, booking.currency, coalesce((
         select name from address where organization_id = candidate.organization_id order by is_default desc limit 1
       ), '') as name, coalesce((
         select json_agg(document) from (
           select id, 'invoice' as kind, number, issued_on,
                  total - credited_amount - written_off_amount - paid_amount + refunded_amount as open
           from invoice
           where organization_id = candidate.organization_id and currency = booking.currency
             and status in ('open', 'part_paid')
           union all
           select id, 'pro_forma', number, issued_on, total - reserved_amount from pro_forma
           where organization_id = candidate.organization_id and currency = booking.currency and status = 'issued'
             and total - reserved_amount = booking.amount and valid_until >= ?
           order by issued_on, id limit ?
         ) document
       ), '[]') as documents
     from booking left join candidate on true`,
    [
      toUuid(bookingId),
      MAX_SUGGESTIONS,
      MAX_SUGGESTIONS,
      today,
      MAX_SUGGESTIONS,
      MAX_SUGGESTIONS,
      today,
      OPEN_INVOICES_TO_READ,
    ],
  );
  if (rows.length === 0) throw new DomainError('SUSPENSE_NOT_FOUND');
  return rows
    .flatMap((row) => (row.organization_id === null ? [] : [suggestionOf(row)]))
    .toSorted((left, right) => right.reasons.length - left.reasons.length);
}

function suggestionOf(row: CandidateRow): Suggestion {
  const documents = row.amount === null ? [] : documentsWithAmount(Number(row.amount), row.documents);
  const reasons: Suggestion['reasons'] = [
    ...(row.same_iban ? (['payer_iban'] as const) : []),
    ...(row.same_name ? (['payer_name'] as const) : []),
    ...(documents.length === 1 ? (['amount'] as const) : []),
    ...(documents.length > 1 ? (['amount_of_several'] as const) : []),
  ];
  return {
    organizationId: toId('org', row.organization_id),
    name: row.name,
    documents: documents.map(({ id, kind, number, open }) => ({
      documentId: toId(kind === 'invoice' ? 'inv' : 'pfm', id),
      number,
      // A booking without a currency has no amount, and so no suggested documents.
      open: { amount: open, currency: row.currency! },
    })),
    reasons,
  };
}

/** The oldest document with the amount, else the only combination of invoices with the amount. */
function documentsWithAmount(amount: number, documents: readonly OpenDocument[]): readonly OpenDocument[] {
  const documentOfAmount = documents.find(({ open }) => open === amount);
  if (documentOfAmount) return [documentOfAmount];
  const invoices = documents.filter(({ kind }) => kind === 'invoice');
  return uniqueCombination(invoices, ({ open }) => open, amount) ?? [];
}
