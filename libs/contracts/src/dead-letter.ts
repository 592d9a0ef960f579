import * as z from 'zod';
import { command, query } from './contract.ts';
import { Instant } from './values.ts';

const deadLetterId = z
  .string()
  .regex(/^\d{1,18}$/)
  .meta({ description: 'Number of the dead letter within its service', examples: ['42'] });

export const DeadLetter = z
  .object({
    id: deadLetterId,
    subject: z.string().describe('Subject of the event: `evt.billing.invoice.paid.v1`'),
    reason: z.string().describe('The error of the last attempt'),
    attempts: z.int(),
    createdAt: Instant,
    event: z
      .object({
        id: z.string(),
        entity: z.string().describe('Service and id of the entity: `/billing/inv_…`'),
        sequence: z.int(),
        organizationId: z.string().optional(),
        time: Instant,
      })
      .nullable()
      .describe('Null when the message is not an event'),
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = z.output<typeof DeadLetter>;

/**
 * A service that cannot handle an event stores it as a dead letter and continues with later events, also of the same
 * entity; only an event that the service cannot parse holds up later events of its entity for a while.
 */
export function declareDeadLetterContracts<S extends string>(service: S) {
  return {
    listDeadLetters: query({
      subject: `rpc.${service}.dead_letter.list.v1`,
      access: 'service',
      callers: ['events'],
      summary: 'List the dead letters of a service, oldest first',
      input: z.object({
        after: deadLetterId.optional().describe('Number of the last dead letter of the previous page'),
        limit: z.int().min(1).max(200).default(50),
      }),
      output: z.object({ data: z.array(DeadLetter) }),
      errors: {},
      example: {
        input: {},
        output: {
          data: [
            {
              id: '42',
              subject: 'evt.billing.invoice.paid.v1',
              reason: 'connection terminated',
              attempts: 5,
              createdAt: '2026-01-31T09:00:00.000Z',
              event: {
                id: 'evt_01je5nryg0fgz9y05x3mqpmjrg',
                entity: '/billing/inv_01je5nryg0fgz9y05x3mqpmjrg',
                sequence: 3,
                organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
                time: '2026-01-31T08:59:55.000Z',
              },
            },
          ],
        },
      },
    }),
    replayDeadLetter: command({
      subject: `rpc.${service}.dead_letter.replay.v1`,
      access: 'service',
      callers: ['events'],
      summary: 'Run the reaction to a dead letter again; a success deletes the dead letter',
      input: z.object({ id: deadLetterId }),
      output: z.object({}),
      errors: {
        DEAD_LETTER_NOT_FOUND: { status: 404, title: 'The dead letter does not exist, or has been replayed' },
        DEAD_LETTER_EARLY: { status: 409, title: 'An older event of the same entity has not been handled yet' },
        DEAD_LETTER_UNREADABLE: {
          status: 422,
          title: 'This version of the service cannot parse the event, or has no reaction to it',
        },
        DEAD_LETTER_FAILED_AGAIN: { status: 422, title: 'The reaction failed again' },
      },
      example: { input: { id: '42' }, output: {} },
    }),
    discardDeadLetter: command({
      subject: `rpc.${service}.dead_letter.discard.v1`,
      access: 'service',
      callers: ['events'],
      summary:
        'Delete a dead letter without running its reaction; later events of its entity do not wait for it any more',
      input: z.object({ id: deadLetterId }),
      output: z.object({}),
      errors: {
        DEAD_LETTER_NOT_FOUND: { status: 404, title: 'The dead letter does not exist, or has been replayed' },
      },
      example: { input: { id: '42' }, output: {} },
    }),
  };
}
export type DeadLetterContracts = ReturnType<typeof declareDeadLetterContracts>;
