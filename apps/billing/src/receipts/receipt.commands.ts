import { downloadReceipt, renderReceipt } from '@cordee/contracts/billing/receipt';
import type { Input, Output } from '@cordee/contracts/contract';
import { Files, type StoredFile } from '@cordee/service/files';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { DocumentRenderer } from '../documents/pdf/document-renderer.ts';
import { printedReceipt, readReceipt, type BookingKey } from './receipt.ts';

@Controller()
export class ReceiptCommands {
  constructor(
    @Inject(Files) private readonly files: Files,
    @Inject(DocumentRenderer) private readonly renderer: DocumentRenderer,
  ) {}

  @Handles(downloadReceipt)
  downloadReceipt(
    input: Input<typeof downloadReceipt>,
    context: CommandContext,
  ): Promise<Output<typeof downloadReceipt>> {
    return this.render(context, input);
  }

  @Handles(renderReceipt)
  renderReceipt(input: Input<typeof renderReceipt>, context: CommandContext): Promise<Output<typeof renderReceipt>> {
    return this.render(context, input);
  }

  /** Stores the PDF of a receipt as a file. */
  private async render({ em, now }: CommandContext, key: BookingKey): Promise<StoredFile> {
    const { organizationId } = key;
    const receipt = await readReceipt(em, key);
    const bytes = await this.renderer.render(organizationId, printedReceipt(receipt));
    return this.files.write(em, now, {
      organizationId,
      name: `${receipt.number}.pdf`,
      contentType: 'application/pdf',
      bytes,
    });
  }
}
