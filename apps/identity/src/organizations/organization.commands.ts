import { changeOrganization, createOrganization } from '@cordee/contracts/identity/organization';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { assertVersion } from '@cordee/contracts/if-match';
import { newId } from '@cordee/contracts/id';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import type { IdentityConfig } from '../config.ts';
import { assertLegalRepresentativeCanAct } from '../members/legal-representatives.ts';
import { lockOrganization, lockOrganizationAhead } from '../members/organization-locks.ts';
import { recordMemberStatuses } from '../members/member-status-history.ts';
import { hasSecondFactor } from '../second-factors/has-second-factor.ts';
import { openOrganization } from './open-organization.ts';
import { assertMayFoundOrganization } from './organization-limits.ts';

@Controller()
export class OrganizationCommands {
  constructor(@Inject(CONFIG) private readonly config: IdentityConfig) {}

  @Handles(createOrganization)
  async createOrganization(
    input: Input<typeof createOrganization>,
    { em, now, accountId, publish }: CommandContext,
  ): Promise<Output<typeof createOrganization>> {
    await assertMayFoundOrganization(em, accountId, now, this.config);
    const organizationId = newId('org', now);
    setTenantContext(em, { organizationId, accountId });
    const organization = await openOrganization(em, { organizationId, ...input }, accountId, now, publish);
    return organization.view();
  }

  @Handles(changeOrganization)
  async changeOrganization(
    { organizationId, isSecondFactorRequired, ifMatch }: Input<typeof changeOrganization>,
    { em, now, accountId, publish }: CommandContext,
  ): Promise<Output<typeof changeOrganization>> {
    // The lock is sent before both reads, because a concurrent request may remove the second factor of the caller.
    lockOrganizationAhead(em, organizationId);
    const [organization, callerHasSecondFactor] = await Promise.all([
      lockOrganization(em, organizationId),
      hasSecondFactor(em, accountId),
    ]);
    assertVersion(ifMatch, organization.version);
    const changedEvent =
      isSecondFactorRequired === undefined
        ? undefined
        : organization.setSecondFactorRequirement(isSecondFactorRequired);
    if (!changedEvent) return organization.view();
    if (isSecondFactorRequired && !callerHasSecondFactor) throw new DomainError('SECOND_FACTOR_MISSING');
    await em.flush();
    const [changedMembers] = await Promise.all([
      recordMemberStatuses(em, organizationId, now),
      assertLegalRepresentativeCanAct(em, organizationId),
    ]);
    // One event for all members, because thousands may gain or lose their rights.
    await publish({ ...changedEvent, alsoInvalidates: changedMembers.map(({ memberId }) => memberId) });
    return organization.view();
  }
}
