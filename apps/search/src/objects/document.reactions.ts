import {
  getPaymentDetails,
  invoiceIssued,
  invoicePaid,
  invoiceReopened,
  proFormaIssued,
} from '@cordee/contracts/billing/document';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
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
    @Inject(StemCache) private readonly stems: StemCache,
  ) {}

  @Consumes(proFormaIssued)
  async addProForma(event: CloudEvent<EventData<typeof proFormaIssued>>, { em }: ReactionContext): Promise<void> {
    await this.index(event, em);
  }

  @Consumes(invoiceIssued)
  async addInvoice(event: CloudEvent<EventData<typeof invoiceIssued>>, { em }: ReactionContext): Promise<void> {
    await this.index(event, em);
  }

  @Consumes(invoicePaid)
  async refreshPaidInvoice(event: CloudEvent<EventData<typeof invoicePaid>>, { em }: ReactionContext): Promise<void> {
    await this.index(event, em);
  }

  @Consumes(invoiceReopened)
  async refreshReopenedInvoice(
    event: CloudEvent<EventData<typeof invoiceReopened>>,
    { em }: ReactionContext,
  ): Promise<void> {
    await this.index(event, em);
  }

  private async index(
    { data: { organizationId, documentId }, sequence }: DocumentEvent,
    em: ReactionContext['em'],
  ): Promise<void> {
    const details = await this.rpc.call(getPaymentDetails, { organizationId, documentId });
    await indexObject(em, this.stems, documentObject(organizationId, details, sequence));
  }
}
