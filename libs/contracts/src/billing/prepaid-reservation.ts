import * as z from 'zod';
import { command, event } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Currency, MoneyValue } from '../values.ts';
import { Document, documentExamples } from './document.ts';

const organizationId = idSchema('org');
const documentId = idSchema('pfm');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', documentId: 'pfm_01je5nryg0fgz9y05x3mqpmjrg' };
const chf = (amount: number) => ({ amount, currency: 'CHF' as const });

export const releaseReservedPrepaid = command({
  subject: 'rpc.billing.document.release_prepaid.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/documents/:documentId/release-prepaid' },
  access: 'payment:make',
  // PAY-1
  summary: 'Return the prepaid money that is reserved for a pro forma to the prepaid account',
  description: 'A pro forma without reserved money does not change.',
  input: z.object({ organizationId, documentId }),
  output: Document,
  errors: { DOCUMENT_NOT_FOUND: { status: 404, title: 'There is no such document' } },
  example: {
    input: ids,
    output: {
      ...documentExamples.invoice,
      id: ids.documentId,
      kind: 'pro_forma',
      number: 'PRO-2026-000001',
      status: 'issued',
      paidOn: null,
      proFormaId: null,
      proFormaNumber: null,
      paid: chf(0),
      open: chf(11_675),
    },
  },
});

export const prepaidReservationChanged = event({
  subject: 'evt.billing.pro_forma.reservation_changed.v1',
  summary: 'Prepaid money was reserved for a pro forma, or is no longer reserved',
  entity: 'documentId',
  data: z.object({
    organizationId,
    documentId,
    currency: Currency,
    reserved: MoneyValue.describe('Prepaid money that is reserved for the pro forma; 0 when the reservation ended'),
    open: MoneyValue.describe('Amount still to be paid'),
  }),
  example: { ...ids, currency: 'CHF', reserved: chf(5_000), open: chf(6_675) },
});
