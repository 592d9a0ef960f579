import { downloadReceipt } from '@cordee/contracts/billing/receipt';
import type { Input, Output } from '@cordee/contracts/contract';
import { Files } from '@cordee/service/files';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { DocumentRenderer } from '../documents/pdf/document-renderer.ts';
import { printedReceipt, readReceipt } from './receipt.ts';

@Controller()
export class ReceiptCommands {
  constructor(
    @Inject(Files) private readonly files: Files,
    @Inject(DocumentRenderer) private readonly renderer: DocumentRenderer,
  ) {}

  @Handles(downloadReceipt)
  async downloadReceipt(
    input: Input<typeof downloadReceipt>,
    { em, now }: CommandContext,
  ): Promise<Output<typeof downloadReceipt>> {
    const { organizationId } = input;
    const receipt = await readReceipt(em, input);
    const bytes = await this.renderer.render(organizationId, printedReceipt(receipt));
    return this.files.write(em, now, {
      organizationId,
      name: `${receipt.number}.pdf`,
      contentType: 'application/pdf',
      bytes,
    });
  }
}
