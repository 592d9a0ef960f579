import { teamChanged, teamCreated, teamDeleted, teamMembersChanged, type Team as TeamContract } from '@cordee/contracts/teams/team';
import { fact, type Fact } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import { foldName } from './fold-name.ts';

export type TeamView = z.output<typeof TeamContract>;
type AccountId = `acc_${string}`;
type State = Pick<TeamView, 'name' | 'colour' | 'parentId' | 'leadAccountId'>;

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
    /** Whom to contact; no right comes with it (TEAM-1). */
    leadAccountId: idColumn('acc').nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
    deletedAt: p.datetime().nullable(),
  },
});

/** A named, coloured group of people that carries rights on products. */
export class Team extends TeamSchema.class {
  created(): Fact<typeof teamCreated> {
    return fact(teamCreated, this.key());
  }

  membersChanged(added: AccountId[], removed: AccountId[]): Fact<typeof teamMembersChanged> {
    return fact(teamMembersChanged, { ...this.key(), added, removed });
  }

  /** Applies what was asked for; absent is left as it is. The fact, or undefined when nothing changes. */
  change(wanted: { [K in keyof State]?: State[K] | undefined }): Fact<typeof teamChanged> | undefined {
    const before = this.state();
    if (wanted.name !== undefined) {
      this.name = wanted.name;
      this.nameFold = foldName(wanted.name);
    }
    if (wanted.colour !== undefined) this.colour = wanted.colour;
    if (wanted.parentId !== undefined) this.parentId = wanted.parentId;
    if (wanted.leadAccountId !== undefined) this.leadAccountId = wanted.leadAccountId;
    const after = this.state();
    const isSame = before.name === after.name && before.colour === after.colour && before.parentId === after.parentId && before.leadAccountId === after.leadAccountId;
    return isSame ? undefined : fact(teamChanged, { ...this.key(), before, after });
  }

  delete(now: Date): Fact<typeof teamDeleted> {
    this.deletedAt = now;
    this.leadAccountId = null;
    return fact(teamDeleted, this.key());
  }

  view(memberAccountIds: AccountId[]): TeamView {
    return { id: this.id, ...this.state(), memberAccountIds, version: this.version, createdAt: this.createdAt.toISOString() };
  }

  private state(): State {
    return { name: this.name, colour: this.colour, parentId: this.parentId ?? null, leadAccountId: this.leadAccountId ?? null };
  }

  private key(): { organizationId: `org_${string}`; teamId: `team_${string}` } {
    return { organizationId: this.organizationId, teamId: this.id };
  }
}
TeamSchema.setClass(Team);
