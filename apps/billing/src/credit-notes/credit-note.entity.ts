import type { Document } from '@cordee/contracts/billing/document';
import { toUuid } from '@cordee/contracts/id';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import type { DocumentLine } from '../documents/document-line.ts';
import { documentProperties } from '../documents/pro-forma.entity.ts';
import { rowOfNewDocument, viewDocument } from '../documents/stored-document.ts';

const { reference: _, ...creditNoteProperties } = documentProperties;

export const CreditNoteSchema = defineEntity({
  name: 'CreditNote',
  tableName: 'credit_note',
  properties: {
    ...creditNoteProperties,
    id: idColumn('crn').primary(),
    status: p.string().$type<'issued'>(),
    invoiceId: idColumn('inv'),
    invoiceNumber: p.string(),
    reason: p.string(),
    productEffect: p.string().$type<'continues' | 'ends'>(),
    productsEndOn: p.date().nullable(),
    refundedAmount: p.bigint('number'),
    refundedTo: p.string().$type<'prepaid' | 'bank' | 'card'>().nullable(),
  },
});

/** Corrects an invoice, in full or in part (DOC-5). Amounts are positive, in minor units. */
export class CreditNote extends CreditNoteSchema.class {
  view(lines: readonly DocumentLine[]): z.output<typeof Document> {
    return viewDocument(
      {
        ...rowOfNewDocument(this),
        kind: 'credit_note',
        status: this.status,
        refunded_amount: String(this.refundedAmount),
        invoice_id: toUuid(this.invoiceId),
        invoice_number: this.invoiceNumber,
        reason: this.reason,
        product_effect: this.productEffect,
        products_end_on: this.productsEndOn ?? null,
      },
      lines,
    );
  }
}
CreditNoteSchema.setClass(CreditNote);
