import { payDocument } from '@cordee/contracts/billing/document';
import { downloadDocument, downloadEInvoice, renderDocument } from '@cordee/contracts/billing/document-download';
import { releaseReservedPrepaid } from '@cordee/contracts/billing/prepaid-reservation';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Files } from '@cordee/service/files';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { payOldestInvoices } from '../payments/pay-from-prepaid.ts';
import { releaseReservedPrepaid as release } from '../payments/prepaid-reservation.ts';
import { Seller } from '../seller/seller.ts';
import { downloadDocument as download } from './download-document.ts';
import { downloadEInvoice as downloadAsEInvoice } from '../e-invoices/download-e-invoice.ts';
import { DocumentRenderer } from './pdf/document-renderer.ts';
import { payDocument as pay } from './pay-document.ts';
import { ProForma } from './pro-forma.entity.ts';
import { readDocument, viewDocument } from './stored-document.ts';

@Controller()
export class DocumentCommands {
  constructor(
    @Inject(Seller) private readonly seller: Seller,
    @Inject(Files) private readonly files: Files,
    @Inject(DocumentRenderer) private readonly renderer: DocumentRenderer,
  ) {}

  @Handles(payDocument)
  async payDocument(
    { organizationId, documentId, amount }: Input<typeof payDocument>,
    { em, now, publish }: CommandContext,
  ): Promise<Output<typeof payDocument>> {
    const paidId = await pay({ em, now, publish, seller: this.seller }, organizationId, documentId, amount);
    // The SQL query sees only changes that are flushed.
    await em.flush();
    const { row, lines } = await readDocument(em, organizationId, paidId, this.seller.today(now));
    return viewDocument(row, lines);
  }

  @Handles(releaseReservedPrepaid)
  async releaseReservedPrepaid(
    { organizationId, documentId }: Input<typeof releaseReservedPrepaid>,
    { em, now, publish }: CommandContext,
  ): Promise<Output<typeof releaseReservedPrepaid>> {
    const context = { em, now, publish, seller: this.seller };
    const proForma = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
      em.findOne(ProForma, { organizationId, id: documentId }, { refresh: true }),
    );
    if (!proForma) throw new DomainError('DOCUMENT_NOT_FOUND');
    if (proForma.reservationId) {
      await release(context, proForma);
      await payOldestInvoices(context, organizationId, proForma.currency);
      await em.flush();
    }
    const { row, lines } = await readDocument(em, organizationId, documentId, this.seller.today(now));
    return viewDocument(row, lines);
  }

  @Handles(downloadDocument)
  async downloadDocument(
    { organizationId, documentId }: Input<typeof downloadDocument>,
    { em, now, publish }: CommandContext,
  ): Promise<Output<typeof downloadDocument>> {
    const { files, renderer, seller } = this;
    return download({ em, now, publish, seller }, { files, renderer }, { organizationId, documentId });
  }

  @Handles(downloadEInvoice)
  async downloadEInvoice(
    input: Input<typeof downloadEInvoice>,
    { em, now, publish }: CommandContext,
  ): Promise<Output<typeof downloadEInvoice>> {
    const { files, renderer, seller } = this;
    return downloadAsEInvoice({ em, now, publish, seller }, { files, renderer }, input);
  }

  @Handles(renderDocument)
  async renderDocument(
    { organizationId, documentId }: Input<typeof renderDocument>,
    { em, now, publish }: CommandContext,
  ): Promise<Output<typeof renderDocument>> {
    const { files, renderer, seller } = this;
    return download({ em, now, publish, seller }, { files, renderer }, { organizationId, documentId });
  }
}
