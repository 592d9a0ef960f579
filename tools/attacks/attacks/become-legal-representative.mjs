import { attemptsOf } from '../role-attempts.mjs';
import { countStatuses, openClient } from '../client.mjs';
import { atLeast, equals, judge, measured, none } from '../judge.mjs';
import { unlimitedEnv } from '../unlimited-env.mjs';

export const attack = {
  name: 'become-legal-representative',
  shows: 'Nobody but a legal representative makes a legal representative, whatever they send',
  isShort: true,
  env: unlimitedEnv,
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
  const [organization, foreignOrganization] = organizations;
  const people = {
    administrator: await join(organization, 'administrator'),
    secondAdministrator: await join(organization, 'administrator'),
    collaborator: await join(organization, 'collaborator'),
    external: await join(organization, 'external'),
    foreignOwner: foreignOrganization.owner,
    staff: { session: await staff() },
  };
  const readList = async (name) => {
    const { accessToken: token } = organization.owner.session;
    return JSON.parse((await client.call('GET', `${organization.path}/${name}`, { token })).text).data;
  };
  await grantSupportAccess(client, organization, people.staff);
  const attempts = await attemptsOf({ client, organization, foreignOrganization, people });
  const successes = [];
  const answers = [];
  for (const { title, send } of attempts) {
    const answer = await send();
    answers.push(...[answer].flat());
    const newRepresentatives = [...(await readList('members')), ...(await readList('invitations'))].filter(
      ({ accountId, role, offeredRole }) =>
        accountId !== organization.owner.accountId &&
        (role === 'legal_representative' || offeredRole === 'legal_representative'),
    );
    if (newRepresentatives.length > 0) successes.push(title);
  }
  const supportAccesses = await readList('support-accesses');
  const owner = (await readList('members')).find(({ accountId }) => accountId === organization.owner.accountId);
  return judge(
    `${attempts.length} attempts`,
    atLeast('attempts', attempts.length, 50),
    none('attempts that made a legal representative', successes),
    none(
      'server errors',
      answers.filter(({ status }) => status >= 500).map(({ text }) => text),
    ),
    equals('the role of the owner afterwards', owner?.role, 'legal_representative'),
    // Refused actions are not recorded.
    measured('recorded actions of staff', supportAccesses[0].entries[0].actionCount),
    measured('answers', countStatuses(answers)),
  );
}

async function grantSupportAccess(client, { path, owner }, { session }) {
  const { text } = await client.call('POST', `${path}/support-accesses`, {
    token: owner.session.accessToken,
    body: { level: 'write', withContent: true, productIds: null, hours: 1, reason: 'The site answers with an error' },
  });
  await client.call('PUT', `/v1/staff/support-accesses/${JSON.parse(text).id}/entry`, { token: session.accessToken });
}
