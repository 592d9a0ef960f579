import * as z from 'zod';
import { event } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Name } from '../values.ts';

const organizationId = idSchema('org');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  invitationId: 'ivt_01je5nryg0fgz9y05x3mqpmjrg',
  invitedBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  memberId: 'mem_01je5nryg0fgz9y05x3mqpmjrg',
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrh',
} as const;

/** A team of the invitation that the person did not join, with the reason. */
export const MissedTeam = z.object({
  teamId: idSchema('team'),
  name: Name.nullable().describe('The current or last name; null when the organization never had the team'),
  reason: z
    .enum(['deleted', 'members_only', 'unknown'])
    .describe(
      '`deleted`: the team was deleted meanwhile. `members_only`: the team is for members only, and the person is ' +
        'an external. `unknown`: the organization never had the team',
    ),
});

export const invitedTeamsMissed = event({
  subject: 'evt.teams.invitation.teams_missed.v1',
  summary: 'A person accepted an invitation and did not join every team in it',
  entity: 'invitationId',
  data: z.object({
    organizationId,
    invitationId: idSchema('ivt'),
    invitedBy: idSchema('acc'),
    memberId: idSchema('mem'),
    accountId: idSchema('acc'),
    missed: z.array(MissedTeam).min(1),
  }),
  example: { ...ids, missed: [{ teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg', name: 'Web', reason: 'deleted' }] },
});
