import { billingFiles } from '@cordee/contracts/billing/document-download';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { fileEndpoints } from '@cordee/service/file-endpoints';
import { CONFIG } from '@cordee/service/service-host';
import type { ServiceDefinition } from '@cordee/service/service-definition';
import { Module } from '@nestjs/common';
import { AddressCommands } from './addresses/address.commands.ts';
import { AddressSchema } from './addresses/address.entity.ts';
import { AddressQueries } from './addresses/address.queries.ts';
import { BankFileCommands } from './bank-files/bank-file.commands.ts';
import { ClearingQueries } from './bank-files/clearing.queries.ts';
import { BankFileImportCommands } from './bank-files/bank-file-import.commands.ts';
import { BankFileImportJobs } from './bank-files/bank-file-import.jobs.ts';
import { BankFileImportQueries } from './bank-files/bank-file-import.queries.ts';
import { BankFileQueries } from './bank-files/bank-file.queries.ts';
import { BankMovementRuleCommands } from './bank-files/bank-movement-rule.commands.ts';
import { BankMovementRuleQueries } from './bank-files/bank-movement-rule.queries.ts';
import { CamtReader } from './bank-files/camt-reader.ts';
import { SuspenseCommands } from './bank-files/suspense.commands.ts';
import { SuspenseQueries } from './bank-files/suspense.queries.ts';
import { CardPaymentCommands } from './cards/card-payment.commands.ts';
import { CardPaymentSchema } from './cards/card-payment.entity.ts';
import { CardPaymentQueries } from './cards/card-payment.queries.ts';
import { CardJobs } from './cards/card.jobs.ts';
import { chooseProvider } from './cards/choose-provider.ts';
import { PaymentMethodCommands } from './cards/payment-method.commands.ts';
import { PaymentMethodSchema } from './cards/payment-method.entity.ts';
import { PaymentMethodQueries } from './cards/payment-method.queries.ts';
import { PAYMENT_PROVIDER } from './cards/payment-provider.ts';
import { SimulatorCommands } from './cards/simulator/simulator.commands.ts';
import { SimulatorJobs } from './cards/simulator/simulator.jobs.ts';
import { ChargeCommands } from './charges/charge.commands.ts';
import { RenewalProFormaCommands } from './charges/renewal-pro-forma.commands.ts';
import { RenewalReactions } from './charges/renewal.reactions.ts';
import { BillingConfig } from './config.ts';
import { CreditNoteCommands } from './credit-notes/credit-note.commands.ts';
import { CreditNoteSchema } from './credit-notes/credit-note.entity.ts';
import { DocumentExportCommands } from './document-exports/document-export.commands.ts';
import { DocumentExportJobs } from './document-exports/document-export.jobs.ts';
import { DocumentExportQueries } from './document-exports/document-export.queries.ts';
import { DocumentCommands } from './documents/document.commands.ts';
import { DocumentQueries } from './documents/document.queries.ts';
import { DocumentRenderer } from './documents/pdf/document-renderer.ts';
import { InvoiceSchema } from './documents/invoice.entity.ts';
import { ProFormaSchema } from './documents/pro-forma.entity.ts';
import { PayOutCommands } from './payouts/pay-out.commands.ts';
import { PayOutQueries } from './payouts/pay-out.queries.ts';
import { LatePaymentJobs } from './late-payments/late-payment.jobs.ts';
import { JournalCommands } from './journal/journal.commands.ts';
import { JournalQueries } from './journal/journal.queries.ts';
import { PrepaidCommands } from './ledger/prepaid.commands.ts';
import { PrepaidQueries } from './ledger/prepaid.queries.ts';
import { billing0001 } from './migrations/0001-billing.ts';
import { billing0002 } from './migrations/0002-corrections.ts';
import { billing0003 } from './migrations/0003-bank-files.ts';
import { billing0004 } from './migrations/0004-cards.ts';
import { billing0005 } from './migrations/0005-addresses.ts';
import { billing0006 } from './migrations/0006-payouts.ts';
import { billing0007 } from './migrations/0007-correction-reasons.ts';
import { billing0008 } from './migrations/0008-late-payments.ts';
import { billing0009 } from './migrations/0009-versions.ts';
import { billing0010 } from './migrations/0010-product-billing.ts';
import { billing0011 } from './migrations/0011-receipts.ts';
import { billing0012 } from './migrations/0012-ledger-indexes.ts';
import { billing0013 } from './migrations/0013-bank-movement-rules.ts';
import { billing0014 } from './migrations/0014-bank-file-imports.ts';
import { billing0015 } from './migrations/0015-vat.ts';
import { billing0016 } from './migrations/0016-reservations.ts';
import { billing0017 } from './migrations/0017-document-exports.ts';
import { billing0018 } from './migrations/0018-e-invoices.ts';
import { billing0019 } from './migrations/0019-journal.ts';
import { billing0020 } from './migrations/0020-document-view.ts';
import { billing0021 } from './migrations/0021-paying-accounts.ts';
import { billing0022 } from './migrations/0022-prepaid-not-negative.ts';
import { billing0023 } from './migrations/0023-clearing-references.ts';
import { billing0024 } from './migrations/0024-due-pro-formas.ts';
import { billing0025 } from './migrations/0025-tax-periods.ts';
import { billing0026 } from './migrations/0026-notified-payments.ts';
import { billing0027 } from './migrations/0027-released-charges.ts';
import { billing0028 } from './migrations/0028-late-shortfalls.ts';
import { billing0029 } from './migrations/0029-absorbed-entries.ts';
import { billing0030 } from './migrations/0030-references-of-own-movements.ts';
import { billing0031 } from './migrations/0031-seller-accounts.ts';
import { billing0032 } from './migrations/0032-related-orders.ts';
import { billing0033 } from './migrations/0033-reopened-e-invoices.ts';
import { billing0034 } from './migrations/0034-cash-rounding.ts';
import { billing0035 } from './migrations/0035-card-pay-outs.ts';
import { billing0036 } from './migrations/0036-kept-e-invoices.ts';
import { OrderCommands } from './orders/order.commands.ts';
import { OrderSchema } from './orders/order.entity.ts';
import { OrderQueries } from './orders/order.queries.ts';
import { ProductBillingCommands } from './addresses/product-billing.commands.ts';
import { ProductBillingQueries } from './addresses/product-billing.queries.ts';
import { ReceiptCommands } from './receipts/receipt.commands.ts';
import { ReceiptJobs } from './receipts/receipt.jobs.ts';
import { ReceiptQueries } from './receipts/receipt.queries.ts';
import { ReservationJobs } from './payments/reservation.jobs.ts';
import { StatementQueries } from './statements/statement.queries.ts';
import { NumberCheckJobs } from './vat/number-check.jobs.ts';
import { chooseRegistry } from './vat/registry/choose-registry.ts';
import { VAT_NUMBER_REGISTRY } from './vat/registry/vat-number-registry.ts';
import { VatReportQueries } from './vat/vat-report.queries.ts';
import { VatCommands } from './vat/vat.commands.ts';
import { VatDecisionQueries } from './vat/vat-decision.queries.ts';
import { Seller } from './seller/seller.ts';

@Module({
  controllers: [
    AddressCommands,
    AddressQueries,
    BankFileCommands,
    BankFileImportCommands,
    BankFileImportQueries,
    BankFileQueries,
    BankMovementRuleCommands,
    BankMovementRuleQueries,
    CardPaymentCommands,
    CardPaymentQueries,
    ChargeCommands,
    ClearingQueries,
    CreditNoteCommands,
    DocumentCommands,
    DocumentExportCommands,
    DocumentExportQueries,
    DocumentQueries,
    JournalCommands,
    JournalQueries,
    OrderCommands,
    OrderQueries,
    PayOutCommands,
    PayOutQueries,
    PaymentMethodCommands,
    PaymentMethodQueries,
    PrepaidCommands,
    PrepaidQueries,
    ProductBillingCommands,
    ProductBillingQueries,
    ReceiptCommands,
    ReceiptQueries,
    RenewalProFormaCommands,
    RenewalReactions,
    SimulatorCommands,
    StatementQueries,
    SuspenseCommands,
    SuspenseQueries,
    VatCommands,
    VatDecisionQueries,
    VatReportQueries,
    // The columns that reference files; a file that none of these columns references is deleted.
    fileEndpoints(billingFiles, [
      'invoice.pdf_file_id',
      'bank_file.file_id',
      'bank_file_import.file_id',
      'document_export.file_id',
      'e_invoice.file_id',
      'payment_file.file_id',
    ]),
  ],
  providers: [
    BankFileImportJobs,
    CardJobs,
    DocumentExportJobs,
    LatePaymentJobs,
    NumberCheckJobs,
    ReceiptJobs,
    ReservationJobs,
    SimulatorJobs,
    { provide: PAYMENT_PROVIDER, inject: [CONFIG, BackgroundTransactions], useFactory: chooseProvider },
    { provide: VAT_NUMBER_REGISTRY, inject: [CONFIG], useFactory: chooseRegistry },
    { provide: Seller, inject: [CONFIG], useFactory: (config: BillingConfig) => new Seller(config) },
    {
      provide: CamtReader,
      inject: [CONFIG],
      useFactory: ({ WORKER_THREADS }: BillingConfig) => new CamtReader(WORKER_THREADS),
    },
    {
      provide: DocumentRenderer,
      inject: [CONFIG],
      useFactory: ({ WORKER_THREADS, SELLER_LOGO }: BillingConfig) => new DocumentRenderer(WORKER_THREADS, SELLER_LOGO),
    },
  ],
})
class BillingModule {}

/** Orders, documents, addresses, prepaid accounts, the ledger, bank files and charges. */
export const billingService: ServiceDefinition<typeof BillingConfig> = {
  name: 'billing',
  config: BillingConfig,
  entities: [
    AddressSchema,
    OrderSchema,
    ProFormaSchema,
    InvoiceSchema,
    CreditNoteSchema,
    CardPaymentSchema,
    PaymentMethodSchema,
  ],
  migrations: [
    billing0001,
    billing0002,
    billing0003,
    billing0004,
    billing0005,
    billing0006,
    billing0007,
    billing0008,
    billing0009,
    billing0010,
    billing0011,
    billing0012,
    billing0013,
    billing0014,
    billing0015,
    billing0016,
    billing0017,
    billing0018,
    billing0019,
    billing0020,
    billing0021,
    billing0022,
    billing0023,
    billing0024,
    billing0025,
    billing0026,
    billing0027,
    billing0028,
    billing0029,
    billing0030,
    billing0031,
    billing0032,
    billing0033,
    billing0034,
    billing0035,
    billing0036,
  ],
  module: BillingModule,
};
