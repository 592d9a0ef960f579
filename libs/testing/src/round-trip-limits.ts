import { contracts } from '@cordee/contracts/catalogue';
import type { Contract } from '@cordee/contracts/contract';

/** A query reads in one statement, or in several statements at the same time. */
const LIMIT_OF_QUERY = 1;
/** One round trip each to claim the key, load, write, increment the access revision, and commit with the events. */
const LIMIT_OF_COMMAND = 5;

/** Operations that need more round trips, with the highest number that tests reach. Lower a number when you can. */
const higherLimits: Readonly<Record<string, number>> = {
  // These queries read the ids that changed since a revision, and then the rows of these ids.
  'rpc.identity.member.get_snapshot.v1': 2,
  'rpc.products.product.get_snapshot.v1': 2,
  // This query also reads a complete snapshot when the changes do not fit into one page.
  'rpc.teams.grant.get_snapshot.v1': 3,
  // This query reads the stems of the words that the process has not seen yet.
  'rpc.search.query.run.v1': 2,
  // These queries read the numbers of the documents that the bookings name: the ledger contains only their ids.
  'rpc.billing.invoice.explain_open.v1': 2,
  'rpc.billing.statement.get.v1': 2,
  'rpc.billing.journal.export.v1': 2,
  // This query reads further rows while the page has grants of people or products that have just left.
  'rpc.teams.grant.list.v1': 2,
  // These operations read and write in turns, for example because a write needs a new number or the answer of another
  // service, or because they handle the messages or payments of a list one after the other.
  // The number grows with the payments that share an organization or a document.
  'rpc.billing.bank_file.import.v1': 40,
  // The first call of an organization, with an idempotency key, inserts the prepaid account.
  'rpc.billing.address.add.v1': 6,
  'rpc.billing.card_payment.start_top_up.v1': 6,
  'rpc.billing.payment_method.add.v1': 6,
  // Like the import of a payment, this command reads the document, its order and its lines, and numbers the invoice.
  'rpc.billing.suspense.assign.v1': 14,
  // Without reserved money, these commands take five round trips. With reserved money, they also read the lines of the
  // pro formas of this money, and the invoices that prepaid can pay.
  'rpc.billing.charge.create.v1': 9,
  'rpc.billing.renewal_pro_forma.issue.v1': 9,
  // This command cancels the renewals of products that end. After the credit note, it reads the invoices that prepaid
  // can pay, and their lines.
  'rpc.billing.credit_note.create.v1': 10,
  // This command creates a credit note, and then a new invoice.
  'rpc.billing.invoice.correct_vat.v1': 19,
  'rpc.billing.document.download.v1': 6,
  'rpc.billing.document.render.v1': 6,
  'rpc.billing.document.download_e_invoice.v1': 8,
  'rpc.billing.document.pay.v1': 8,
  // Released money may pay open invoices, so this command reads the invoices that prepaid can pay, and their lines.
  'rpc.billing.document.release_prepaid.v1': 9,
  'rpc.billing.order.cancel.v1': 9,
  // The number grows with the currencies of the prepaid account.
  'rpc.billing.prepaid.change_settings.v1': 16,
  'rpc.products.product_type.change.v1': 7,
  'rpc.products.product_type.create.v1': 7,
  'rpc.products.transfer.accept.v1': 16,
  'rpc.products.transfer.offer.v1': 7,
  'rpc.search.message.import.v1': 11,
  // These operations change access data in several tables.
  // This command reads before its transaction whether the person needs a password.
  'rpc.identity.invitation.accept.v1': 6,
  // When an administrator becomes a collaborator, this command ends support accesses, one after the other.
  'rpc.identity.member.change.v1': 8,
  'rpc.identity.member.remove.v1': 8,
  // This command reads before its transaction, and writes the second factor and the session.
  'rpc.identity.session.renew_sign_in.v1': 7,
  'rpc.identity.second_factor.confirm.v1': 7,
  'rpc.identity.second_factor.remove.v1': 7,
  'rpc.teams.person_rights.set.v1': 8,
  // When a parent period has just expired, this command records its end first.
  'rpc.teams.team.change.v1': 7,
  'rpc.teams.team.delete.v1': 8,
};

/** Returns a text for each operation of which a call took more round trips to PostgreSQL than the limit. */
export function roundTripsAboveLimit(maxRoundTrips: ReadonlyMap<string, number>): string[] {
  const bySubject = new Map<string, Contract>([...contracts.values()].map((contract) => [contract.subject, contract]));
  return [...maxRoundTrips].flatMap(([subject, count]) => {
    const contract = bySubject.get(subject);
    // Operations that a test declares have no limit.
    if (!contract) return [];
    const limit = higherLimits[subject] ?? (contract.kind === 'query' ? LIMIT_OF_QUERY : LIMIT_OF_COMMAND);
    return count > limit ? [`${subject}: ${count} round trips to PostgreSQL, the limit is ${limit}`] : [];
  });
}
