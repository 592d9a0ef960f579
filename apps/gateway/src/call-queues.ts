import { serviceOf, type Contract } from '@cordee/contracts/contract';
import { FairQueue } from '@cordee/service/fair-queue';

/** One organization may use this share of the running calls. */
const SHARE_OF_ORGANIZATION = 0.75;
/** Waiting calls take memory. Beyond this number, most of them would wait too long anyway. */
const MAX_WAITING = 1_000;
/** The longest time that a call waits for its turn. */
const MAX_WAIT_MS = 1_000;

/** The queues of the calls of a gateway. Each service has a queue, so that a slow service does not delay the others. */
export class CallQueues {
  private readonly queues = new Map<string, FairQueue>();

  constructor(private readonly maxRunning: number) {}

  of(contract: Contract): FairQueue {
    const service = serviceOf(contract);
    let queue = this.queues.get(service);
    if (!queue) {
      queue = new FairQueue({
        maxRunning: this.maxRunning,
        maxRunningPerOrganization: Math.ceil(this.maxRunning * SHARE_OF_ORGANIZATION),
        maxWaiting: MAX_WAITING,
        maxWaitMs: MAX_WAIT_MS,
      });
      this.queues.set(service, queue);
    }
    return queue;
  }
}
