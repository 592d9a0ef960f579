import { expect, test } from '@jest/globals';
import { parseMetrics } from '../load/ops/prometheus-text.mjs';
import { formatStatus } from './format-status.mjs';
import { rowsOf } from './read-status.mjs';

const text = `
process_start_time_seconds 1767225600
cordee_outbox_events{service="teams"} 3
cordee_outbox_oldest_seconds{service="teams"} 61.4
cordee_outbox_events{service="billing"} 0
cordee_outbox_oldest_seconds{service="billing"} 0
cordee_consumer_pending{consumer="teams__identity"} 4
cordee_consumer_pending{consumer="teams__products"} 1
cordee_consumer_pending{consumer="billing__products"} 7
cordee_dead_letters{service="teams"} 2
cordee_jobs{service="teams",state="wait"} 5
cordee_jobs{service="teams",state="active"} 9
cordee_database_connections{service="teams",state="used"} 6
cordee_database_connections{service="teams",state="waiting"} 1
`;
const health = { service: 'all-in-one', version: '0.1.0', status: 'unavailable', problems: { teams: 'starting' } };

test('a process with several services has a row per service', () => {
  const [teams, billing] = rowsOf({ name: 'all-in-one', health, metrics: parseMetrics(text) });
  expect(teams).toEqual({
    process: 'all-in-one',
    service: 'teams',
    version: '0.1.0',
    state: 'not ready',
    problem: 'starting',
    startedAt: '2026-01-01T00:00:00.000Z',
    outbox: 3,
    oldestS: 61.4,
    lag: 5,
    deadLetters: 2,
    jobs: 5,
    usedConnections: 6,
    waitingForConnection: 1,
  });
  expect(billing).toMatchObject({ service: 'billing', state: 'ready', lag: 7, deadLetters: undefined });
});

test('a process without services, like the gateway, has one row', () => {
  const rows = rowsOf({
    name: 'gateway',
    health: { service: 'gateway', version: '0.1.0', status: 'unavailable', problems: { gateway: 'stopping' } },
    metrics: parseMetrics('process_start_time_seconds 1767225600'),
  });
  expect(rows).toMatchObject([{ service: 'gateway', state: 'not ready', problem: 'stopping', outbox: undefined }]);
});

test('the table has a dash for a missing value', () => {
  const table = formatStatus([{ service: 'gateway', state: 'no answer', problem: 'connect ECONNREFUSED' }]);
  expect(table.split('\n')).toEqual([
    'service  version  state      since  outbox  oldest  lag  dead  jobs  pool  problem',
    'gateway  –        no answer  –      –       –       –    –     –     –     connect ECONNREFUSED',
  ]);
});
