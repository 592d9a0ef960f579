import * as z from 'zod';
import { command, type AccessPart } from './contract.ts';

const processId = z.uuid().meta({
  description: 'Id of the process with the access cache; new at every start',
  examples: ['0190b6a4-0000-7000-8000-000000000000'],
});

const processService = z
  .string()
  .regex(/^[a-z]+$/)
  .meta({
    description: 'Service of the process; the broker sends notifications to this service only',
    examples: ['gateway'],
  });

/**
 * A lease allows a process to decide from its access cache (ACC-3): while the lease is valid, no request that changes
 * the access data of the owning service returns before the process is notified. Without a lease, the process queries
 * the owning service.
 */
export function declareLeaseContracts<S extends string>(service: S) {
  return {
    takeLease: command({
      subject: `rpc.${service}.access_lease.take.v1`,
      access: 'service',
      callers: 'every_service',
      isForAccess: true,
      summary: 'Take the lease of a process, or renew it',
      input: z.object({ processId, service: processService }),
      output: z.object({
        leaseMs: z.int().describe('Duration of the lease in milliseconds, from the time of the request'),
        epoch: z
          .int()
          .describe(
            'Increases when a lease expired, or was marked as broken, before its renewal. In a new epoch, the cache ' +
              'asks the owner for the changes of each entry before it uses the entry',
          ),
      }),
      errors: {
        PROCESS_UNREACHABLE: {
          status: 503,
          title: 'The process does not receive notifications',
        },
      },
      example: {
        input: { processId: '0190b6a4-0000-7000-8000-000000000000', service: 'gateway' },
        output: { leaseMs: 1_500, epoch: 1 },
      },
    }),
    releaseLease: command({
      subject: `rpc.${service}.access_lease.release.v1`,
      access: 'service',
      callers: 'every_service',
      isForAccess: true,
      summary: 'Release the lease of a process that stops',
      input: z.object({ processId }),
      output: z.object({}),
      errors: {},
      example: { input: { processId: '0190b6a4-0000-7000-8000-000000000000' }, output: {} },
    }),
  };
}
export type LeaseContracts = ReturnType<typeof declareLeaseContracts>;

/** The service that owns each part of the access snapshot. */
export const accessOwners = { people: 'identity', grants: 'teams', products: 'products' } as const;
export type AccessOwner = (typeof accessOwners)[keyof typeof accessOwners];

/** The part of the access snapshot that a service owns; undefined for a service without access data. */
export const ownedAccessPart = (service: string): AccessPart | undefined =>
  (Object.keys(accessOwners) as AccessPart[]).find((part) => accessOwners[part] === service);
