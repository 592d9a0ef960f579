import type { LeaseContracts } from '@cordee/contracts/access-lease';
import type { Input, Output } from '@cordee/contracts/contract';
import { Controller, type Type } from '@nestjs/common';
import { LEASE_MS } from './access-leases.ts';
import { Handles, type CommandContext } from './handles.ts';

/** The doors at which processes get the right to answer from a copy; the host gives them to the owners of access facts. */
export function accessLeaseDoors(contracts: LeaseContracts): Type {
  @Controller()
  class AccessLeaseDoors {
    @Handles(contracts.takeLease)
    async takeLease({ processId }: Input<LeaseContracts['takeLease']>, { em }: CommandContext): Promise<Output<LeaseContracts['takeLease']>> {
      const [before] = await em.execute<{ is_unbroken: boolean }[]>(`select expires_at > clock_timestamp() and not is_broken as is_unbroken from access_lease where process_id = ? for update`, [processId]);
      await em.execute(
        `insert into access_lease (process_id, expires_at) values (?, clock_timestamp() + ? * interval '1 millisecond')
         on conflict (process_id) do update set expires_at = excluded.expires_at, is_broken = false`,
        [processId, LEASE_MS],
      );
      return { leaseMs: LEASE_MS, isUnbroken: before?.is_unbroken ?? false };
    }

    @Handles(contracts.releaseLease)
    async releaseLease({ processId }: Input<LeaseContracts['releaseLease']>, { em }: CommandContext): Promise<Output<LeaseContracts['releaseLease']>> {
      await em.execute(`delete from access_lease where process_id = ?`, [processId]);
      return {};
    }
  }
  return AccessLeaseDoors;
}
