import { Clock } from '@cordee/service/clock';
import { toId, toUuid } from '@cordee/contracts/id';
import { Jobs, type DueRow } from '@cordee/service/jobs';
import { Work } from '@cordee/service/work';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';

/** Long enough for the slowest download. */
const KEEP_MS = 24 * 3_600_000;
const EVERY_MS = 3_600_000;
const BATCH = 500;

/** Renderings and exports are made anew on every download; only the PDF of a paid invoice is kept. Uploads belong to no organization and stay. */
const isLeftover = `organization_id is not null and created_at < ? and not exists (select from invoice where invoice.pdf_file_id = file.id)`;

@Injectable()
export class RenderingJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(Work) private readonly work: Work,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register({ name: 'drop-renderings', everyMs: EVERY_MS, findDue: () => this.findDue(), work: (row) => this.drop(row) });
  }

  private async findDue(): Promise<DueRow[]> {
    return this.work.asSweep(async ({ em }) => {
      const rows = await em.execute<{ organization_id: string; id: string }[]>(`select organization_id, id from file where ${isLeftover} order by created_at limit ?`, [this.before(), BATCH]);
      return rows.map(({ organization_id, id }) => ({ organizationId: toId('org', organization_id), id: toId('fil', id) }));
    });
  }

  private async drop({ organizationId, id }: DueRow): Promise<void> {
    await this.work.asSweep(async ({ em }) => em.execute(`delete from file where organization_id = ? and id = ? and ${isLeftover}`, [toUuid(organizationId), toUuid(id as `fil_${string}`), this.before()]));
  }

  private before(): Date {
    return new Date(this.clock.now().getTime() - KEEP_MS);
  }
}
