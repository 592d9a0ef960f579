import { toUuid } from '@cordee/contracts/id';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import type { DocumentLine } from '../documents/document-line.ts';
import type { PayableInvoice } from '../documents/invoice-payment.ts';
import { readPayableInvoices } from '../documents/invoice-rows.ts';
import { readLinesByReference } from '../documents/stored-lines.ts';
import { readPayableProFormas } from '../payments/payable-pro-formas.ts';
import type { PayableProForma } from '../payments/convert-pro-forma.ts';
import { OPEN_INVOICES_TO_READ } from './invoice-combination.ts';

/** The documents that a set of payments may pay. The caller writes their changes. */
export interface PaymentTargets {
  readonly proFormas: ReadonlyMap<string, PayableProForma>;
  readonly invoices: ReadonlyMap<string, PayableInvoice>;
  /** The open invoices of an organization, the oldest first; at most `OPEN_INVOICES_TO_READ` of each currency. */
  readonly openInvoicesOf: (organizationId: `org_${string}`) => readonly PayableInvoice[];
  readonly linesOf: (invoice: PayableInvoice) => readonly DocumentLine[];
}

/** Reads the documents with the references, and the open invoices of organizations that pay without a reference. */
export async function readPaymentTargets(
  { em, now }: Pick<BillingContext, 'em' | 'now'>,
  references: readonly string[],
  payers: readonly `org_${string}`[],
): Promise<PaymentTargets> {
  const openReferences = new Set(payers.length > 0 ? await readReferencesOfOpenInvoices(em, payers) : []);
  const allReferences = [...new Set([...references, ...openReferences])];
  // The SQL statements share one round trip.
  const [proFormas, invoices, lines] = await Promise.all([
    readPayableProFormas(em, references, now),
    readPayableInvoices(em, allReferences),
    readLinesByReference(em, allReferences),
  ]);
  const openInvoices = Map.groupBy(
    [...openReferences]
      .flatMap((reference) => invoices.get(reference) ?? [])
      .toSorted((left, right) => (left.issuedOn + left.id < right.issuedOn + right.id ? -1 : 1)),
    ({ organizationId }) => organizationId,
  );
  return {
    proFormas: new Map(
      proFormas.map((payable) => [payable.proForma.id, { ...payable, lines: lines.get(payable.proForma.id) ?? [] }]),
    ),
    invoices: new Map([...invoices.values()].map((invoice) => [invoice.id, invoice])),
    openInvoicesOf: (organizationId) => openInvoices.get(organizationId) ?? [],
    linesOf: ({ id }) => lines.get(id) ?? [],
  };
}

async function readReferencesOfOpenInvoices(
  em: EntityManager,
  organizationIds: readonly `org_${string}`[],
): Promise<string[]> {
  const rows = await em.execute<{ reference: string }[]>(
    `select open_invoice.reference from unnest(?::uuid[]) as payer (id)
     cross join lateral (
       select reference, row_number() over (partition by currency order by issued_on, id) as position
       from invoice where organization_id = payer.id and status in ('open', 'part_paid')
     ) open_invoice
     where position <= ?`,
    [uuidList(organizationIds), OPEN_INVOICES_TO_READ],
  );
  return rows.map(({ reference }) => reference);
}

/** Reads which of the organizations let a low payment pay a part of an invoice. */
export async function readPartPaymentOrganizations(
  em: EntityManager,
  organizationIds: Iterable<`org_${string}`>,
): Promise<Set<string>> {
  const rows = await em.execute<{ organization_id: string }[]>(
    `select organization_id from prepaid_account where organization_id = any(?::uuid[]) and takes_part_payments`,
    [uuidList(organizationIds)],
  );
  const uuids = new Set(rows.map(({ organization_id }) => organization_id));
  return new Set([...organizationIds].filter((id) => uuids.has(toUuid(id))));
}
