import { buildCamt054 } from '@cordee/testing/camt-054-builder';
import { IBAN, today } from './random-documents.mjs';

/** Returns a camt.054 with an exact payment of each document. The bank has its own reference for each payment. */
export const bankFileOf = (
  documents,
  { messageId = 'MSG-1', bankReferenceOf = (_, index) => `BANK-${index + 1}` } = {},
) =>
  buildCamt054({
    messageId,
    createdAt: new Date().toISOString(),
    account: IBAN,
    payments: documents.map((document, index) => ({
      amount: { amount: document.total, currency: 'CHF' },
      valueDate: today(),
      reference: document.reference,
      debtorName: document.organization.buyer.name,
      debtorIban: document.organization.iban,
      servicerReference: bankReferenceOf(document, index),
    })),
  });
