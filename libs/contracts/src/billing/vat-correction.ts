import * as z from 'zod';
import { command } from '../contract.ts';
import { idSchema } from '../id.ts';
import { text } from '../values.ts';
import { creditInvoice } from './credit-note.ts';
import { Document, documentExamples } from './document.ts';

const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', documentId: 'inv_01je5nryg0fgz9y05x3mqpmjrg' };
const { invoice } = documentExamples;

export const correctVat = command({
  subject: 'rpc.billing.invoice.correct_vat.v1',
  http: {
    method: 'POST',
    path: '/v1/staff/organizations/:organizationId/documents/:documentId/vat-corrections',
    status: 201,
  },
  access: 'staff',
  // DOC-7
  summary: 'Replace an invoice with VAT by one with reverse charge, after the VAT number of the buyer was proven',
  description:
    'A business of the EU is charged as a consumer while the registry does not confirm its VAT number. When the ' +
    'registry confirms the number later, a credit note credits the rest of the invoice, and a new invoice with ' +
    'reverse charge is issued. The money that was paid goes to prepaid and pays the new invoice; the rest stays in ' +
    'prepaid.',
  input: z.object({
    organizationId: idSchema('org'),
    documentId: idSchema('inv'),
    reason: text(500).min(1).describe('Printed on the credit note'),
  }),
  output: z.object({ creditNote: Document, invoice: Document }),
  errors: {
    DOCUMENT_NOT_FOUND: { status: 404, title: 'There is no such document' },
    INVOICE_NOT_CREDITABLE: creditInvoice.errors['INVOICE_NOT_CREDITABLE']!,
    CREDIT_TOO_HIGH: creditInvoice.errors['CREDIT_TOO_HIGH']!,
    VAT_NOT_CORRECTABLE: {
      status: 409,
      title:
        'The invoice has no VAT of a consumer, is partly credited, or the VAT number of its buyer is not confirmed',
    },
  },
  idempotencyKey: 'required',
  example: {
    input: { ...ids, reason: 'The VAT number is valid' },
    output: {
      creditNote: creditInvoice.example.output,
      invoice: {
        ...invoice,
        id: 'inv_01je5nryg0fgz9y05x3mqpmjrh',
        number: 'INV-2026-000002',
        vat: { amount: 0, currency: 'CHF' },
        total: invoice.net,
        paid: invoice.net,
        vatTotals: [{ rate: '0', category: 'AE', net: invoice.net, vat: { amount: 0, currency: 'CHF' } }],
        orderId: null,
        proFormaId: null,
        proFormaNumber: null,
        lines: [{ ...invoice.lines[0]!, vatRate: '0', vatCategory: 'AE', vat: { amount: 0, currency: 'CHF' } }],
      },
    },
  },
});
