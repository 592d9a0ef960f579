import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { listRecipients, memberAdded, memberChanged, memberRemoved } from '@cordee/contracts/identity/member';
import { RpcClient } from '@cordee/messaging/rpc-client';
import {
  Consumes,
  ConsumesAfterPreparing,
  type ReactionWork,
  type ReactionContext,
} from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { StemCache } from '../index/stem-cache.ts';
import { permissionToken, personToken } from './acl-tokens.ts';
import { indexObject, removeObject } from './object-rows.ts';

@Controller()
export class PersonReactions {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(StemCache) private readonly stemCache: StemCache,
  ) {}

  @ConsumesAfterPreparing(memberAdded)
  async addPerson(event: CloudEvent<EventData<typeof memberAdded>>): Promise<ReactionWork> {
    return this.prepareIndexing(event);
  }

  @ConsumesAfterPreparing(memberChanged)
  async refreshPerson(event: CloudEvent<EventData<typeof memberChanged>>): Promise<ReactionWork> {
    return this.prepareIndexing(event);
  }

  @Consumes(memberRemoved)
  async removePerson({ data }: CloudEvent<EventData<typeof memberRemoved>>, { em }: ReactionContext): Promise<void> {
    await removeObject(em, data.organizationId, data.memberId);
  }

  /**
   * Prepares the index entry of a person. Fetches name and mail address from identity, because the events contain
   * neither. Skips a person who was removed in the meantime; the event `memberRemoved` follows.
   */
  private async prepareIndexing({
    data,
    sequence,
  }: CloudEvent<EventData<typeof memberAdded> | EventData<typeof memberChanged>>): Promise<ReactionWork> {
    const { organizationId, memberId, accountId } = data;
    const recipients = await this.rpc.call(listRecipients, { organizationId });
    const person = recipients.data.find((recipient) => recipient.accountId === accountId);
    return async ({ em }) => {
      if (!person) return;
      await indexObject(em, this.stemCache, {
        organizationId,
        id: memberId,
        kind: 'person',
        title: person.name,
        // A search result shows the body below the title.
        body: person.email,
        addresses: [person.email],
        facets: { role: person.role, isBlocked: person.isBlocked },
        aclTokens: [permissionToken('member:manage'), personToken(accountId)],
        revision: sequence,
      });
    };
  }
}
