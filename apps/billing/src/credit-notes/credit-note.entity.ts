import type { Document } from '@cordee/contracts/billing/document';
import { toUuid } from '@cordee/contracts/id';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import type { DocumentLine } from '../documents/document-line.ts';
import { documentProperties } from '../documents/pro-forma.entity.ts';
import { viewDocument } from '../documents/stored-document.ts';

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
    refundedAmount: p.bigint('number'),
    refundedTo: p.string().$type<'prepaid' | 'bank' | 'card'>().nullable(),
  },
});

/** Corrects an invoice, in full or in part (DOC-5). Amounts are positive, in minor units. */
export class CreditNote extends CreditNoteSchema.class {
  view(lines: readonly DocumentLine[]): z.output<typeof Document> {
    return viewDocument(
      {
        kind: 'credit_note',
        id: toUuid(this.id),
        number: this.number,
        status: this.status,
        issued_on: this.issuedOn,
        due_on: null,
        paid_on: null,
        held_until: null,
        currency: this.currency,
        net: String(this.net),
        vat: String(this.vat),
        total: String(this.total),
        paid_amount: '0',
        credited_amount: '0',
        refunded_amount: String(this.refundedAmount),
        open_amount: '0',
        reference: null,
        order_id: null,
        pro_forma_id: null,
        pro_forma_number: null,
        invoice_id: toUuid(this.invoiceId),
        invoice_number: this.invoiceNumber,
        reason: this.reason,
        product_effect: this.productEffect,
        language: this.language,
        is_reverse_charge: this.isReverseCharge,
        seller: this.seller,
        buyer: this.buyer,
      },
      lines,
    );
  }
}
CreditNoteSchema.setClass(CreditNote);
