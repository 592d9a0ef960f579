import {
  teamChanged,
  teamCreated,
  teamDeleted,
  teamMemberChanged,
  teamMembersChanged,
  type Team as TeamContract,
} from '@cordee/contracts/teams/team';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import { foldName } from './fold-name.ts';
import type { PresentMember } from './memberships.ts';

export type TeamView = z.output<typeof TeamContract>;
type AccountId = `acc_${string}`;
type State = Pick<TeamView, 'name' | 'colour' | 'parentId' | 'parentEndsAt' | 'isMembersOnly' | 'leadAccountId'>;
type Wanted = { [K in Exclude<keyof State, 'leadAccountId'>]?: State[K] | undefined } & {
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
    /** Until when it stands in its parent. */
    parentEndsAt: p.datetime().nullable(),
    isMembersOnly: p.boolean(),
    /** Whom to contact; no right comes with it (TEAM-1). */
    leadAccountId: idColumn('acc').nullable(),
    /** The lead's time in the organization. */
    leadMemberId: idColumn('mem').nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
    deletedAt: p.datetime().nullable(),
  },
});

/** A named, coloured group of people that carries rights on products. */
export class Team extends TeamSchema.class {
  created(): DomainEvent<typeof teamCreated> {
    return domainEvent(teamCreated, this.key());
  }

  membersChanged(added: AccountId[], removed: AccountId[]): DomainEvent<typeof teamMembersChanged> {
    return domainEvent(teamMembersChanged, { ...this.key(), added, removed });
  }

  memberChanged(
    accountId: AccountId,
    before: string | null,
    after: string | null,
  ): DomainEvent<typeof teamMemberChanged> {
    return domainEvent(teamMemberChanged, {
      ...this.key(),
      accountId,
      before: { endsAt: before },
      after: { endsAt: after },
    });
  }

  /** Applies what was asked for; absent is left as it is. The fact, or undefined when nothing changes. */
  change(wanted: Wanted): DomainEvent<typeof teamChanged> | undefined {
    const before = this.state();
    if (wanted.name !== undefined) {
      this.name = wanted.name;
      this.nameFold = foldName(wanted.name);
    }
    if (wanted.colour !== undefined) this.colour = wanted.colour;
    if (wanted.parentId !== undefined && wanted.parentId !== before.parentId) {
      this.parentId = wanted.parentId;
      // The end was that of the place before.
      this.parentEndsAt = null;
    }
    if (wanted.parentEndsAt !== undefined)
      this.parentEndsAt = wanted.parentEndsAt === null ? null : new Date(wanted.parentEndsAt);
    if (wanted.isMembersOnly !== undefined) this.isMembersOnly = wanted.isMembersOnly;
    if (wanted.lead !== undefined) {
      this.leadAccountId = wanted.lead?.accountId ?? null;
      this.leadMemberId = wanted.lead?.memberId ?? null;
    }
    const after = this.state();
    const isSame = (Object.keys(after) as (keyof State)[]).every((field) => before[field] === after[field]);
    return isSame ? undefined : domainEvent(teamChanged, { ...this.key(), before, after });
  }

  delete(now: Date): DomainEvent<typeof teamDeleted> {
    this.deletedAt = now;
    this.leadAccountId = null;
    this.leadMemberId = null;
    return domainEvent(teamDeleted, this.key());
  }

  /** As it is at the instant, with those who are in it then. Ends that have passed may not be on record yet: who is out leads it no longer, and a place in a parent that is over is none. */
  view(inside: readonly Pick<PresentMember, 'accountId' | 'memberId' | 'role'>[], now: Date): TeamView {
    const isPlaceOver = this.parentEndsAt != null && this.parentEndsAt <= now;
    return {
      id: this.id,
      ...this.state(),
      ...(isPlaceOver ? { parentId: null, parentEndsAt: null } : {}),
      leadAccountId: inside.find(({ memberId }) => memberId === this.leadMemberId)?.accountId ?? null,
      memberAccountIds: inside.map(({ accountId }) => accountId),
      excludedAccountIds: this.isMembersOnly
        ? inside.flatMap(({ accountId, role }) => (role === 'external' ? [accountId] : []))
        : [],
      version: this.version,
      createdAt: this.createdAt.toISOString(),
    };
  }

  private state(): State {
    return {
      name: this.name,
      colour: this.colour,
      parentId: this.parentId ?? null,
      parentEndsAt: this.parentEndsAt?.toISOString() ?? null,
      isMembersOnly: this.isMembersOnly,
      leadAccountId: this.leadAccountId ?? null,
    };
  }

  private key(): { organizationId: `org_${string}`; teamId: `team_${string}` } {
    return { organizationId: this.organizationId, teamId: this.id };
  }
}
TeamSchema.setClass(Team);
