import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { productReceived } from '@cordee/contracts/products/transfer';
import { Consumes, type ReactionContext } from '@cordee/service/handles';
import { Controller } from '@nestjs/common';
import { Account } from '../accounts/account.entity.ts';
import { lockOrganization } from './legal-representatives.ts';
import { Member } from './member.entity.ts';
import { recordStandings } from './member-standings.ts';

@Controller()
export class ProductReactions {
  /** Who goes on using a product belongs to the organization that it came to, as an external, where they did not belong to it before (PROD-5). */
  @Consumes(productReceived)
  async addKeptPeople({ data, time }: CloudEvent<EventData<typeof productReceived>>, { em, now, publish }: ReactionContext): Promise<void> {
    const { organizationId, keptAccountIds } = data;
    if (keptAccountIds.length === 0) return;
    // After whoever is accepting an invitation right now.
    await lockOrganization(em, organizationId);
    const present = new Set((await em.find(Member, { organizationId, accountId: { $in: keptAccountIds } })).map(({ accountId }) => accountId));
    const accounts = await em.find(Account, { id: { $in: keptAccountIds.filter((id) => !present.has(id)) } }, { orderBy: { id: 'asc' } });
    const added = accounts.map(({ id }) => em.create(Member, { organizationId, id: newId('mem', now), accountId: id, role: 'external', flags: [], isBlocked: false, createdAt: now }));
    for (const member of added) await publish(member.addedWithProduct(time));
    await recordStandings(em, organizationId, now);
  }
}
