import { teamPolicyChanged, type TeamPolicy as TeamPolicyContract } from '@cordee/contracts/teams/team-policy';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';

export const TeamPolicySchema = defineEntity({
  name: 'TeamPolicy',
  tableName: 'team_policy',
  properties: {
    organizationId: idColumn('org').primary(),
    mayLeadManageMembers: p.boolean(),
    version: p.integer().version(),
  },
});

/** The permissions of team leads in an organization. */
export class TeamPolicy extends TeamPolicySchema.class {
  change(mayLeadManageMembers: boolean): DomainEvent<typeof teamPolicyChanged> {
    const before = { mayLeadManageMembers: this.mayLeadManageMembers };
    this.mayLeadManageMembers = mayLeadManageMembers;
    return domainEvent(teamPolicyChanged, {
      organizationId: this.organizationId,
      before,
      after: { mayLeadManageMembers },
    });
  }
}
TeamPolicySchema.setClass(TeamPolicy);

/** The policy of an organization. Without a stored policy, leads have no permissions. */
export const viewPolicy = (policy: TeamPolicy | null): z.output<typeof TeamPolicyContract> => ({
  mayLeadManageMembers: policy?.mayLeadManageMembers ?? false,
  version: policy?.version ?? 0,
});
