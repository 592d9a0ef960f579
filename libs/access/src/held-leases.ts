import { accessOwners, type AccessOwner } from '@cordee/contracts/access-lease';
import type { AccessPart } from '@cordee/contracts/contract';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import { Lease } from './lease.ts';

/** The interval between renewals: a third of the duration of a lease, so that a lease survives one lost renewal. */
const RENEWAL_INTERVAL_MS = 500;

/** The leases of this process, one with each owner of access data. */
export class HeldLeases {
  private readonly byOwner: Readonly<Record<AccessOwner, Lease>>;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly processId: string,
    rpc: RpcClient,
  ) {
    this.byOwner = {
      identity: new Lease(processId, rpc, 'identity'),
      teams: new Lease(processId, rpc, 'teams'),
      products: new Lease(processId, rpc, 'products'),
    };
  }

  start(): void {
    this.timer = setInterval(() => Object.values(this.byOwner).forEach((lease) => lease.renew()), RENEWAL_INTERVAL_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(Object.values(this.byOwner).map((lease) => lease.release()));
  }

  withOwner(owner: AccessOwner): Lease {
    return this.byOwner[owner];
  }

  forPart(part: AccessPart): Lease {
    return this.byOwner[accessOwners[part]];
  }
}
