import { event, query } from '@cordee/contracts/contract';
import { idSchema } from '@cordee/contracts/id';
import * as z from 'zod';

/** The services of the benchmarks: the source publishes events, the sink reacts to them. */
export const SOURCE = 'bench_source';
export const SINK = 'bench_sink';

const Text = z.string().min(1).max(1_000);
const itemId = idSchema('res');
const exampleId = 'res_01je5nryg0fgz9y05x3mqpmjrg';

/** A query that a service answers without a database. */
export const repeatText = query({
  subject: `rpc.${SOURCE}.text.repeat.v1`,
  access: 'public',
  summary: 'Repeats a text',
  input: z.object({ itemId, text: Text, number: z.int() }),
  output: z.object({ itemId, text: Text, number: z.int() }),
  errors: {},
  example: {
    input: { itemId: exampleId, text: 'a', number: 1 },
    output: { itemId: exampleId, text: 'a', number: 1 },
  },
});

export const itemChanged = event({
  subject: `evt.${SOURCE}.item.changed.v1`,
  summary: 'An item was changed',
  entity: 'itemId',
  data: z.object({ itemId, text: Text }),
  example: { itemId: exampleId, text: 'a' },
});

/** A text of 120 characters, as many as the data of a usual event has. */
export const sampleText = 'a change of an item '.padEnd(120, '.');
