import { accessOwners, declareLeaseContracts, type AccessOwner } from '@cordee/contracts/access-lease';
import { listEndedSessions } from '@cordee/contracts/identity/session';
import type { Bus } from '@cordee/messaging/bus';
import { encode } from '@cordee/messaging/reply';

/** Longer than a test. */
const LEASE_MS = 600_000;

/** Stubs the owners of access data that a test does not start: their leases do not expire, and no session has ended. */
export async function stubLeases(
  bus: Bus,
  owners: readonly AccessOwner[] = Object.values(accessOwners),
): Promise<void> {
  for (const owner of owners) {
    await bus.serve(declareLeaseContracts(owner).takeLease.subject, owner, async () =>
      encode({ output: { leaseMs: LEASE_MS, epoch: 1 } }),
    );
    await bus.serve(declareLeaseContracts(owner).releaseLease.subject, owner, async () => encode({ output: {} }));
    if (owner === 'identity')
      await bus.serve(listEndedSessions.subject, owner, async () =>
        encode({ output: { sessionIds: [], nextCursor: null } }),
      );
  }
}
