import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ifMatch } from '../if-match.ts';

const organizationId = idSchema('org');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg' };

export const TeamPolicy = z
  .object({
    mayLeadManageMembers: z
      .boolean()
      .describe(
        'True when the lead of a team may add members of the organization to the team and remove them from it; a ' +
          'lead may never add or remove externals',
      ),
    version: z.int().describe('Version for the If-Match header; 0 before the first change'),
  })
  .meta({ id: 'TeamPolicy', description: 'The permissions of team leads in an organization' });

const example = { mayLeadManageMembers: false, version: 0 };

export const getTeamPolicy = query({
  subject: 'rpc.teams.team_policy.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/team-policy' },
  access: 'team:manage',
  summary: 'Get the policy for team leads; the ETag is for If-Match',
  input: z.object({ organizationId }),
  output: TeamPolicy,
  errors: {},
  example: { input: ids, output: example },
});

export const changeTeamPolicy = command({
  subject: 'rpc.teams.team_policy.change.v1',
  http: { method: 'PATCH', path: '/v1/organizations/:organizationId/team-policy' },
  access: 'team:manage',
  summary: 'Change whether team leads may add and remove members',
  description: 'The default is off. If-Match rejects the change when the policy was changed meanwhile.',
  input: z.object({
    organizationId,
    mayLeadManageMembers: z.boolean().optional(),
    ifMatch,
  }),
  output: TeamPolicy,
  errors: {},
  example: { input: { ...ids, mayLeadManageMembers: true }, output: { mayLeadManageMembers: true, version: 1 } },
});

const policyState = z.object({ mayLeadManageMembers: z.boolean() });

export const teamPolicyChanged = event({
  subject: 'evt.teams.team_policy.changed.v1',
  summary: 'The policy for team leads changed',
  entity: 'organizationId',
  data: z.object({ organizationId, before: policyState, after: policyState }),
  example: { ...ids, before: { mayLeadManageMembers: false }, after: { mayLeadManageMembers: true } },
});
