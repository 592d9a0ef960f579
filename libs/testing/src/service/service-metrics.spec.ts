import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@cordee/contracts/id';
import { ServiceConfig } from '@cordee/service/config';
import { Jobs } from '@cordee/service/jobs';
import { Injectable, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { TestService } from '../test-service.ts';
import { waitFor } from '../wait-for.ts';

let openSearchGate = (): void => {};
const searchGate = new Promise<void>((resolve) => (openSearchGate = resolve));
let isSearching = false;

@Injectable()
class NotebookJobs {
  constructor(jobs: Jobs) {
    jobs.register({
      name: 'read-notes',
      everyMs: 3_600_000,
      findDue: async () => {
        isSearching = true;
        await searchGate;
        return [];
      },
      work: async () => undefined,
    });
  }
}

@Module({ providers: [NotebookJobs] })
class NotebookModule {}

let test: TestService;
const registry = new Registry();

beforeAll(async () => {
  test = await TestService.start({
    name: 'notebook',
    config: ServiceConfig,
    entities: [],
    migrations: [],
    module: NotebookModule,
  });
  test.process.serviceMetrics.register(registry);
});
afterAll(async () => {
  openSearchGate();
  await test.stop();
});

/** The values of the metrics of the service, by `name{labels}` without the label of the service. */
async function metricValues(): Promise<Record<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const [series, value] = line.split(' ');
      return [series!.replace(/service="notebook",?/, '').replace('{}', ''), Number(value)];
    }),
  );
}

it('the metrics count events that are not published, and contain the age of the oldest event', async () => {
  expect(await metricValues()).toMatchObject({ cordee_outbox_events: 0, cordee_outbox_oldest_seconds: 0 });
  // The relay publishes nothing while it does not get its lock.
  await test.rows(`select pg_advisory_lock(hashtextextended('relay notebook', 0)) is null`);
  await test.rows(
    `insert into outbox (event_id, subject, entity_id, sequence, body, created_at, published_at)
     values (gen_random_uuid(), 'evt.notebook.note.written.v1', 'n', 1, '{}', now() - interval '1 hour', now()),
            (gen_random_uuid(), 'evt.notebook.note.written.v1', 'n', 2, '{}', now() - interval '1 minute', null)
     returning id`,
  );
  const { cordee_outbox_events: events, cordee_outbox_oldest_seconds: age } = await metricValues();
  expect(events).toBe(1);
  expect(age).toBeGreaterThanOrEqual(60);
});

it('the metrics count dead letters', async () => {
  await test.rows(
    `insert into dead_letter (subject, body, reason, attempts, created_at)
     select 'evt.x.y.z.v1', '', 'wrong', 5, now() from generate_series(1, 3) returning id`,
  );
  expect(await metricValues()).toMatchObject({ cordee_dead_letters: 3 });
});

it('the metrics count jobs by state, and connections by state', async () => {
  await waitFor(async () => isSearching, 'the search');
  const values = await metricValues();
  expect(values['cordee_jobs{state="active"}']).toBeGreaterThanOrEqual(1);
  expect(values['cordee_database_connections{state="waiting"}']).toBe(0);
  expect(values['cordee_database_connections{state="idle"}']).toBeGreaterThanOrEqual(1);
});

it('the metrics count look-ups in the access cache', async () => {
  const before = await metricValues();
  await test.process.access.forOrganization(newId('org', new Date()), ['people']);
  const after = await metricValues();
  const misses = 'cordee_access_cache_lookups_total{result="miss"}';
  expect(after[misses]).toBe(before[misses]! + 1);
});

it('the metrics have no values of a service that has stopped', async () => {
  const remove = test.process.serviceMetrics.add({
    name: 'gone',
    orm: undefined as never,
    jobs: { counts: async () => ({ wait: 7 }) } as unknown as Jobs,
  });
  expect((await registry.metrics()).includes('cordee_jobs{service="gone",state="wait"} 7')).toBe(true);
  remove();
  expect((await registry.metrics()).includes('gone')).toBe(false);
});
