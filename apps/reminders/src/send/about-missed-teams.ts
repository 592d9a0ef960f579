import type { EventData } from '@cordee/contracts/contract';
import { getRecipient } from '@cordee/contracts/identity/account';
import type { invitedTeamsMissed } from '@cordee/contracts/teams/invitation';
import type { Details, DueReminder, Setting, Sources } from './gather-details.ts';

type Missed = EventData<typeof invitedTeamsMissed>;
/** What the plan keeps of the fact. */
export type MissedTeamsPayload = Pick<Missed, 'invitedBy' | 'accountId' | 'missed'>;

/** The placeholders of the reasons: a line without a value is left out. */
const placeholders = {
  deleted: 'deletedTeam',
  members_only: 'closedTeam',
  unknown: 'unknownTeam',
} as const satisfies Record<Missed['missed'][number]['reason'], string>;

/** Whoever invited somebody is told into which teams they did not come, and why (C-ROL-21), where they still manage who belongs to the organization. */
export async function aboutMissedTeams(
  { rpc }: Sources,
  { kind, facts }: DueReminder,
  { people, holds, organization }: Setting,
): Promise<Details> {
  const { invitedBy, accountId, missed } = facts as unknown as MissedTeamsPayload;
  const inviter = people.find(
    (person) => person.accountId === invitedBy && !person.isBlocked && holds(person, 'member:manage'),
  );
  if (!inviter) return { messages: [] };
  const person =
    people.find((each) => each.accountId === accountId)?.name ?? (await rpc.call(getRecipient, { accountId })).name;
  return {
    messages: [
      {
        accountId: inviter.accountId,
        address: inviter.email,
        locale: inviter.locale,
        kind,
        values: { name: inviter.name, person, organization: organization.name },
        entries: missed.map(({ teamId, name, reason }) => ({ [placeholders[reason]]: name ?? teamId })),
      },
    ],
  };
}
