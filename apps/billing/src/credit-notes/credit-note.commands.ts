import { creditInvoice, writeOffInvoice } from '@cordee/contracts/billing/credit-note';
import type { Input, Output } from '@cordee/contracts/contract';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { readDocument, viewDocument } from '../documents/stored-document.ts';
import { Seller } from '../seller/seller.ts';
import { creditInvoice as credit } from './credit-invoice.ts';
import { writeOffInvoice as writeOff } from './write-off-invoice.ts';

@Controller()
export class CreditNoteCommands {
  constructor(@Inject(Seller) private readonly seller: Seller) {}

  @Handles(creditInvoice)
  creditInvoice(input: Input<typeof creditInvoice>, context: CommandContext): Promise<Output<typeof creditInvoice>> {
    return credit({ ...context, seller: this.seller }, input);
  }

  @Handles(writeOffInvoice)
  async writeOffInvoice(
    { organizationId, documentId, reason }: Input<typeof writeOffInvoice>,
    context: CommandContext,
  ): Promise<Output<typeof writeOffInvoice>> {
    const { em, now } = context;
    await writeOff({ ...context, seller: this.seller }, organizationId, documentId, reason);
    // The SQL query does not see changes that are not flushed.
    await em.flush();
    const { row, lines } = await readDocument(em, organizationId, documentId, this.seller.today(now));
    return viewDocument(row, lines);
  }
}
