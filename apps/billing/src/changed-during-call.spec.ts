import { importBankFile, listBankBookings } from '@cordee/contracts/billing/bank-file';
import { getBankFileImport, startBankFileImport } from '@cordee/contracts/billing/bank-file-import';
import {
  addBankMovementRule,
  changeBankMovementRule,
  listBankMovementRuleChanges,
  previewBankMovementRule,
  retireBankMovementRule,
} from '@cordee/contracts/billing/bank-movement-rule';
import { getCardPayment, startCardPayment, topUpPrepaidByCard } from '@cordee/contracts/billing/card-payment';
import { describeSimulatedPayment, paySimulatedPayment } from '@cordee/contracts/billing/card-simulator';
import { addPaymentMethod, deletePaymentMethod, orderPaymentMethods } from '@cordee/contracts/billing/payment-method';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { creditInvoice, writeOffInvoice } from '@cordee/contracts/billing/credit-note';
import {
  downloadDocumentExport,
  getDocumentExport,
  getDocumentExportDelivery,
  getDocumentExportFile,
  startDocumentExport,
} from '@cordee/contracts/billing/document-export';
import * as documents from '@cordee/contracts/billing/document';
import * as downloads from '@cordee/contracts/billing/document-download';
import { cancelOrder, createOrder, getOrder } from '@cordee/contracts/billing/order';
import { addAddress, changeAddress, removeAddress } from '@cordee/contracts/billing/address';
import type { Contract } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { waitFor } from '@cordee/testing/wait-for';
import { testChangedObjects, type ObjectChange, type TestCase } from '@cordee/testing/test-changed-objects';
import { createPaymentFile, downloadPaymentFile, payOutPrepaid } from '@cordee/contracts/billing/pay-out';
import { changeProductBilling, getProductBilling, listProductBilling } from '@cordee/contracts/billing/product-billing';
import { downloadReceipt, getReceipt, getReceiptDelivery, renderReceipt } from '@cordee/contracts/billing/receipt';
import { releaseReservedPrepaid } from '@cordee/contracts/billing/prepaid-reservation';
import { issueRenewalProForma } from '@cordee/contracts/billing/renewal-pro-forma';
import { assignSuspense, returnSuspense, suggestSuspense, writeOffSuspense } from '@cordee/contracts/billing/suspense';
import { correctVat } from '@cordee/contracts/billing/vat-correction';
import { getVatDecision } from '@cordee/contracts/billing/vat-decision';
import { explainOpenInvoice } from '@cordee/contracts/billing/statement';
import { uuid, type Caller } from '@cordee/testing/test-service';
import { afterAll, beforeAll } from '@jest/globals';
import { testCards } from './cards/simulator/simulated-cards.ts';
import { address, anna, asService, BillingFixture, staff } from '../test/billing.fixture.ts';
import { waitForReceipts } from '../test/receipts.ts';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start({ PUBLIC_URL: 'http://127.0.0.1:9' });
});
afterAll(() => billing.stop());

/** The code of a call after another request has paid or cancelled the order. */
interface OrderCodes {
  paid: string;
  cancelled: string;
}

/** Prepares a call that names an order or its pro forma. The organization has enough prepaid to pay the order. */
const orderCase =
  (name: 'orderId' | 'documentId', fields: object, codes: OrderCodes, as: Caller = anna) =>
  async (): Promise<TestCase> => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 50_000);
    await waitForReceipts(billing, organizationId);
    const { id: orderId, proFormaId } = await billing.order(organizationId);
    return {
      input: { organizationId, [name]: name === 'orderId' ? orderId : proFormaId, ...fields },
      as,
      changes: {
        'the order is paid': {
          make: () =>
            billing.test.call(
              documents.payDocument,
              { organizationId, documentId: proFormaId, method: 'prepaid' },
              anna,
              billing.newKeyOptions(),
            ),
          code: codes.paid,
        },
        'the order is cancelled': {
          make: () => billing.test.call(cancelOrder, { organizationId, orderId }, anna),
          code: codes.cancelled,
        },
      },
    };
  };
/** Prepares a call that names an export that is done. */
const exportCase = (contract: Contract, as: Caller = anna): [Contract, () => Promise<TestCase>] => [
  contract,
  async () => {
    const organizationId = await billing.organization();
    const [id, fileId] = [newId('dex', new Date()), newId('fil', new Date())];
    await billing.test.rows(
      `insert into file (organization_id, id, name, content_type, created_at)
       values ($1, $2, 'documents.csv', 'text/csv', now())`,
      [uuid(organizationId), uuid(fileId)],
    );
    await billing.test.rows(
      `insert into document_export (organization_id, id, format, delivery, request, status, total_documents,
         requested_by, requested_at, finished_at, expires_at, file_id)
       values ($1, $2, 'csv', 'mail', '{}', 'done', 1, $3, now(), now(), now() + interval '7 days', $4)`,
      [uuid(organizationId), uuid(id), uuid(anna.account), uuid(fileId)],
    );
    const deleteExport = () => billing.test.rows(`delete from document_export where id = $1`, [uuid(id)]);
    return {
      input: { organizationId, documentExportId: id },
      as,
      // No request deletes an export.
      changes: { 'the export is deleted': { make: deleteExport, code: 'DOCUMENT_EXPORT_NOT_FOUND' } },
    };
  },
];
const asReminders: Caller = { service: 'reminders' };

const ALWAYS_OK = { paid: 'ok', cancelled: 'ok' };

/** Prepares a call that names an open invoice. */
const invoiceCase =
  (codes: { paid: string; credited: string; writtenOff: string }, as = staff, buyer: object = {}) =>
  async (): Promise<TestCase> => {
    const organizationId = await billing.organization(buyer);
    // The buyer is a consumer when the invoice is issued; then its VAT number is proven.
    const setNumberStatus = (status: string) =>
      billing.test.rows(`update vat_number_check set status = $2 where organization_id = $1`, [
        uuid(organizationId),
        status,
      ]);
    await setNumberStatus('invalid');
    const { invoiceId } = await billing.test.call(
      chargePeriod,
      billing.chargeInput(organizationId, { method: 'on_credit' }),
      asService,
    );
    await setNumberStatus('valid');
    const { reference, total } = await billing.document(organizationId, invoiceId!);
    const input = { organizationId, documentId: invoiceId!, reason: 'x' };
    return {
      input: as === staff ? input : { organizationId, documentId: invoiceId! },
      as,
      changes: {
        'the invoice is paid': {
          make: () => billing.receive({ amount: total.amount, reference: reference! }),
          code: codes.paid,
        },
        'the invoice is credited': {
          make: () => billing.test.call(creditInvoice, input, staff, billing.newKeyOptions()),
          code: codes.credited,
        },
        'the invoice is written off': {
          make: () => billing.test.call(writeOffInvoice, input, staff),
          code: codes.writtenOff,
        },
      },
    };
  };

/** Prepares a call that uses the billing address of the organization. */
const addressCase =
  (input: (organizationId: `org_${string}`, addressId: `adr_${string}`) => object, as: Caller, code: string) =>
  async (): Promise<TestCase> => {
    const organizationId = await billing.organizationWithoutAddress();
    const { id: addressId } = await billing.test.call(addAddress, { organizationId, ...address }, anna);
    return {
      input: input(organizationId, addressId),
      as,
      changes: { 'the address is deleted': deletionOf('address', organizationId, addressId, code) },
    };
  };

/** Prepares a call that names a product and a billing address. */
const productCase =
  (
    input: (ids: { organizationId: `org_${string}`; productId: `prd_${string}`; addressId: `adr_${string}` }) => object,
    as: Caller,
    code: string,
  ) =>
  async (): Promise<TestCase> => {
    const productId = newId('prd', new Date());
    const prepare = addressCase(
      (organizationId, addressId) => {
        billing.test.stubbedSnapshots.products.set(organizationId, [
          { productId, type: 'web_hosting', name: 'alpine.example' },
        ]);
        return input({ organizationId, productId, addressId });
      },
      as,
      code,
    );
    return prepare();
  };

/** Returns the change that deletes a row in the database, without the checks and jobs of a request. */
const deletionOf = (
  table: string,
  organizationId: `org_${string}`,
  id: `adr_${string}` | `mth_${string}`,
  code: string,
): ObjectChange => ({
  make: () =>
    billing.test.rows(`delete from ${table} where organization_id = $1 and id = $2`, [uuid(organizationId), uuid(id)]),
  code,
});

/** Adds a payment method whose look-up never becomes due: a job would change its row during a call. */
async function addMethod(organizationId: `org_${string}`): Promise<{ methodId: `mth_${string}`; url: string }> {
  const method = await billing.test.call(addPaymentMethod, { organizationId }, anna, billing.newKeyOptions());
  await billing.test.rows(`update payment_method set next_look_up_at = 'infinity' where id = $1`, [
    uuid(method.methodId),
  ]);
  return method;
}

/** Prepares a call that names a payment method of the organization. */
const paymentMethodCase =
  (input: (organizationId: `org_${string}`, methodId: `mth_${string}`) => object | Promise<object>, code: string) =>
  async (): Promise<TestCase> => {
    const organizationId = await billing.organization();
    const { methodId } = await addMethod(organizationId);
    return {
      input: await input(organizationId, methodId),
      as: anna,
      changes: {
        'the method is deleted': deletionOf('payment_method', organizationId, methodId, code),
      },
    };
  };

/** Prepares a call of the page of the card simulator. */
const simulatorCase = (fields: object, code: string) => async (): Promise<TestCase> => {
  const organizationId = await billing.organization();
  const { url } = await addMethod(organizationId);
  const token = new URL(url).searchParams.get('token')!;
  return {
    input: { token, ...fields },
    as: 'nobody',
    changes: {
      'the payment is deleted': {
        make: () => billing.test.rows(`delete from card_simulator where token = $1`, [token]),
        code,
      },
    },
  };
};

/** Prepares a call about a booking in suspense, about which another member of staff decides at the same time. */
const suspenseCase =
  (fields: object, code: string, { withOrganization = false } = {}) =>
  async (): Promise<TestCase> => {
    const organizationId = await billing.organization();
    const report = await billing.receive({ amount: 700 });
    const { bookingId } = report.bookings[0]!;
    return {
      input: { bookingId, ...fields, ...(withOrganization && { organizationId }) },
      as: staff,
      changes: {
        'the booking is written off': {
          make: () => billing.test.call(writeOffSuspense, { bookingId: bookingId!, reason: 'another decision' }, staff),
          code,
        },
      },
    };
  };

/** Prepares a call that names the booking of a top-up with a receipt. */
const receiptCase = (as: Caller) => async (): Promise<TestCase> => {
  const organizationId = await billing.organization();
  await billing.topUp(organizationId, 5_000);
  const [entry] = await waitForReceipts(billing, organizationId);
  const bookingId = entry!.bookingId!;
  return {
    input: { organizationId, bookingId },
    as,
    changes: {
      // No request deletes a receipt.
      'the receipt is deleted': {
        make: () => billing.test.rows(`delete from receipt where booking_id = $1`, [uuid(bookingId)]),
        code: 'RECEIPT_NOT_FOUND',
      },
    },
  };
};

/** Prepares a call that names a rule for own movements. */
const movementRuleCase = (input: (ruleId: `bmr_${string}`) => object, code: string) => async (): Promise<TestCase> => {
  const { id: ruleId } = await billing.test.call(
    addBankMovementRule,
    { position: (rulePosition += 1), direction: 'debit', code: 'X', account: 'interest', reason: 'x' },
    staff,
  );
  return {
    input: input(ruleId),
    as: staff,
    changes: {
      'the rule is retired': {
        make: () => billing.test.call(retireBankMovementRule, { ruleId, reason: 'x' }, staff),
        code,
      },
    },
  };
};
let rulePosition = 1_000;

const testCases: [Contract, () => Promise<TestCase>][] = [
  [getOrder, orderCase('orderId', {}, ALWAYS_OK)],
  [cancelOrder, orderCase('orderId', {}, { paid: 'ORDER_PAID', cancelled: 'ok' })],
  [documents.getDocument, orderCase('documentId', {}, ALWAYS_OK)],
  [documents.getPaymentDetails, orderCase('documentId', {}, ALWAYS_OK, { service: 'reminders' })],
  [getVatDecision, orderCase('documentId', {}, ALWAYS_OK)],
  [downloads.downloadDocument, orderCase('documentId', {}, ALWAYS_OK)],
  [downloads.renderDocument, orderCase('documentId', {}, ALWAYS_OK, { service: 'reminders' })],
  [
    documents.payDocument,
    orderCase('documentId', { method: 'prepaid' }, { paid: 'DOCUMENT_NOT_PAYABLE', cancelled: 'DOCUMENT_NOT_PAYABLE' }),
  ],
  [releaseReservedPrepaid, orderCase('documentId', {}, ALWAYS_OK)],
  [startCardPayment, orderCase('documentId', {}, { paid: 'DOCUMENT_NOT_PAYABLE', cancelled: 'DOCUMENT_NOT_PAYABLE' })],
  [
    topUpPrepaidByCard,
    paymentMethodCase(async (organizationId, methodId) => {
      await billing.test.rows(
        `update payment_method set status = 'usable', token = 'x', next_look_up_at = null where id = $1`,
        [uuid(methodId)],
      );
      return { organizationId, methodId, amount: { amount: 5_000, currency: 'CHF' } };
    }, 'PAYMENT_METHOD_NOT_FOUND'),
  ],
  [
    getCardPayment,
    paymentMethodCase(async (organizationId) => {
      const { proFormaId } = await billing.order(organizationId);
      const input = { organizationId, documentId: proFormaId };
      const { paymentId } = await billing.test.call(startCardPayment, input, anna, billing.newKeyOptions());
      return { organizationId, paymentId };
    }, 'ok'),
  ],
  [
    orderPaymentMethods,
    paymentMethodCase((organizationId, id) => ({ organizationId, methodIds: [id] }), 'PAYMENT_METHODS_CHANGED'),
  ],
  [
    deletePaymentMethod,
    paymentMethodCase((organizationId, methodId) => ({ organizationId, methodId }), 'PAYMENT_METHOD_NOT_FOUND'),
  ],
  [describeSimulatedPayment, simulatorCase({}, 'SIMULATED_PAYMENT_NOT_FOUND')],
  [
    paySimulatedPayment,
    simulatorCase({ number: testCards[0]!.number, isConfirmed: true }, 'SIMULATED_PAYMENT_NOT_FOUND'),
  ],
  [
    creditInvoice,
    invoiceCase({
      // The account of the payer is unknown.
      paid: 'REFUND_ACCOUNT_MISSING',
      credited: 'INVOICE_NOT_CREDITABLE',
      writtenOff: 'INVOICE_NOT_CREDITABLE',
    }),
  ],
  [
    writeOffInvoice,
    invoiceCase({ paid: 'INVOICE_NOT_OPEN', credited: 'INVOICE_NOT_OPEN', writtenOff: 'INVOICE_NOT_OPEN' }),
  ],
  [
    correctVat,
    invoiceCase({ paid: 'ok', credited: 'VAT_NOT_CORRECTABLE', writtenOff: 'INVOICE_NOT_CREDITABLE' }, staff, {
      country: 'DE',
      postalCode: '10115',
      vatNumber: 'DE123456789',
    }),
  ],
  [explainOpenInvoice, invoiceCase({ paid: 'ok', credited: 'ok', writtenOff: 'ok' }, anna)],
  [
    downloadPaymentFile,
    async () => {
      const organizationId = await billing.organization();
      const { standingOrderReference: reference } = await billing.prepaid(organizationId);
      await billing.receive({ amount: 5_000, reference, debtorIban: 'CH5604835012345678009', debtorName: 'Alpine' });
      await waitForReceipts(billing, organizationId);
      await billing.test.call(payOutPrepaid, { organizationId, amount: 5_000 }, anna, billing.newKeyOptions());
      const { id } = await billing.test.call(createPaymentFile, {}, staff, billing.newKeyOptions());
      const deleteFile = async (): Promise<unknown> => {
        await billing.test.rows(`update outgoing_payment set payment_file_id = null where payment_file_id = $1`, [
          uuid(id),
        ]);
        return billing.test.rows(`delete from payment_file where id = $1`, [uuid(id)]);
      };
      return {
        input: { paymentFileId: id },
        as: staff,
        // No request deletes a payment file.
        changes: { 'the file is deleted': { make: deleteFile, code: 'PAYMENT_FILE_NOT_FOUND' } },
      };
    },
  ],
  [documents.listDocuments, orderCase('orderId', {}, ALWAYS_OK)],
  [downloads.exportDocuments, orderCase('orderId', {}, ALWAYS_OK)],
  [
    createOrder,
    addressCase(
      (organizationId, addressId) => ({
        organizationId,
        addressId,
        lines: [{ type: 'web_hosting', name: 'alpine.example' }],
      }),
      anna,
      'ADDRESS_NOT_FOUND',
    ),
  ],
  [
    issueRenewalProForma,
    addressCase(
      (organizationId, addressId) => ({ ...issueRenewalProForma.example.input, organizationId, addressId }),
      asService,
      'ADDRESS_NOT_FOUND',
    ),
  ],
  [
    changeAddress,
    addressCase((organizationId, addressId) => ({ organizationId, addressId, name: 'x' }), anna, 'ADDRESS_NOT_FOUND'),
  ],
  [
    removeAddress,
    addressCase((organizationId, addressId) => ({ organizationId, addressId }), anna, 'ADDRESS_NOT_FOUND'),
  ],
  [
    changeBankMovementRule,
    movementRuleCase((ruleId) => ({ ruleId, account: 'card', reason: 'x' }), 'BANK_MOVEMENT_RULE_RETIRED'),
  ],
  [retireBankMovementRule, movementRuleCase((ruleId) => ({ ruleId, reason: 'x' }), 'ok')],
  [listBankMovementRuleChanges, movementRuleCase((ruleId) => ({ ruleId }), 'ok')],
  [previewBankMovementRule, movementRuleCase((ruleId) => ({ ruleId, position: 1, direction: 'debit' }), 'ok')],
  [getReceipt, receiptCase(anna)],
  [downloadReceipt, receiptCase(anna)],
  [getReceiptDelivery, receiptCase({ service: 'reminders' })],
  [renderReceipt, receiptCase({ service: 'reminders' })],
  [getProductBilling, productCase((input) => input, anna, 'ok')],
  [changeProductBilling, productCase((input) => input, anna, 'ADDRESS_NOT_FOUND')],
  [
    listProductBilling,
    productCase(({ organizationId, productId }) => ({ organizationId, productIds: [productId] }), asService, 'ok'),
  ],
  [chargePeriod, addressCase((organizationId) => billing.chargeInput(organizationId), asService, 'ADDRESS_MISSING')],
  [
    importBankFile,
    async () => {
      const organizationId = await billing.organization();
      const { id: orderId, proFormaId } = await billing.order(organizationId);
      const { reference, total } = await billing.document(organizationId, proFormaId);
      const fileId = await billing.upload(billing.camt([{ amount: total.amount, reference: reference! }]));
      return {
        input: { fileId },
        as: staff,
        changes: {
          'the order is cancelled': {
            make: () => billing.test.call(cancelOrder, { organizationId, orderId }, anna),
            code: 'ok',
          },
          'the file is deleted': {
            make: () => billing.test.rows(`delete from file where id = $1`, [uuid(fileId)]),
            code: 'FILE_NOT_FOUND',
          },
        },
      };
    },
  ],
  [
    listBankBookings,
    async () => {
      const { id: bankFileId, bookings } = await billing.receive({ amount: 700 });
      const bookingId = bookings[0]!.bookingId!;
      return {
        input: { bankFileId },
        as: staff,
        changes: {
          'a booking is written off': {
            make: () => billing.test.call(writeOffSuspense, { bookingId, reason: 'x' }, staff),
            code: 'ok',
          },
        },
      };
    },
  ],
  [suggestSuspense, suspenseCase({}, 'ok')],
  [assignSuspense, suspenseCase({ reason: 'x' }, 'SUSPENSE_RESOLVED', { withOrganization: true })],
  [returnSuspense, suspenseCase({ reason: 'x', iban: 'CH5604835012345678009', name: 'Nobody' }, 'SUSPENSE_RESOLVED')],
  [writeOffSuspense, suspenseCase({ reason: 'x' }, 'SUSPENSE_RESOLVED')],
  [downloads.downloadEInvoice, invoiceCase({ paid: 'ok', credited: 'ok', writtenOff: 'ok' }, anna)],
  exportCase(getDocumentExport),
  exportCase(getDocumentExportDelivery, asReminders),
  exportCase(getDocumentExportFile, asReminders),
  exportCase(downloadDocumentExport),
  [
    getBankFileImport,
    async () => {
      const id = newId('bfi', new Date());
      // An import that has ended, so that no job changes rows.
      await billing.test.rows(
        `insert into bank_file_import (id, total_bytes, status, requested_by, requested_at)
         values ($1, 1, 'failed', $2, now())`,
        [uuid(id), uuid('acc_01je5nryg0fgz9y05x3mqpmjrs')],
      );
      const deleteImport = () => billing.test.rows(`delete from bank_file_import where id = $1`, [uuid(id)]);
      return {
        input: { bankFileImportId: id },
        as: staff,
        // No request deletes an import.
        changes: { 'the import is deleted': { make: deleteImport, code: 'BANK_FILE_IMPORT_NOT_FOUND' } },
      };
    },
  ],
  // The last test cases: the jobs of their calls change rows.
  [
    startDocumentExport,
    async () => {
      const findExports = () => billing.test.rows(`select from document_export where status = 'queued'`);
      await waitFor(async () => (await findExports()).length === 0, 'the end of the job of the last export');
      const { input, ...testCase } = await orderCase('documentId', {}, ALWAYS_OK)();
      const { organizationId, documentId } = input as Record<string, string>;
      return { ...testCase, input: { organizationId, documentIds: [documentId], format: 'csv' } };
    },
  ],
  [
    startBankFileImport,
    async () => {
      const findQueued = () =>
        billing.test.rows(
          `select from bank_file_import where status = 'queued'
           union all select from document_export where status = 'queued'`,
        );
      await waitFor(async () => (await findQueued()).length === 0, 'the end of the job of the last call');
      const fileId = await billing.upload(billing.camt([{ amount: 900 }]));
      const deleteFile = () => billing.test.rows(`delete from file where id = $1`, [uuid(fileId)]);
      return {
        input: { fileId },
        as: staff,
        changes: { 'the file is deleted': { make: deleteFile, code: 'FILE_NOT_FOUND' } },
      };
    },
  ],
];

testChangedObjects('billing', () => billing.test, testCases);
