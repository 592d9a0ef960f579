import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError, replaceCodes } from '@cordee/contracts/domain-error';
import { describeResource } from '@cordee/contracts/products/product';
import { importMessages, messagesImported } from '@cordee/contracts/search/search';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { domainEvent } from '@cordee/outbox/publish';
import { Files } from '@cordee/service/files';
import { Preflight, Handles, type CommandContext, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { StemCache } from '../index/stem-cache.ts';
import { MAILBOX_KIND, type Mailbox } from '../mailboxes/mailbox.ts';
import { upsertAndLockMailbox } from '../mailboxes/mailbox-rows.ts';
import { mayReadMailbox } from '../mailboxes/readable-mailboxes.ts';
import { importFile } from './import-file.ts';
import { MailParser } from './parse/mail-parser.ts';

/** The maximum number of quarantined messages that a response lists. `quarantinedCount` counts all of them. */
const MAX_LISTED_QUARANTINED = 100;

@Controller()
export class MessageCommands {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(Files) private readonly files: Files,
    @Inject(StemCache) private readonly stemCache: StemCache,
    @Inject(MailParser) private readonly parser: MailParser,
  ) {}

  /** Rejects a caller without access to the mailbox before the file is uploaded. */
  @Preflight(importMessages)
  async preflightImport(input: Input<typeof importMessages>, context: QueryContext): Promise<void> {
    await this.findReadableMailbox(input, context);
  }

  @Handles(importMessages)
  async importMessages(
    input: Input<typeof importMessages>,
    context: CommandContext,
  ): Promise<Output<typeof importMessages>> {
    const { organizationId, resourceId } = input;
    const { em, now, publish } = context;
    await upsertAndLockMailbox(em, organizationId, await this.findReadableMailbox(input, context));
    const { accepted, alreadyThere, quarantined, newlyQuarantined } = await importFile(
      em,
      { files: this.files, stemCache: this.stemCache, parser: this.parser },
      { ...input, now },
    );
    if (accepted + newlyQuarantined > 0)
      await publish(
        domainEvent(messagesImported, { organizationId, resourceId, accepted, quarantined: newlyQuarantined }),
      );
    return {
      accepted,
      alreadyThere,
      quarantinedCount: quarantined.length,
      quarantined: quarantined
        .slice(0, MAX_LISTED_QUARANTINED)
        .map(({ index, code, detail }) => ({ index, code, reason: detail })),
    };
  }

  /** Throws MAILBOX_NOT_FOUND for an unknown mailbox and for a mailbox that the caller may not read. */
  private async findReadableMailbox(
    { organizationId, resourceId }: { organizationId: `org_${string}`; resourceId: `res_${string}` },
    context: QueryContext,
  ): Promise<Mailbox> {
    const resource = await this.rpc
      .call(describeResource, { organizationId, resourceId }, { causedBy: context.call })
      .catch(replaceCodes({ RESOURCE_NOT_FOUND: 'MAILBOX_NOT_FOUND' }));
    const mailbox = { resourceId, productId: resource.productId };
    if (
      resource.kind !== MAILBOX_KIND ||
      !mayReadMailbox(await this.access.forOrganization(organizationId), context, mailbox)
    )
      throw new DomainError('MAILBOX_NOT_FOUND');
    return mailbox;
  }
}
