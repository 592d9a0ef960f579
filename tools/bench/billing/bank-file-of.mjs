import { buildCamt054 } from '@cordee/testing/camt-054-builder';
import { IBAN, today } from './random-documents.mjs';

/** Returns a camt.054 with an exact payment of each document. */
export const bankFileOf = (documents) =>
  buildCamt054({
    messageId: 'MSG-1',
    createdAt: new Date().toISOString(),
    account: IBAN,
    payments: documents.map(({ organization, reference, total }, index) => ({
      amount: { amount: total, currency: 'CHF' },
      valueDate: today(),
      reference,
      debtorName: organization.buyer.name,
      debtorIban: organization.iban,
      servicerReference: `BANK-${index + 1}`,
    })),
  });
