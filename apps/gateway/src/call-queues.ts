import { serviceOf, type Contract } from '@cordee/contracts/contract';
import { FairQueue } from '@cordee/service/fair-queue';
import { LRUCache } from 'lru-cache';

/** One organization, or a caller who is not known to belong to one, may use this share of the running calls. */
const MAX_SHARE_PER_KEY = 0.75;
/** Waiting calls take memory. Beyond this number, most calls would wait too long anyway. */
const MAX_WAITING = 1_000;
/** In overload, this number of calls waits per running call. */
const WAITING_PER_RUNNING_CALL = 2;
/** The longest time that a call waits for its turn. */
const MAX_WAIT_MS = 1_000;
const MAX_PROVEN_MEMBERS = 50_000;

/** The queues of the calls of a gateway. Each service has a queue, so that a slow service delays no other service. */
export class CallQueues {
  private readonly queues = new Map<string, FairQueue>();
  /** Pairs of a caller and an organization for which a call of the caller has succeeded. */
  private readonly provenMembers = new LRUCache<string, true>({ max: MAX_PROVEN_MEMBERS });

  constructor(private readonly maxRunning: number) {}

  /**
   * Runs a call when its turn comes. The key of its turn is the organization if the caller is known to belong to it.
   * Otherwise the key is the caller, who may name any organization. `caller` is the id of an account or of an API
   * token, or an IP address. The turn ends when the service has answered.
   */
  async run<Answer extends object>(
    contract: Contract,
    caller: string,
    organizationId: string | undefined,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    const answer = await this.queueOf(contract).run(this.keyOf(caller, organizationId), call);
    if (organizationId !== undefined && contract.access !== 'public')
      this.recordAnswer(pairKeyOf(caller, organizationId), answer);
    return answer;
  }

  /** Returns true and counts a refusal when `run` would refuse the call at once. */
  refusesAtOnce(contract: Contract, caller: string, organizationId: string | undefined): boolean {
    return this.queueOf(contract).refusesAtOnce(this.keyOf(caller, organizationId));
  }

  private keyOf(caller: string, organizationId: string | undefined): string {
    return this.isProvenMember(caller, organizationId) ? organizationId! : caller;
  }

  /** Records that the caller belongs to the organization, or that the caller does not belong to it any more. */
  private recordAnswer(pairKey: string, answer: object): void {
    if (!('error' in answer)) this.provenMembers.set(pairKey, true);
    else if ((answer.error as { code?: string }).code === 'ORGANIZATION_NOT_FOUND') this.provenMembers.delete(pairKey);
  }

  /** True when a call of the caller in the organization has succeeded. */
  isProvenMember(caller: string, organizationId: string | undefined): boolean {
    return organizationId !== undefined && this.provenMembers.has(pairKeyOf(caller, organizationId));
  }

  private queueOf(contract: Contract): FairQueue {
    const service = serviceOf(contract);
    let queue = this.queues.get(service);
    if (!queue) {
      queue = new FairQueue({
        maxRunning: this.maxRunning,
        maxRunningPerKey: Math.ceil(this.maxRunning * MAX_SHARE_PER_KEY),
        maxWaiting: MAX_WAITING,
        maxWaitingInOverload: this.maxRunning * WAITING_PER_RUNNING_CALL,
        maxWaitMs: MAX_WAIT_MS,
      });
      this.queues.set(service, queue);
    }
    return queue;
  }
}

const pairKeyOf = (caller: string, organizationId: string): string => `${caller} ${organizationId}`;
