import { randomUUID } from 'node:crypto';
import { forgedTokensOf } from './forged-tokens.mjs';
import { PASSWORD } from './open-accounts.mjs';

const WANTED = 'legal_representative';
const PARALLEL = 10;

/**
 * Returns the attempts to become legal representative of an organization. An attempt has a `title` and
 * `send`, which returns one answer or several. `people` has an administrator, a second one, a collaborator, an
 * external, the owner of a foreign organization, and staff with a support access.
 */
export async function attemptsOf({ client, organization, foreign, people }) {
  const context = { client, organization, foreign, people };
  return [
    ...roleChanges(context),
    ...invitations(context),
    ...acceptances(context),
    ...replays(context),
    ...otherCredentials(context),
    ...(await withApiTokens(context)),
    ...removals(context),
  ];
}

const tokenOf = ({ session }) => session.accessToken;
const memberPath = ({ path }, { memberId }) => `${path}/members/${memberId}`;

function roleChanges({ client, organization, people }) {
  const { administrator, secondAdministrator, collaborator, external, staff, foreign } = people;
  const change = (by, of, body = { role: WANTED }, headers = {}) =>
    client.call('PATCH', memberPath(organization, of), { token: tokenOf(by), body, headers });
  const by = { administrator, collaborator, external, staff, 'a stranger': foreign };
  return [
    ...Object.entries(by).map(([name, person]) => ({
      title: `change of one's own role, and of a collaborator's, by ${name}`,
      send: async () => [
        await change(person, person.memberId ? person : administrator),
        await change(person, collaborator),
      ],
    })),
    ...Object.entries({
      'capital letters': { role: 'LEGAL_REPRESENTATIVE' },
      'a list': { role: [WANTED] },
      'an object': { role: { role: WANTED } },
      spaces: { role: ` ${WANTED} ` },
      'a zero-width character': { role: `${WANTED}\u200b` },
      'the field of the offered role': { role: 'collaborator', offeredRole: WANTED },
      'a second field': { role: 'administrator', roles: [WANTED] },
      'a field of another object': { flags: [], member: { role: WANTED } },
      'the account of the legal representative': { role: 'administrator', accountId: organization.owner.accountId },
      'the name of the database column': { role: 'administrator', offered_role: WANTED },
    }).map(([name, body]) => ({
      title: `change with ${name}`,
      send: () => change(administrator, secondAdministrator, body),
    })),
    {
      title: 'change with duplicate names in the body',
      send: () =>
        client.send({
          method: 'PATCH',
          path: memberPath(organization, administrator),
          headers: { authorization: `Bearer ${tokenOf(administrator)}`, 'content-type': 'application/json' },
          body: `{"role":"administrator","role":"${WANTED}"}`,
        }),
    },
    {
      title: 'change through the prototype',
      send: () =>
        client.send({
          method: 'PATCH',
          path: memberPath(organization, administrator),
          headers: { authorization: `Bearer ${tokenOf(administrator)}`, 'content-type': 'application/json' },
          body: `{"__proto__":{"role":"${WANTED}"},"flags":[]}`,
        }),
    },
    ...Object.entries({
      'a header that overrides the method': { 'x-http-method-override': 'PUT' },
      'headers of the services': {
        'cordee-service': 'identity',
        'cordee-token': 'x',
        'x-account-id': organization.owner.accountId,
      },
      'forged headers of a proxy': { 'x-forwarded-for': '127.0.0.1', 'x-original-url': '/v1/staff' },
      'If-Match: *': { 'if-match': '*' },
    }).map(([name, headers]) => ({
      title: `change with ${name}`,
      send: () => change(administrator, administrator, { role: WANTED }, headers),
    })),
    {
      title: `${PARALLEL} changes at the same time by two administrators`,
      send: () =>
        Promise.all(
          Array.from({ length: PARALLEL }, (_, index) =>
            change(...(index % 2 ? [administrator, secondAdministrator] : [secondAdministrator, administrator])),
          ),
        ),
    },
    {
      title: 'demotion of the legal representative by an administrator',
      send: () => change(administrator, organization.owner, { role: 'collaborator' }),
    },
    {
      title: 'block of the legal representative by an administrator',
      send: () => change(administrator, organization.owner, { isBlocked: true }),
    },
  ];
}

function invitations({ client, organization, people }) {
  const { administrator, collaborator, external, staff, foreign } = people;
  const invite = (by, body) => client.call('POST', `${organization.path}/invitations`, { token: tokenOf(by), body });
  const address = () => `rep-${randomUUID()}@attack.example`;
  const by = { administrator, collaborator, external, staff, 'a stranger': foreign };
  return [
    ...Object.entries(by).map(([name, person]) => ({
      title: `invitation as legal representative by ${name}`,
      send: () => invite(person, { email: address(), role: WANTED }),
    })),
    ...Object.entries({
      'the own address': { email: administrator.email, role: WANTED },
      'the own address in capitals': { email: administrator.email.toUpperCase(), role: WANTED },
      'no binding to the address': { email: address(), role: WANTED, isBoundToAddress: false },
      'a field for the inviter': { email: address(), role: WANTED, invitedBy: organization.owner.accountId },
      'a list of roles': { email: address(), role: ['collaborator', WANTED] },
      'the role as a flag': { email: address(), role: 'collaborator', flags: [WANTED] },
      'an accepted status': { email: address(), role: WANTED, status: 'accepted' },
    }).map(([name, body]) => ({ title: `invitation with ${name}`, send: () => invite(administrator, body) })),
    {
      title: 'another organization in the body of an invitation',
      send: () =>
        client.call('POST', `${foreign.path}/invitations`, {
          token: tokenOf(administrator),
          body: { email: administrator.email, role: WANTED, organizationId: organization.organizationId },
        }),
    },
  ];
}

/** Acceptances with more than the invitation gives. */
function acceptances({ client, organization, people }) {
  const { administrator, collaborator } = people;
  const acceptRole = (by, of) =>
    client.call('POST', `${memberPath(organization, of)}/accept-role`, { token: tokenOf(by), body: {} });
  const acceptOwnInvitation = async (extra) => {
    const email = `own-${randomUUID()}@attack.example`;
    const path = `${organization.path}/invitations`;
    const body = { email, role: 'collaborator' };
    const invited = await client.call('POST', path, { token: tokenOf(administrator), body });
    const { id } = JSON.parse(invited.text);
    const accept = { token: id, name: 'Ben', password: PASSWORD, ...extra };
    return [invited, await client.call('POST', '/v1/invitations/accept', { body: accept })];
  };
  const signUp = (extra) =>
    client.call('POST', '/v1/sign-ups', {
      body: { email: `up-${randomUUID()}@attack.example`, password: PASSWORD, name: 'Ben', ...extra },
    });
  return [
    { title: 'acceptance of a role that nobody offered', send: () => acceptRole(administrator, administrator) },
    { title: 'acceptance of a role by a collaborator', send: () => acceptRole(collaborator, collaborator) },
    { title: 'acceptance in the name of the owner', send: () => acceptRole(administrator, organization.owner) },
    { title: 'acceptance with a role in the body', send: () => acceptOwnInvitation({ role: WANTED }) },
    { title: 'acceptance with the id instead of the token', send: () => acceptOwnInvitation({}) },
    { title: 'sign-up into the organization', send: () => signUp({ organizationId: organization.organizationId }) },
    { title: 'sign-up with a role', send: () => signUp({ role: WANTED, organization: organization.organizationId }) },
    {
      title: 'a new organization with the id of the old one',
      send: () =>
        client.call('POST', '/v1/organizations', {
          token: tokenOf(administrator),
          body: { name: 'Mine', id: organization.organizationId },
        }),
    },
  ];
}

/** The same idempotency key with another body, and of another person. */
function replays({ client, organization, people }) {
  const { administrator, collaborator } = people;
  const change = (by, body, key) =>
    client.call('PATCH', memberPath(organization, collaborator), {
      token: tokenOf(by),
      body,
      headers: { 'idempotency-key': key },
    });
  const twice = async (first, second) => {
    const key = randomUUID();
    return [await change(...first, key), await change(...second, key)];
  };
  return [
    {
      title: 'idempotency key with another body',
      send: () => twice([administrator, { role: 'collaborator' }], [administrator, { role: WANTED }]),
    },
    {
      title: 'idempotency key of the owner',
      send: () => twice([organization.owner, { role: 'collaborator' }], [administrator, { role: WANTED }]),
    },
  ];
}

function otherCredentials({ client, organization, people }) {
  const { administrator, collaborator } = people;
  const change = (token) =>
    client.call('PATCH', memberPath(organization, administrator), { token, body: { role: WANTED } });
  const forged = forgedTokensOf(tokenOf(administrator), { sub: organization.owner.accountId });
  return [
    ...Object.entries(forged).map(([name, token]) => ({ title: `access token: ${name}`, send: () => change(token) })),
    {
      title: 'sign-in as the owner with the own password',
      send: () =>
        client.call('POST', '/v1/sessions', { body: { email: organization.owner.email, password: PASSWORD } }),
    },
    {
      title: 'refresh token instead of an access token',
      send: () => change(collaborator.session.refreshToken),
    },
  ];
}

async function withApiTokens({ client, organization, people }) {
  const { administrator } = people;
  const scopes = ['member:manage', 'member:read', 'organization:manage', 'membership:decide'];
  const create = (body) => client.call('POST', '/v1/me/api-tokens', { token: tokenOf(administrator), body });
  const { organizationId } = organization;
  const { token } = JSON.parse((await create({ organizationId, name: 'All', scopes })).text);
  const withToken = (method, path, body) => client.call(method, path, { token, body });
  return [
    {
      title: 'API token: change of a role',
      send: () => withToken('PATCH', memberPath(organization, administrator), { role: WANTED }),
    },
    {
      title: 'API token: invitation',
      send: () => withToken('POST', `${organization.path}/invitations`, { email: 'x@attack.example', role: WANTED }),
    },
    {
      title: 'API token with the role as a scope',
      send: () => create({ organizationId, name: 'x', scopes: [WANTED] }),
    },
    { title: 'API token with all scopes', send: () => create({ organizationId, name: 'x', scopes: ['*'] }) },
  ];
}

/** Removals that would leave the organization to others. */
function removals({ client, organization, people }) {
  const remove = (by, of) => client.call('DELETE', memberPath(organization, of), { token: tokenOf(by) });
  const { administrator, staff } = people;
  return [
    { title: 'removal of the owner by an administrator', send: () => remove(administrator, organization.owner) },
    { title: 'removal of the owner by staff', send: () => remove(staff, organization.owner) },
    { title: 'the only legal representative leaves', send: () => remove(organization.owner, organization.owner) },
  ];
}
