import { attemptsOf } from '../role-attempts.mjs';
import { countStatuses, openClient } from '../client.mjs';
import { atLeast, equals, judge, measured, none } from '../judge.mjs';
import { unlimited } from '../unlimited.mjs';

export const attack = {
  name: 'become-legal-representative',
  shows: 'Nobody but a legal representative makes a legal representative, whatever they send',
  isShort: true,
  env: unlimited,
  async run(context) {
    const client = openClient(context.url);
    try {
      return await attackRoles(context, client);
    } finally {
      client.close();
    }
  },
};

async function attackRoles({ accounts, join, staff }, client) {
  const { organizations } = await accounts({ organizations: 2 });
  const [organization, foreign] = organizations;
  const people = {
    administrator: await join(organization, 'administrator'),
    secondAdministrator: await join(organization, 'administrator'),
    collaborator: await join(organization, 'collaborator'),
    external: await join(organization, 'external'),
    foreign: foreign.owner,
    staff: { session: await staff() },
  };
  const ownerToken = () => organization.owner.session.accessToken;
  await letStaffIn(client, organization, people.staff);
  const attempts = await attemptsOf({ client, organization, foreign, people });
  const successes = [];
  const answers = [];
  for (const { title, send } of attempts) {
    const answer = await send();
    answers.push(...[answer].flat());
    const { text } = await client.call('GET', `${organization.path}/members`, { token: ownerToken() });
    const { text: invitations } = await client.call('GET', `${organization.path}/invitations`, { token: ownerToken() });
    const made = [...JSON.parse(text).data, ...JSON.parse(invitations).data].filter(
      ({ accountId, role, offeredRole }) =>
        accountId !== organization.owner.accountId &&
        (role === 'legal_representative' || offeredRole === 'legal_representative'),
    );
    if (made.length > 0) successes.push(title);
  }
  const actions = await client.call('GET', `${organization.path}/support-accesses`, { token: ownerToken() });
  const [{ entries }] = JSON.parse(actions.text).data;
  const owner = (await client.call('GET', `${organization.path}/members`, { token: ownerToken() })).text;
  const own = JSON.parse(owner).data.find(({ accountId }) => accountId === organization.owner.accountId);
  return judge(
    `${attempts.length} attempts`,
    atLeast('attempts', attempts.length, 50),
    none('attempts that made a legal representative', successes),
    none(
      'server errors',
      answers.filter(({ status }) => status >= 500).map(({ text }) => text),
    ),
    equals('the legal representative afterwards', own?.role, 'legal_representative'),
    // Only allowed actions are on record.
    measured('refused attempts of staff on record', entries[0].actionCount),
    { ...measured('answers', 0), reached: countStatuses(answers) },
  );
}

async function letStaffIn(client, { path, owner }, { session }) {
  const { text } = await client.call('POST', `${path}/support-accesses`, {
    token: owner.session.accessToken,
    body: { level: 'write', withContent: true, productIds: null, hours: 1, reason: 'The site answers with an error' },
  });
  await client.call('PUT', `/v1/staff/support-accesses/${JSON.parse(text).id}/entry`, { token: session.accessToken });
}
