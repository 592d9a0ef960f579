import { AccessCache } from '@cordee/access/access-cache';
import {
  enterSupportAccess,
  grantSupportAccess,
  leaveSupportAccess,
  recordSupportAction,
  revokeSupportAccess,
} from '@cordee/contracts/identity/support-access';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import { isManagerRole } from '@cordee/contracts/permissions';
import { GrantedLeases } from '@cordee/service/granted-leases';
import { insertRows } from '@cordee/service/database/insert-rows';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import { findCaller } from '../members/find-caller.ts';
import { resolveCoverage } from './resolve-coverage.ts';
import { recordActions } from './support-actions.ts';
import { SupportAccess } from './support-access.entity.ts';
import { addEntry, endEntries, hasEverEntered } from './support-entries.ts';
import { viewSupportAccess } from './view-support-access.ts';

const HOUR_MS = 3_600_000;

@Controller()
export class SupportAccessCommands {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(GrantedLeases) private readonly leases: GrantedLeases,
  ) {}

  @Handles(grantSupportAccess)
  async grantSupportAccess(
    input: Input<typeof grantSupportAccess>,
    { em, now, accountId, publish }: CommandContext,
  ): Promise<Output<typeof grantSupportAccess>> {
    const { organizationId, level, withContent, reason, ticket } = input;
    const giver = await findCaller(em, organizationId, accountId);
    const products = resolveCoverage(
      input,
      giver,
      input.productIds && (await this.access.forOrganization(organizationId)),
      now,
    );
    const access = em.create(
      SupportAccess,
      {
        organizationId,
        id: newId('sup', now),
        level,
        withContent,
        products,
        reason,
        ticket,
        givenBy: accountId,
        grantedByMemberId: giver.id,
        givenAt: now,
        endsAt: new Date(now.getTime() + input.hours * HOUR_MS),
      },
      { persist: false },
    );
    insertRows(em, [access]);
    await publish(access.granted());
    return viewSupportAccess(em, access, now);
  }

  @Handles(revokeSupportAccess)
  async revokeSupportAccess(
    { organizationId, supportAccessId }: Input<typeof revokeSupportAccess>,
    { em, now, accountId, publish }: CommandContext,
  ): Promise<Output<typeof revokeSupportAccess>> {
    const [caller, access] = await Promise.all([
      findCaller(em, organizationId, accountId),
      lockAccess(em, { organizationId, id: supportAccessId }),
    ]);
    if (!isManagerRole(caller.role) && access.givenBy !== accountId) throw new DomainError('SUPPORT_ACCESS_NOT_FOUND');
    const endedEvent = access.revoke(accountId, now);
    if (!endedEvent) return {};
    await endEntries(em, access, { leftAt: now });
    await publish(endedEvent);
    return {};
  }

  @Handles(enterSupportAccess)
  async enterSupportAccess(
    { supportAccessId }: Input<typeof enterSupportAccess>,
    context: CommandContext,
  ): Promise<Output<typeof enterSupportAccess>> {
    const { em, now, accountId, publish } = context;
    const access = await lockAccess(em, { id: supportAccessId });
    if (!access.isLive(now)) throw new DomainError('SUPPORT_ACCESS_NOT_FOUND');
    if (await addEntry(em, access, accountId, now)) await publish(access.entered(accountId));
    else this.notifyPending(access, context);
    return {
      organizationId: access.organizationId,
      supportAccessId,
      level: access.level,
      endsAt: access.endsAt.toISOString(),
    };
  }

  @Handles(leaveSupportAccess)
  async leaveSupportAccess(
    { supportAccessId }: Input<typeof leaveSupportAccess>,
    context: CommandContext,
  ): Promise<Output<typeof leaveSupportAccess>> {
    const { em, now, accountId, publish } = context;
    const access = await lockAccess(em, { id: supportAccessId });
    if (!(await hasEverEntered(em, access, accountId))) throw new DomainError('SUPPORT_ACCESS_NOT_FOUND');
    if (await endEntries(em, access, { accountId, leftAt: access.isLive(now) ? now : access.endsAt }))
      await publish(access.left(accountId));
    else this.notifyPending(access, context);
    return {};
  }

  @Handles(recordSupportAction)
  async recordSupportAction(
    input: Input<typeof recordSupportAction>,
    { em, now, call }: CommandContext,
  ): Promise<Output<typeof recordSupportAction>> {
    return { supportAccessIds: await recordActions(em, input, { requestId: call.requestId, now }) };
  }

  /**
   * Sends the pending notifications of the organization when a request is repeated. The request pipeline cannot send
   * these notifications, because the request of a member of staff does not name the organization.
   */
  private notifyPending({ organizationId }: SupportAccess, { afterCommit }: CommandContext): void {
    afterCommit(() => this.leases.notifyPending(toUuid(organizationId)));
  }
}

async function lockAccess(
  em: EntityManager,
  key: { organizationId?: `org_${string}`; id: `sup_${string}` },
): Promise<SupportAccess> {
  const access = await em.findOne(SupportAccess, key, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!access) throw new DomainError('SUPPORT_ACCESS_NOT_FOUND');
  return access;
}
