import assert from 'node:assert/strict';
import { events as declared } from '@cordee/contracts/catalogue';
import { EventCheck } from '@cordee/contracts/check-events';
import { readEvents } from '@cordee/messaging/read-events';
import { environment } from '../../src/config.ts';
import type { Scenario } from './scenario.ts';

/** Reads the events of the organization from the streams as a consumer does, checks them and saves them. */
export async function eventsAreValid(scenario: Scenario): Promise<void> {
  const url = environment['NATS_URL'];
  if (!url) return scenario.print('skipped: the embedded bus stores no events');
  const check = new EventCheck(declared.values());
  const counts = new Map<string, number>();
  const lines: string[] = [];
  for await (const { event } of readEvents(url, { follow: false })) {
    if (event.organizationid !== scenario.result('organization')) continue;
    assert.deepEqual(check.check(event), [], `${event.type} ${event.id} matches its contract and the order`);
    counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
    lines.push(JSON.stringify(event));
  }
  scenario.save('events.ndjson', `${lines.join('\n')}\n`);
  const countOf = (type: string): number => counts.get(`cordee.${type}.v1`) ?? 0;
  // The scenario pays one order of three products and renews one product on credit.
  assert.deepEqual(
    [
      countOf('billing.order.paid'),
      countOf('products.product.created'),
      countOf('renewals.warranty.triggered'),
      countOf('billing.prepaid.credited') >= 1,
    ],
    [1, 3, 1, true],
  );
  scenario.print(`${lines.length} events of ${counts.size} types, each once and in order`);
}
