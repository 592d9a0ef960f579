import type { LeaseContracts } from '@cordee/contracts/access-lease';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Controller, Inject, type Type } from '@nestjs/common';
import { AccessLeases, LEASE_MS } from './access-leases.ts';
import { Handles, type CommandContext } from './handler-decorators.ts';

/** The doors at which processes get the right to answer from a copy; the host gives them to the owners of access facts. */
export function accessLeaseEndpoints(contracts: LeaseContracts): Type {
  @Controller()
  class AccessLeaseEndpoints {
    constructor(@Inject(AccessLeases) private readonly leases: AccessLeases) {}

    @Handles(contracts.takeLease)
    async takeLease(
      { processId }: Input<LeaseContracts['takeLease']>,
      { em }: CommandContext,
    ): Promise<Output<LeaseContracts['takeLease']>> {
      const [before] = await em.execute<{ is_broken: boolean }[]>(
        `select is_broken from access_lease where process_id = ? for update`,
        [processId],
      );
      // Who did not hear and still does not would hold up every change for as long as it renews.
      if (before?.is_broken && !(await this.leases.reaches(processId)))
        throw new DomainError('PROCESS_UNREACHABLE', { retryAfter: 1 });
      // The row says which term runs, so that an answer that is lost is not a term that is lost.
      const [lease] = await em.execute<{ term: string }[]>(
        `insert into access_lease as lease (process_id, term, expires_at) values (?, 1, clock_timestamp() + ? * interval '1 millisecond')
         on conflict (process_id) do update set
           term = lease.term + (lease.is_broken or lease.expires_at <= clock_timestamp())::int, expires_at = excluded.expires_at, is_broken = false
         returning term`,
        [processId, LEASE_MS],
      );
      return { leaseMs: LEASE_MS, term: Number(lease!.term) };
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
