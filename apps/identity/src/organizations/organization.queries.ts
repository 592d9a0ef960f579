import { describeOrganization, getOrganization, listMyOrganizations } from '@cordee/contracts/identity/organization';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { Member } from '../members/member.entity.ts';
import { hasSecondFactor } from '../second-factors/has-second-factor.ts';
import { Organization, type OrganizationView } from './organization.entity.ts';

@Controller()
export class OrganizationQueries {
  @Handles(getOrganization)
  async getOrganization(
    input: Input<typeof getOrganization>,
    context: QueryContext,
  ): Promise<Output<typeof getOrganization>> {
    return findOrganization(input.organizationId, context);
  }

  @Handles(describeOrganization)
  async describeOrganization(
    input: Input<typeof describeOrganization>,
    context: QueryContext,
  ): Promise<Output<typeof describeOrganization>> {
    return findOrganization(input.organizationId, context);
  }

  @Handles(listMyOrganizations)
  async listMyOrganizations(
    _: Input<typeof listMyOrganizations>,
    { em, accountId }: QueryContext,
  ): Promise<Output<typeof listMyOrganizations>> {
    const memberships = await em.find(Member, { accountId, isBlocked: false });
    const organizations = await em.find(
      Organization,
      { organizationId: { $in: memberships.map((member) => member.organizationId) } },
      { orderBy: { organizationId: 'asc' } },
    );
    const roles = new Map(memberships.map((member) => [member.organizationId, member.role]));
    const lacksFactor = !(await hasSecondFactor(em, accountId));
    return {
      data: organizations.map((organization) => ({
        organization: organization.view(),
        role: roles.get(organization.organizationId)!,
        lacksSecondFactor: lacksFactor && organization.isSecondFactorRequired,
      })),
    };
  }
}

async function findOrganization(organizationId: `org_${string}`, { em }: QueryContext): Promise<OrganizationView> {
  const organization = await em.findOne(Organization, { organizationId });
  if (!organization) throw new DomainError('ORGANIZATION_NOT_FOUND');
  return organization.view();
}
