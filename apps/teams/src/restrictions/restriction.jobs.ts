import { toId } from '@cordee/contracts/id';
import { Jobs } from '@cordee/service/jobs';
import { Work } from '@cordee/service/work';
import { Injectable, Inject, type OnModuleInit } from '@nestjs/common';
import { endRestrictions } from './end-restrictions.ts';

const BATCH = 200;

/** Puts the end of restrictions on record. They hold nothing back from their end on, whether or not this has run. */
@Injectable()
export class RestrictionJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(Work) private readonly work: Work,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'end-restrictions',
      everyMs: 60_000,
      findDue: () =>
        this.work.asSweep(async ({ em, now }) => {
          const rows = await em.execute<{ organization_id: string; resource_id: string }[]>(
            `select organization_id, resource_id from restriction where ended_at is null and ends_at <= ? group by organization_id, resource_id order by min(ends_at) limit ?`,
            [now, BATCH],
          );
          return rows.map((row) => ({ organizationId: toId('org', row.organization_id), id: toId('res', row.resource_id) }));
        }),
      work: ({ organizationId, id }) =>
        this.work.asSweep(async (context) => {
          await endRestrictions(context, organizationId, { resourceId: id as `res_${string}`, lapsedAt: context.now }, 'service:teams');
        }),
    });
  }
}
