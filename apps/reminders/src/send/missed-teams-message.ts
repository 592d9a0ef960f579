import type { EventData } from '@cordee/contracts/contract';
import { getRecipient } from '@cordee/contracts/identity/account';
import type { invitedTeamsMissed } from '@cordee/contracts/teams/invitation';
import type { BuildResult, DueReminder, OrganizationContext, BuildDependencies } from './build-messages.ts';

type MissedTeamsEvent = EventData<typeof invitedTeamsMissed>;
/** The payload of the reminder. */
export type MissedTeamsPayload = Pick<MissedTeamsEvent, 'invitedBy' | 'accountId' | 'missed'>;

/** The placeholder for the team, by reason. The lines of the other reasons have no value, so they are omitted. */
const teamPlaceholders = {
  deleted: 'deletedTeam',
  members_only: 'closedTeam',
  unknown: 'unknownTeam',
} as const satisfies Record<MissedTeamsEvent['missed'][number]['reason'], string>;

/**
 * Notifies the inviter of the teams that the invited person could not join, with reasons. An inviter who does not
 * manage members any more gets no notice.
 */
export async function buildMissedTeamsMessages(
  { rpc }: BuildDependencies,
  { kind, payload }: DueReminder,
  { people, hasPermission, organization }: OrganizationContext,
): Promise<BuildResult> {
  const { invitedBy, accountId, missed } = payload as unknown as MissedTeamsPayload;
  const inviter = people.find(
    (person) => person.accountId === invitedBy && !person.isBlocked && hasPermission(person, 'member:manage'),
  );
  if (!inviter) return { messages: [] };
  const personName =
    people.find((person) => person.accountId === accountId)?.name ?? (await rpc.call(getRecipient, { accountId })).name;
  return {
    messages: [
      {
        accountId: inviter.accountId,
        address: inviter.email,
        locale: inviter.locale,
        kind,
        values: { name: inviter.name, person: personName, organization: organization.name },
        entries: missed.map(({ teamId, name, reason }) => ({ [teamPlaceholders[reason]]: name ?? teamId })),
      },
    ],
  };
}
