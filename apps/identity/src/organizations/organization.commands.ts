import { createOrganization } from '@cordee/contracts/identity/organization';
import type { Input, Output } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { enterScope } from '@cordee/outbox/tenant-scope';
import { Handles, type CommandContext } from '@cordee/service/handles';
import { Controller } from '@nestjs/common';
import { openOrganization } from './open-organization.ts';

@Controller()
export class OrganizationCommands {
  @Handles(createOrganization)
  async createOrganization(input: Input<typeof createOrganization>, { em, now, accountId, publish }: CommandContext): Promise<Output<typeof createOrganization>> {
    const organizationId = newId('org', now);
    await enterScope(em, { organizationId, accountId });
    const organization = await openOrganization(em, { organizationId, ...input }, accountId, now, publish);
    return organization.view();
  }
}
