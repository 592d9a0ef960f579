import { AccessCache } from '@cordee/access/access-cache';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import { membersKept } from '@cordee/contracts/identity/member';
import { productReceived } from '@cordee/contracts/products/transfer';
import { domainEvent } from '@cordee/outbox/publish';
import { uuidList } from '@cordee/service/database/sql-values';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { lockAccountsShared } from './account-locks.ts';
import { lockOrganization } from './legal-representatives.ts';
import { Member } from './member.entity.ts';
import { recordMemberStatuses } from './member-status-history.ts';

@Controller()
export class ProductReactions {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  /**
   * Who goes on using a product belongs to the organization that it came to, as an external, where they did not belong to it before (PROD-5). Teams gives
   * them the right that they keep when it hears of it: to the members whom this makes them.
   */
  @Consumes(productReceived)
  async addKeptPeople(
    { data }: CloudEvent<EventData<typeof productReceived>>,
    { em, now, publish }: ReactionContext,
  ): Promise<void> {
    const { organizationId, transferId, productId, ownershipNumber, keptRight, kept } = data;
    if (kept.length === 0) return;
    // The product has moved on before this was heard of: then they have no business here.
    const { products } = await this.access.forOrganization(organizationId, ['products']);
    if (products.product(productId)?.ownershipNumber !== ownershipNumber) return;
    await lockAccountsShared(
      em,
      kept.map(({ accountId }) => accountId),
    );
    // After whoever is accepting an invitation right now.
    await lockOrganization(em, organizationId);
    // A block is not lifted by a product that moves.
    const wanted = kept.map(({ accountId, isBlocked = false }) => ({
      id: toUuid(newId('mem', now)),
      account_id: toUuid(accountId),
      is_blocked: isBlocked,
    }));
    const added = await em.execute<{ id: string }[]>(
      `insert into member (organization_id, id, account_id, role, flags, is_blocked, created_at)
       select ?, wanted.id, account.id, 'external', '{}', wanted.is_blocked, ? from jsonb_to_recordset(?::jsonb) as wanted (id uuid, account_id uuid, is_blocked boolean) join account on account.id = wanted.account_id
       on conflict do nothing returning id`,
      [toUuid(organizationId), now, JSON.stringify(wanted)],
    );
    await recordMemberStatuses(em, organizationId, now);
    // Unmanaged: with each fact, what the entity manager knows is looked through for changes.
    const members = await em.find(
      Member,
      { organizationId, id: { $in: added.map(({ id }) => toId('mem', id)) } },
      { orderBy: { id: 'asc' }, disableIdentityMap: true },
    );
    for (const member of members) await publish(member.added(undefined));
    if (!keptRight) return;
    const rows = await em.execute<{ id: string; account_id: string }[]>(
      `select id, account_id from member where organization_id = ? and account_id = any(?::uuid[])`,
      [toUuid(organizationId), uuidList(kept.map(({ accountId }) => accountId))],
    );
    const memberIds = new Map(rows.map((row) => [toId('acc', row.account_id), toId('mem', row.id)]));
    const known = kept.flatMap(({ accountId, endsAt }) =>
      memberIds.has(accountId) ? [{ accountId, memberId: memberIds.get(accountId)!, endsAt }] : [],
    );
    if (known.length > 0)
      await publish(
        domainEvent(membersKept, { organizationId, transferId, productId, ownershipNumber, keptRight, kept: known }),
      );
  }
}
