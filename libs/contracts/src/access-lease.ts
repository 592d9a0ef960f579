import * as z from 'zod';
import { command } from './contract.ts';

const processId = z.uuid().meta({
  description: 'The process that keeps a copy; a new one with every start',
  examples: ['0190b6a4-0000-7000-8000-000000000000'],
});

/**
 * The right of a process to answer from its copy of a service's access facts (ACC-3): while it has a lease, no call of that service that changes
 * them returns before this process has heard of the change. Without a lease it asks.
 */
export function leaseContracts<S extends string>(service: S) {
  return {
    takeLease: command({
      subject: `rpc.${service}.access_lease.take.v1`,
      access: 'service',
      isForAccess: true,
      summary: 'Take the lease of a process, or renew it',
      input: z.object({ processId }),
      output: z.object({
        leaseMs: z.int().describe('How long it holds, from the moment at which it was asked for'),
        epoch: z
          .int()
          .describe(
            'Grows whenever a lease ran out or was broken before it was renewed: in another epoch, the cache confirms everything',
          ),
      }),
      errors: {
        PROCESS_UNREACHABLE: {
          status: 503,
          title: 'The process does not hear what it is told: it could not be kept up to date',
        },
      },
      example: { input: { processId: '0190b6a4-0000-7000-8000-000000000000' }, output: { leaseMs: 3_000, epoch: 1 } },
    }),
    releaseLease: command({
      subject: `rpc.${service}.access_lease.release.v1`,
      access: 'service',
      isForAccess: true,
      summary: 'Give the lease back: the process stops, nobody waits for it any more',
      input: z.object({ processId }),
      output: z.object({}),
      errors: {},
      example: { input: { processId: '0190b6a4-0000-7000-8000-000000000000' }, output: {} },
    }),
  };
}
export type LeaseContracts = ReturnType<typeof leaseContracts>;

/** The services that own access facts, and which part. */
export const accessOwners = { people: 'identity', grants: 'teams', products: 'products' } as const;
export type AccessOwner = (typeof accessOwners)[keyof typeof accessOwners];
