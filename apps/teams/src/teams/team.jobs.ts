import { Jobs } from '@cordee/service/jobs';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { LockMode } from '@mikro-orm/postgresql';
import { Injectable, Inject, type OnModuleInit } from '@nestjs/common';
import { lockHierarchyAndEndExpired } from './lock-and-save-teams.ts';
import { endAndPublishExpiredMemberships } from './departures.ts';
import { Team } from './team.entity.ts';

/**
 * Records the end of expired memberships and parent periods. A membership or parent period has no effect after its
 * planned end, even before this job runs.
 */
@Injectable()
export class TeamJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'end-memberships',
      everyMs: 60_000,
      findDue: () =>
        this.background.findDue(
          'team',
          `select organization_id, team_id as id from team_membership where ended_at is null and ends_at <= ?
           group by organization_id, team_id order by min(ends_at)`,
        ),
      work: ({ organizationId, id }) =>
        this.background.asSystem(async (context) => {
          // Skips a team that another transaction has locked: the next run of the job finds the team again.
          const team = await context.em.findOne(
            Team,
            { organizationId, id, deletedAt: null },
            { lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE },
          );
          if (team) await endAndPublishExpiredMemberships(context, team);
        }),
    });
    this.jobs.register({
      name: 'end-parent-periods',
      everyMs: 60_000,
      findDue: () =>
        this.background.findDue(
          'team',
          `select organization_id, team_id as id from team_parent_history where until is null and parent_ends_at <= ?
           order by parent_ends_at`,
        ),
      // `lockHierarchyAndEndExpired` ends expired parent periods.
      work: ({ organizationId }) =>
        this.background.asSystem(async (context) => {
          await lockHierarchyAndEndExpired(context, organizationId);
        }),
    });
  }
}
