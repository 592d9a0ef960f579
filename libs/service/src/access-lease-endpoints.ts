import type { LeaseContracts } from '@cordee/contracts/access-lease';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Controller, Inject, type Type } from '@nestjs/common';
import { GrantedLeases, LEASE_MS } from './granted-leases.ts';
import { Handles, type CommandContext } from './handler-decorators.ts';

/** The endpoints for leases of access caches. The host adds them to the services that own access data. */
export function accessLeaseEndpoints(contracts: LeaseContracts): Type {
  @Controller()
  class AccessLeaseEndpoints {
    constructor(@Inject(GrantedLeases) private readonly leases: GrantedLeases) {}

    @Handles(contracts.takeLease)
    async takeLease(
      { processId, service }: Input<LeaseContracts['takeLease']>,
      { em }: CommandContext,
    ): Promise<Output<LeaseContracts['takeLease']>> {
      const [previousLease] = await em.execute<{ is_broken: boolean }[]>(
        `select is_broken from access_lease where process_id = ? for update`,
        [processId],
      );
      // A lease is broken when its process did not confirm a notification in time. A process that still does not
      // confirm gets no lease, because every change would wait for this process.
      if (previousLease?.is_broken && !(await this.leases.confirms({ service, processId })))
        throw new DomainError('PROCESS_UNREACHABLE', { retryAfter: 1 });
      // The renewal of a broken or expired lease starts a new epoch, which is a sequence of leases without a gap. The
      // epoch is stored, so that a process that repeats its request after a lost reply learns that its lease had ended.
      const [lease] = await em.execute<{ epoch: string }[]>(
        `insert into access_lease as lease (process_id, service, epoch, expires_at)
         values (?, ?, 1, clock_timestamp() + ? * interval '1 millisecond')
         on conflict (process_id) do update set
           epoch = lease.epoch + (lease.is_broken or lease.expires_at <= clock_timestamp())::int,
           expires_at = excluded.expires_at, is_broken = false
         returning epoch`,
        [processId, service, LEASE_MS],
      );
      return { leaseMs: LEASE_MS, epoch: Number(lease!.epoch) };
    }

    @Handles(contracts.releaseLease)
    async releaseLease(
      { processId }: Input<LeaseContracts['releaseLease']>,
      { em }: CommandContext,
    ): Promise<Output<LeaseContracts['releaseLease']>> {
      await em.execute(`delete from access_lease where process_id = ?`, [processId]);
      return {};
    }
  }
  return AccessLeaseEndpoints;
}
