import { AccessCache } from '@cordee/access/access-cache';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import { membersRetained } from '@cordee/contracts/identity/member';
import { productReceived } from '@cordee/contracts/products/transfer-events';
import { domainEvent } from '@cordee/outbox/publish';
import { uuidList } from '@cordee/service/database/sql-values';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { lockAccountsShared } from './account-locks.ts';
import { lockOrganization } from './organization-locks.ts';
import { Member } from './member.entity.ts';
import { recordMemberStatuses } from './member-status-history.ts';

@Controller()
export class ProductReactions {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  /**
   * Adds the retained users of a received product as externals, unless they are members already (PROD-5). The service
   * teams grants them the retained right when it receives `membersRetained`, because a grant needs the member id.
   */
  @Consumes(productReceived)
  async addRetainedUsers(
    { data }: CloudEvent<EventData<typeof productReceived>>,
    { em, now, publish }: ReactionContext,
  ): Promise<void> {
    const { organizationId, transferId, productId, ownershipNumber, retainedRight, retained } = data;
    if (retained.length === 0) return;
    // When the product was transferred again after this event, the users are not added.
    const { products } = await this.access.forOrganization(organizationId, ['products']);
    if (products.product(productId)?.ownershipNumber !== ownershipNumber) return;
    lockAccountsShared(
      em,
      retained.map(({ accountId }) => accountId),
    );
    // Serializes this reaction with acceptances of invitations.
    await lockOrganization(em, organizationId);
    // A user who was blocked in the former organization is blocked in this organization too.
    const newMembers = retained.map(({ accountId, isBlocked = false }) => ({
      id: toUuid(newId('mem', now)),
      account_id: toUuid(accountId),
      is_blocked: isBlocked,
    }));
    const added = await em.execute<{ id: string }[]>(
      `insert into member (organization_id, id, account_id, role, flags, is_blocked, created_at)
       select ?, input.id, account.id, 'external', '{}', input.is_blocked, ?
       from jsonb_to_recordset(?::jsonb) as input (id uuid, account_id uuid, is_blocked boolean)
       join account on account.id = input.account_id
       on conflict do nothing returning id`,
      [toUuid(organizationId), now, JSON.stringify(newMembers)],
    );
    await recordMemberStatuses(em, organizationId, now);
    // `disableIdentityMap`: the entity manager would otherwise search all these members for changes at each published
    // event.
    const addedMembers = await em.find(
      Member,
      { organizationId, id: { $in: added.map(({ id }) => toId('mem', id)) } },
      { orderBy: { id: 'asc' }, disableIdentityMap: true },
    );
    for (const member of addedMembers) await publish(member.added());
    // Without a retained right, the service teams has nothing to grant.
    if (!retainedRight) return;
    const rows = await em.execute<{ id: string; account_id: string }[]>(
      `select id, account_id from member where organization_id = ? and account_id = any(?::uuid[])`,
      [toUuid(organizationId), uuidList(retained.map(({ accountId }) => accountId))],
    );
    const memberIds = new Map(rows.map((row) => [toId('acc', row.account_id), toId('mem', row.id)]));
    const members = retained.flatMap(({ accountId, endsAt }) =>
      memberIds.has(accountId) ? [{ accountId, memberId: memberIds.get(accountId)!, endsAt }] : [],
    );
    if (members.length > 0)
      await publish(
        domainEvent(membersRetained, {
          organizationId,
          transferId,
          productId,
          ownershipNumber,
          retainedRight,
          retained: members,
        }),
      );
  }
}
