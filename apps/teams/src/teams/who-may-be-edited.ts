import type { People } from '@cordee/access/people';
import { DomainError } from '@cordee/contracts/domain-error';
import type { CommandContext } from '@cordee/service/handles';
import { needScope } from '@cordee/service/hold-to-token';
import type { EntityManager } from '@mikro-orm/postgresql';
import { selectMembers } from './memberships.ts';
import { TeamPolicy } from './team-policy.entity.ts';
import type { Team } from './team.entity.ts';

/** Whose membership in a team the caller may change. */
export type MayEdit = (accountId: `acc_${string}`) => boolean;

/**
 * Whoever manages teams changes every membership; the lead of exactly this team those of members of the organization, where it lets leads do so
 * (C-TEAM-06). Nobody else: PERMISSION_DENIED.
 */
export async function whoMayBeEdited({ em, now, accountId, scopes }: CommandContext, people: People, team: Team): Promise<MayEdit> {
  // The door is open to leads; a token that only reads changes nothing.
  needScope(scopes, 'team:manage');
  if (people.may(accountId, 'team:manage')) return () => true;
  const policy = team.leadAccountId === accountId && (await isPresent(em, now, people, team, accountId)) ? await em.findOne(TeamPolicy, { organizationId: team.organizationId }) : null;
  if (!policy?.mayLeadManageMembers) throw new DomainError('PERMISSION_DENIED');
  return (edited) => (people.find(edited)?.role ?? 'external') !== 'external';
}

/** A lead is in the team; in their present time in the organization, not in one that has ended and is still to be heard of. */
async function isPresent(em: EntityManager, now: Date, people: People, { organizationId, id }: Team, accountId: `acc_${string}`): Promise<boolean> {
  const person = people.find(accountId);
  return person !== undefined && (await selectMembers(em, now, organizationId, id)).some(({ memberId }) => memberId === person.memberId);
}

export const leadsEditMembersOnly = { code: 'PERMISSION_DENIED', detail: 'A lead adds and removes members of the organization, never externals' } as const;
