import { toId } from '@cordee/contracts/id';
import { Jobs } from '@cordee/service/jobs';
import { Work } from '@cordee/service/work';
import { Injectable, Inject, type OnModuleInit } from '@nestjs/common';
import { endGrants } from './end-grants.ts';

const BATCH = 200;

/** Puts the end of grants on record. They give nothing from their end on, whether or not this has run. */
@Injectable()
export class GrantJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(Work) private readonly work: Work,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'end-grants',
      everyMs: 60_000,
      findDue: () =>
        this.work.asSweep(async ({ em, now }) => {
          const rows = await em.execute<{ organization_id: string; id: string }[]>(`select organization_id, id from access_grant where ended_at is null and ends_at <= ? order by ends_at limit ?`, [now, BATCH]);
          return rows.map((row) => ({ organizationId: toId('org', row.organization_id), id: toId('grt', row.id) }));
        }),
      work: ({ organizationId, id }) => this.work.asSweep((context) => endGrants(context, { organizationId, id: id as `grt_${string}`, endsAt: { $lte: context.now } }, 'service:teams')),
    });
  }
}
