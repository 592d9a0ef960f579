import type { CloudEvent } from '@cordee/contracts/cloud-event';
import { MAX_RUNNING, REDELIVERY_MS, type Verdict } from '@cordee/messaging/bus';
import type { PrepareReaction } from '@cordee/messaging/bus-server';
import { claimEvents } from '@cordee/outbox/inbox';
import { LRUCache } from 'lru-cache';
import { switchTenantContext } from './database/tenant-context.ts';
import { durableOfEvent, eventMetadataOf } from './event-metadata-of.ts';
import { GroupCommit, MAX_GROUPED_REACTIONS, type PreparedReaction } from './group-commit.ts';
import type { ReactionContext } from './handler-decorators.ts';
import type { PipelineDependencies } from './request-pipeline.ts';

const OUT_OF_ORDER_RETRY_MS = 200;
/**
 * The number of deliveries of an event to this process while an older event of its entity is missing. After these
 * deliveries, the event is handled anyway. A killed replica may have received the older event; the broker then
 * redelivers it after `REDELIVERY_MS`. The deliveries take twice this time, so that the older event is not skipped.
 */
const MAX_OUT_OF_ORDER_DELIVERIES = (2 * REDELIVERY_MS) / OUT_OF_ORDER_RETRY_MS;

/** The number of events whose deliveries are counted. */
const MAX_COUNTED_EVENTS = 10_000;

type ReactionDependencies = Pick<
  PipelineDependencies,
  'service' | 'access' | 'clock' | 'transactions' | 'sharesReactionTransactions'
>;

/** Runs the reactions of a service: claims their events in the inbox and runs them, alone or in groups. */
export class ReactionRunner {
  /** By durable consumer. */
  private readonly groupCommits = new Map<string, GroupCommit>();
  /**
   * The number of deliveries that were out of order, by event id. A delivery that fails for another reason does not
   * count: after a long outage, the older event is in the stream and not missing.
   */
  private readonly outOfOrderDeliveries = new LRUCache<string, number>({ max: MAX_COUNTED_EVENTS });

  constructor(private readonly dependencies: ReactionDependencies) {}

  /** See `Consumption.maxRunning`. */
  get maxRunning(): number {
    return this.dependencies.sharesReactionTransactions ? MAX_GROUPED_REACTIONS : MAX_RUNNING;
  }

  /** Calls `prepare`, then runs the returned work once, in the transaction that claims the event. */
  async handle(event: CloudEvent, prepare: PrepareReaction): Promise<Verdict> {
    const { access } = this.dependencies;
    // The event may arrive before the notification of its change. A reaction must not discard work because of outdated
    // data.
    access.recordEventRevision(event);
    // Other services are called here: in the transaction, the calls would hold the lock on the inbox row.
    const reaction = { event, react: await prepare() };
    const outOfOrderCount = this.outOfOrderDeliveries.get(event.id) ?? 0;
    const verdict = await this.runAloneOrInGroup(reaction, outOfOrderCount < MAX_OUT_OF_ORDER_DELIVERIES);
    if ('done' in verdict) this.outOfOrderDeliveries.delete(event.id);
    else this.outOfOrderDeliveries.set(event.id, outOfOrderCount + 1);
    return verdict;
  }

  private async runAloneOrInGroup(reaction: PreparedReaction, waitsForOlderEvents: boolean): Promise<Verdict> {
    const { service, sharesReactionTransactions } = this.dependencies;
    const durable = durableOfEvent(service, reaction.event);
    if (sharesReactionTransactions && waitsForOlderEvents) return this.groupCommitOf(durable).run(reaction);
    const [verdict] = await this.runReactions(durable, [reaction], waitsForOlderEvents);
    return verdict!;
  }

  private groupCommitOf(durable: string): GroupCommit {
    const existing = this.groupCommits.get(durable);
    if (existing) return existing;
    const groupCommit = new GroupCommit((reactions) => this.runReactions(durable, reactions, true));
    this.groupCommits.set(durable, groupCommit);
    return groupCommit;
  }

  /** Claims the events and runs their reactions, in one transaction. Returns a verdict for each reaction. */
  private runReactions(
    durable: string,
    reactions: readonly PreparedReaction[],
    waitsForOlderEvents: boolean,
  ): Promise<Verdict[]> {
    const { clock, transactions } = this.dependencies;
    const now = clock.now();
    const events = reactions.map(({ event }) => event);
    return transactions.run(eventMetadataOf(events[0]!, now), async (em, hooks): Promise<Verdict[]> => {
      const claimResults = await claimEvents(em, durable, events, { waitsForOlderEvents });
      for (const [index, { event, react }] of reactions.entries()) {
        if (claimResults[index] !== 'process') continue;
        const metadata = eventMetadataOf(event, now);
        switchTenantContext(em, metadata.organizationId);
        await react({
          em,
          event,
          now,
          readClock: () => clock.now(),
          publish: hooks.publishWith(metadata),
          afterCommit: hooks.afterCommit,
        } satisfies ReactionContext);
        // The rows of one reaction are written before the next reaction, in its tenant context, and then forgotten.
        await em.flush();
        em.clear();
      }
      return claimResults.map((result) =>
        result === 'out_of_order' ? { retryAfterMs: OUT_OF_ORDER_RETRY_MS } : { done: true },
      );
    });
  }
}
