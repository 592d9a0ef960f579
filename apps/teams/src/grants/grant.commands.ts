import { AccessCopy } from '@cordee/access/access-copy';
import { endGrant, giveGrant } from '@cordee/contracts/teams/grant';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Handles, type CommandContext } from '@cordee/service/handles';
import { LockMode } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import { findTeam } from '../teams/find-team.ts';
import { Catalogue } from './catalogue.ts';
import { GrantChecks } from './check-grant.ts';
import { findStanding, giveGrants } from './give-grants.ts';
import { Grant } from './grant.entity.ts';

@Controller()
export class GrantCommands {
  constructor(
    @Inject(AccessCopy) private readonly access: AccessCopy,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Handles(giveGrant)
  async giveGrant({ organizationId, ...request }: Input<typeof giveGrant>, context: CommandContext): Promise<Output<typeof giveGrant>> {
    const checks = new GrantChecks(await this.access.facts(organizationId), this.catalogue);
    await checks.check([{ ...request, pointer: '' }], context.now);
    if (request.holder.kind === 'team') await findTeam(context.em, organizationId, request.holder.teamId, { for: 'use' });
    await giveGrants(context, organizationId, context.accountId, [request]);
    return (await findStanding(context, organizationId, request)).view();
  }

  @Handles(endGrant)
  async endGrant({ organizationId, grantId }: Input<typeof endGrant>, { em, now, accountId, publish }: CommandContext): Promise<Output<typeof endGrant>> {
    const grant = await em.findOne(Grant, { organizationId, id: grantId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!grant) throw new DomainError('GRANT_NOT_FOUND');
    const ended = grant.end(now, accountId);
    if (ended) await publish(ended);
    return {};
  }
}
