import { millisecondsOf } from '@cordee/access/instants';
import { isContentRight, rightsGivenBy } from '@cordee/access/rights';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { resourceAdded, resourceOwnerKept } from '@cordee/contracts/products/product';
import { grantGiven } from '@cordee/contracts/teams/grant';
import { inheritanceRestored } from '@cordee/contracts/teams/restriction';
import { teamChanged, teamMemberChanged, teamMembersChanged } from '@cordee/contracts/teams/team';
import { Consumes, type ReactionContext } from '@cordee/service/handles';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';
import { tellNow } from './tell-now.ts';

/**
 * Whose content others may now get at is told so (ACC-4). What one call did is told of once, whatever facts it caused: a team that is made with people
 * and rights, many grants. Whether anybody reaches anything by it is asked when it is sent.
 */
@Controller()
export class ContentReactions {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  @Consumes(grantGiven)
  async tellOfGrant(event: CloudEvent<EventData<typeof grantGiven>>, context: ReactionContext): Promise<void> {
    if (rightsGivenBy(event.data.right).some(isContentRight)) await this.planTurn(event, context);
  }

  @Consumes(teamMembersChanged)
  async tellOfArrivals(
    event: CloudEvent<EventData<typeof teamMembersChanged>>,
    context: ReactionContext,
  ): Promise<void> {
    if (event.data.added.length > 0) await this.planTurn(event, context);
  }

  /** Somebody who stays in a team for longer reaches for longer what it gives. */
  @Consumes(teamMemberChanged)
  async tellOfMembership(
    event: CloudEvent<EventData<typeof teamMemberChanged>>,
    context: ReactionContext,
  ): Promise<void> {
    const { before, after } = event.data;
    if (millisecondsOf(after.endsAt) > millisecondsOf(before.endsAt)) await this.planTurn(event, context);
  }

  /** Its people get more only where it stands in another team than before, or for longer, or gives to externals from now on. */
  @Consumes(teamChanged)
  async tellOfTeam(event: CloudEvent<EventData<typeof teamChanged>>, context: ReactionContext): Promise<void> {
    const { before, after } = event.data;
    const hasMoved = after.parentId !== null && after.parentId !== before.parentId;
    const isOpened = before.isMembersOnly && !after.isMembersOnly;
    const staysLonger =
      after.parentId !== null && !hasMoved && millisecondsOf(after.parentEndsAt) > millisecondsOf(before.parentEndsAt);
    if (hasMoved || staysLonger || isOpened) await this.planTurn(event, context);
  }

  /** Restrictions that end by themselves at one instant are told of once, whenever each of them is reported. */
  @Consumes(inheritanceRestored)
  async tellOfInheritance(
    event: CloudEvent<EventData<typeof inheritanceRestored>>,
    context: ReactionContext,
  ): Promise<void> {
    const { organizationId, since = event.time } = event.data;
    if (since === event.time) await this.planTurn(event, context);
    else
      await tellNow(this.jobs, context, {
        organizationId,
        kind: 'content_shared',
        subjectId: organizationId,
        occasion: since,
        facts: { at: since },
      });
  }

  /** Whoever becomes the owner of something hears what others may do with it already, whoever made it theirs. */
  @Consumes(resourceAdded)
  async tellNewOwner(event: CloudEvent<EventData<typeof resourceAdded>>, context: ReactionContext): Promise<void> {
    if (event.data.ownerAccountId) await this.planThing(event, context);
  }

  /** Where a product has come to, others reach what is in it than did before. */
  @Consumes(resourceOwnerKept)
  async tellKeptOwner(event: CloudEvent<EventData<typeof resourceOwnerKept>>, context: ReactionContext): Promise<void> {
    await this.planThing(event, context);
  }

  private async planThing(
    {
      data: { organizationId, resourceId },
      time,
    }: CloudEvent<EventData<typeof resourceAdded> | EventData<typeof resourceOwnerKept>>,
    context: ReactionContext,
  ): Promise<void> {
    await tellNow(this.jobs, context, {
      organizationId,
      kind: 'content_shared',
      subjectId: resourceId,
      occasion: time,
      facts: { at: time },
    });
  }

  private async planTurn(
    { data: { organizationId }, time, requestid, actorid }: CloudEvent<{ organizationId: `org_${string}` }>,
    context: ReactionContext,
  ): Promise<void> {
    await tellNow(this.jobs, context, {
      organizationId,
      kind: 'content_shared',
      subjectId: organizationId,
      occasion: `${time} ${requestid}`,
      facts: { at: time, causedBy: actorid },
    });
  }
}
