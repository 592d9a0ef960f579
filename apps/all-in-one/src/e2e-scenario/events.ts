import assert from 'node:assert/strict';
import { events as declared } from '@cordee/contracts/catalogue';
import { EventCheck } from '@cordee/contracts/check-events';
import { readEvents } from '@cordee/messaging/read-events';
import { environment } from '../config.ts';
import type { Story } from './scenario.ts';

/** Writes down what a consumer of the events has seen of this organization. */
export async function saveEvents(story: Story): Promise<void> {
  const url = environment['NATS_URL'];
  if (!url) return story.say('the embedded bus keeps no stream to read from');
  const check = new EventCheck(declared.values());
  const counts = new Map<string, number>();
  const lines: string[] = [];
  for await (const { event } of readEvents(url, { follow: false })) {
    if (event.organizationid !== story.get('organization')) continue;
    assert.deepEqual(check.check(event), [], `${event.type} ${event.id} is as declared, and in its turn`);
    counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
    lines.push(JSON.stringify(event));
  }
  story.save('events.ndjson', `${lines.join('\n')}\n`);
  const seen = (type: string): number => counts.get(`cordee.${type}.v1`) ?? 0;
  assert.deepEqual(
    [
      seen('billing.order.paid'),
      seen('products.product.created'),
      seen('renewals.warranty.triggered'),
      seen('billing.prepaid.credited') >= 1,
    ],
    [1, 3, 1, true],
  );
  story.say(`${lines.length} events of ${counts.size} types, each once and in order`);
}
