import { describeOrganization, getOrganization, listMyOrganizations } from '@cordee/contracts/identity/organization';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { idSchema, toUuid } from '@cordee/contracts/id';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Controller } from '@nestjs/common';
import type { Role } from '../members/member.entity.ts';
import { lacksSecondFactorSql } from '../second-factors/lacks-second-factor.ts';
import { Organization, type OrganizationView } from './organization.entity.ts';

/** A membership of the caller. The row also contains all columns of the organization, which `em.map` reads. */
interface MembershipRow {
  role: Role;
  lacks_second_factor: boolean;
}

@Controller()
export class OrganizationQueries {
  @Handles(getOrganization)
  async getOrganization(
    input: Input<typeof getOrganization>,
    context: QueryContext,
  ): Promise<Output<typeof getOrganization>> {
    return findOrganization(input.organizationId, context);
  }

  /** For other services, which act for no member. The contract omits the fields that only members see. */
  @Handles(describeOrganization)
  async describeOrganization(
    input: Input<typeof describeOrganization>,
    context: QueryContext,
  ): Promise<Output<typeof describeOrganization>> {
    return findOrganization(input.organizationId, context);
  }

  @Handles(listMyOrganizations)
  async listMyOrganizations(
    { limit, cursor }: Input<typeof listMyOrganizations>,
    { em, accountId }: QueryContext,
  ): Promise<Output<typeof listMyOrganizations>> {
    const after = uuidOrNull(readCursor(idSchema('org'), cursor));
    const rows = await em.execute<MembershipRow[]>(
      `select organization.*, member.role, ${lacksSecondFactorSql} as lacks_second_factor
       from member join organization using (organization_id)
       where member.account_id = ? and not member.is_blocked and (?::uuid is null or organization_id > ?)
       order by organization_id limit ?`,
      [toUuid(accountId), after, after, limit + 1],
    );
    const organizations = rows.map(({ role, lacks_second_factor: lacksSecondFactor, ...organization }) => ({
      organization: em.map(Organization, organization).view(),
      role,
      lacksSecondFactor,
    }));
    const { rows: data, nextCursor } = cutPage(organizations, limit, ({ organization }) => organization.id);
    return { data, nextCursor };
  }
}

async function findOrganization(organizationId: `org_${string}`, { em }: QueryContext): Promise<OrganizationView> {
  const organization = await em.findOne(Organization, { organizationId });
  if (!organization) throw new DomainError('ORGANIZATION_NOT_FOUND');
  return organization.view();
}
