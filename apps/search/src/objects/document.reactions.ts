import { invoiceCredited, invoiceWrittenOff } from '@cordee/contracts/billing/credit-note';
import { getPaymentDetails } from '@cordee/contracts/billing/document';
import { invoiceIssued, invoicePaid, invoiceReopened, proFormaIssued } from '@cordee/contracts/billing/document-events';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { ConsumesAfterPreparing, type ReactionWork } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { StemCache } from '../index/stem-cache.ts';
import { documentObject } from './document-object.ts';
import { indexObject } from './object-rows.ts';

/** The fields that all events of documents have. */
type DocumentEvent = CloudEvent<Pick<EventData<typeof invoicePaid>, 'organizationId' | 'documentId'>>;

@Controller()
export class DocumentReactions {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(StemCache) private readonly stemCache: StemCache,
  ) {}

  @ConsumesAfterPreparing(proFormaIssued)
  async addProForma(event: CloudEvent<EventData<typeof proFormaIssued>>): Promise<ReactionWork> {
    return this.prepareIndexing(event);
  }

  @ConsumesAfterPreparing(invoiceIssued)
  async addInvoice(event: CloudEvent<EventData<typeof invoiceIssued>>): Promise<ReactionWork> {
    return this.prepareIndexing(event);
  }

  @ConsumesAfterPreparing(invoicePaid)
  async refreshPaidInvoice(event: CloudEvent<EventData<typeof invoicePaid>>): Promise<ReactionWork> {
    return this.prepareIndexing(event);
  }

  @ConsumesAfterPreparing(invoiceReopened)
  async refreshReopenedInvoice(event: CloudEvent<EventData<typeof invoiceReopened>>): Promise<ReactionWork> {
    return this.prepareIndexing(event);
  }

  @ConsumesAfterPreparing(invoiceCredited)
  async addCreditNote(event: CloudEvent<EventData<typeof invoiceCredited>>): Promise<ReactionWork> {
    const { data } = event;
    const [indexInvoice, indexCreditNote] = await Promise.all([
      this.prepareIndexing(event),
      this.prepareIndexing({ ...event, data: { ...data, documentId: data.creditNoteId } }),
    ]);
    return async (context) => {
      await indexInvoice(context);
      await indexCreditNote(context);
    };
  }

  @ConsumesAfterPreparing(invoiceWrittenOff)
  async refreshWrittenOffInvoice(event: CloudEvent<EventData<typeof invoiceWrittenOff>>): Promise<ReactionWork> {
    return this.prepareIndexing(event);
  }

  private async prepareIndexing({
    data: { organizationId, documentId },
    sequence,
  }: DocumentEvent): Promise<ReactionWork> {
    const details = await this.rpc.call(getPaymentDetails, { organizationId, documentId });
    return ({ em }) => indexObject(em, this.stemCache, documentObject(organizationId, details, sequence));
  }
}
