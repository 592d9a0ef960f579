import {
  teamChanged,
  teamCreated,
  teamDeleted,
  teamMemberChanged,
  teamMembersChanged,
} from '@cordee/contracts/teams/team';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import { foldName } from './fold-name.ts';
import { stateOf, type TeamState, type TeamView } from './view-team.ts';

type AccountId = `acc_${string}`;
type TeamChange = { [K in Exclude<keyof TeamState, 'leadAccountId'>]?: TeamState[K] | undefined } & {
  lead?: { accountId: AccountId; memberId: `mem_${string}` } | null | undefined;
};

export const TeamSchema = defineEntity({
  name: 'Team',
  tableName: 'team',
  properties: {
    organizationId: idColumn('org').primary(),
    id: idColumn('team').primary(),
    name: p.string(),
    nameFold: p.string(),
    colour: p.string().$type<TeamView['colour']>(),
    parentId: idColumn('team').nullable(),
    /** The planned end of the parent period. */
    parentEndsAt: p.datetime().nullable(),
    isMembersOnly: p.boolean(),
    /** The contact person; being the lead gives no rights (TEAM-1). */
    leadAccountId: idColumn('acc').nullable(),
    /** The membership period of the lead. */
    leadMemberId: idColumn('mem').nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
    deletedAt: p.datetime().nullable(),
  },
});

/** A named, coloured group of people with rights on products. */
export class Team extends TeamSchema.class {
  created(): DomainEvent<typeof teamCreated> {
    return domainEvent(teamCreated, this.key());
  }

  membersChanged({
    added = [],
    removed = [],
  }: {
    added?: AccountId[];
    removed?: AccountId[];
  }): DomainEvent<typeof teamMembersChanged> {
    return domainEvent(teamMembersChanged, { ...this.key(), added, removed });
  }

  /** The planned end of one membership has changed. */
  memberEndChanged(
    accountId: AccountId,
    endBefore: string | null,
    endAfter: string | null,
  ): DomainEvent<typeof teamMemberChanged> {
    return domainEvent(teamMemberChanged, {
      ...this.key(),
      accountId,
      before: { endsAt: endBefore },
      after: { endsAt: endAfter },
    });
  }

  /** Applies the fields that are present. Returns the event, or undefined when nothing changes. */
  change(changes: TeamChange): DomainEvent<typeof teamChanged> | undefined {
    const before = this.state();
    if (changes.name !== undefined) {
      this.name = changes.name;
      this.nameFold = foldName(changes.name);
    }
    if (changes.colour !== undefined) this.colour = changes.colour;
    if (changes.parentId !== undefined && changes.parentId !== before.parentId) {
      this.parentId = changes.parentId;
      // The planned end applied to the former parent only.
      this.parentEndsAt = null;
    }
    if (changes.parentEndsAt !== undefined)
      this.parentEndsAt = changes.parentEndsAt === null ? null : new Date(changes.parentEndsAt);
    if (changes.isMembersOnly !== undefined) this.isMembersOnly = changes.isMembersOnly;
    if (changes.lead !== undefined) {
      this.leadAccountId = changes.lead?.accountId ?? null;
      this.leadMemberId = changes.lead?.memberId ?? null;
    }
    const after = this.state();
    const isUnchanged = (Object.keys(after) as (keyof TeamState)[]).every((field) => before[field] === after[field]);
    return isUnchanged ? undefined : domainEvent(teamChanged, { ...this.key(), before, after });
  }

  delete(now: Date): DomainEvent<typeof teamDeleted> {
    this.deletedAt = now;
    this.leadAccountId = null;
    this.leadMemberId = null;
    return domainEvent(teamDeleted, this.key());
  }

  private state(): TeamState {
    return stateOf(this);
  }

  private key(): { organizationId: `org_${string}`; teamId: `team_${string}` } {
    return { organizationId: this.organizationId, teamId: this.id };
  }
}
TeamSchema.setClass(Team);
