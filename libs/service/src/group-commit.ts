import { AsyncLocalStorage } from 'node:async_hooks';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { Verdict } from '@cordee/messaging/bus';
import type { ReactionWork } from '@cordee/messaging/bus-server';

/** An event and the part of its reaction that writes. */
export interface PreparedReaction {
  readonly event: CloudEvent;
  readonly react: ReactionWork;
}

interface WaitingReaction extends PreparedReaction {
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: unknown) => void;
}

/** The maximum number of reactions in a transaction. */
const MAX_GROUP_SIZE = 64;
/** The maximum number of transactions at the same time. */
const MAX_RUNNING_GROUPS = 2;
/** The number of running reactions when all transactions are full. */
export const MAX_GROUPED_REACTIONS = MAX_RUNNING_GROUPS * MAX_GROUP_SIZE;

/**
 * Runs reactions in shared transactions (group commit): while `MAX_RUNNING_GROUPS` transactions run, further reactions
 * wait, and the next transaction runs them together. When a reaction of a group fails, the transaction is rolled back
 * and each reaction of the group runs in a transaction of its own.
 */
export class GroupCommit {
  private readonly waiting: WaitingReaction[] = [];
  private runningCount = 0;

  /** `runInTransaction` returns a verdict for each reaction, in their order. */
  constructor(private readonly runInTransaction: (reactions: readonly PreparedReaction[]) => Promise<Verdict[]>) {}

  /** Resolves at the commit. The reaction keeps the async context of this call, for example its span. */
  run({ event, react }: PreparedReaction): Promise<Verdict> {
    const inCallerContext = AsyncLocalStorage.snapshot();
    return new Promise((resolve, reject) => {
      this.waiting.push({ event, react: (context) => inCallerContext(react, context), resolve, reject });
      this.startGroup();
    });
  }

  private startGroup(): void {
    if (this.runningCount >= MAX_RUNNING_GROUPS || this.waiting.length === 0) return;
    this.runningCount += 1;
    // The fixed order of organizations avoids deadlocks between the groups of several consumers.
    const group = this.waiting.splice(0, MAX_GROUP_SIZE).toSorted(byOrganization);
    void this.runGroup(group).finally(() => {
      this.runningCount -= 1;
      this.startGroup();
    });
  }

  /** Never rejects: each reaction gets its verdict or its error. */
  private async runGroup(group: readonly WaitingReaction[]): Promise<void> {
    try {
      const verdicts = await this.runInTransaction(group);
      for (const [index, { resolve }] of group.entries()) resolve(verdicts[index]!);
    } catch (error) {
      if (group.length === 1) group[0]!.reject(error);
      else for (const reaction of group) await this.runGroup([reaction]);
    }
  }
}

const byOrganization = ({ event: left }: WaitingReaction, { event: right }: WaitingReaction): number =>
  (left.organizationid ?? '').localeCompare(right.organizationid ?? '');
