import { accessOwners, declareLeaseContracts, type AccessOwner } from '@cordee/contracts/access-lease';
import { listEndedSessions } from '@cordee/contracts/identity/session';
import type { Bus } from '@cordee/messaging/bus';
import { encode } from '@cordee/messaging/reply';

/** Stubs the owners of access data that a test does not start: their leases do not expire, and no session has ended. */
export async function stubLeases(
  bus: Bus,
  owners: readonly AccessOwner[] = Object.values(accessOwners),
): Promise<void> {
  for (const owner of owners) {
    await bus.serve(declareLeaseContracts(owner).takeLease.subject, owner, async () =>
      encode({ output: { leaseMs: 600_000, epoch: 1 } }),
    );
    await bus.serve(declareLeaseContracts(owner).releaseLease.subject, owner, async () => encode({ output: {} }));
    if (owner === 'identity')
      await bus.serve(listEndedSessions.subject, owner, async () =>
        encode({ output: { sessionIds: [], nextCursor: null } }),
      );
  }
}
