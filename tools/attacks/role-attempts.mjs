import { randomUUID } from 'node:crypto';
import { forgedTokensOf } from './forged-tokens.mjs';
import { PASSWORD } from './account-factory.mjs';

const WANTED_ROLE = 'legal_representative';
const PARALLEL = 10;

/**
 * Returns the attempts to become legal representative of an organization. An attempt has a `title` and
 * `send`, which returns one answer or several. `people` has two administrators, a collaborator, an
 * external, the owner of a foreign organization, and staff with a support access.
 */
export async function attemptsOf({ client, organization, foreignOrganization, people }) {
  const context = { client, organization, foreignOrganization, people };
  return [
    ...roleChanges(context),
    ...invitations(context),
    ...acceptances(context),
    ...replays(context),
    ...otherCredentials(context),
    ...(await apiTokenAttempts(context)),
    ...removals(context),
  ];
}

const tokenOf = ({ session }) => session.accessToken;
const memberPath = ({ path }, { memberId }) => `${path}/members/${memberId}`;

function roleChanges({ client, organization, people }) {
  const { administrator, secondAdministrator, collaborator, external, staff, foreignOwner } = people;
  const change = (caller, member, body = { role: WANTED_ROLE }, headers = {}) =>
    client.call('PATCH', memberPath(organization, member), { token: tokenOf(caller), body, headers });
  const callers = { administrator, collaborator, external, staff, 'the owner of another organization': foreignOwner };
  return [
    ...Object.entries(callers).map(([name, person]) => ({
      title: `change of one's own role, and of a collaborator's, by ${name}`,
      send: async () => [
        await change(person, person.memberId ? person : administrator),
        await change(person, collaborator),
      ],
    })),
    ...Object.entries({
      'capital letters': { role: 'LEGAL_REPRESENTATIVE' },
      'a list': { role: [WANTED_ROLE] },
      'an object': { role: { role: WANTED_ROLE } },
      spaces: { role: ` ${WANTED_ROLE} ` },
      'a zero-width character': { role: `${WANTED_ROLE}\u200b` },
      'the field of the offered role': { role: 'collaborator', offeredRole: WANTED_ROLE },
      'a second field': { role: 'administrator', roles: [WANTED_ROLE] },
      'a field of another object': { flags: [], member: { role: WANTED_ROLE } },
      'the account of the legal representative': { role: 'administrator', accountId: organization.owner.accountId },
      'the name of the database column': { role: 'administrator', offered_role: WANTED_ROLE },
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
          body: `{"role":"administrator","role":"${WANTED_ROLE}"}`,
        }),
    },
    {
      title: 'change through the prototype',
      send: () =>
        client.send({
          method: 'PATCH',
          path: memberPath(organization, administrator),
          headers: { authorization: `Bearer ${tokenOf(administrator)}`, 'content-type': 'application/json' },
          body: `{"__proto__":{"role":"${WANTED_ROLE}"},"flags":[]}`,
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
      send: () => change(administrator, administrator, { role: WANTED_ROLE }, headers),
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

function invitations({ client, organization, foreignOrganization, people }) {
  const { administrator, collaborator, external, staff, foreignOwner } = people;
  const invite = (caller, body) =>
    client.call('POST', `${organization.path}/invitations`, { token: tokenOf(caller), body });
  const newAddress = () => `rep-${randomUUID()}@attack.example`;
  const callers = { administrator, collaborator, external, staff, 'the owner of another organization': foreignOwner };
  return [
    ...Object.entries(callers).map(([name, person]) => ({
      title: `invitation as legal representative by ${name}`,
      send: () => invite(person, { email: newAddress(), role: WANTED_ROLE }),
    })),
    ...Object.entries({
      'the address of the inviter': { email: administrator.email, role: WANTED_ROLE },
      'the address of the inviter in capitals': { email: administrator.email.toUpperCase(), role: WANTED_ROLE },
      'no binding to the address': { email: newAddress(), role: WANTED_ROLE, isBoundToAddress: false },
      'a field for the inviter': { email: newAddress(), role: WANTED_ROLE, invitedBy: organization.owner.accountId },
      'a list of roles': { email: newAddress(), role: ['collaborator', WANTED_ROLE] },
      'the role as a flag': { email: newAddress(), role: 'collaborator', flags: [WANTED_ROLE] },
      'an accepted status': { email: newAddress(), role: WANTED_ROLE, status: 'accepted' },
    }).map(([name, body]) => ({ title: `invitation with ${name}`, send: () => invite(administrator, body) })),
    {
      title: 'another organization in the body of an invitation',
      send: () =>
        client.call('POST', `${foreignOrganization.path}/invitations`, {
          token: tokenOf(administrator),
          body: { email: administrator.email, role: WANTED_ROLE, organizationId: organization.organizationId },
        }),
    },
  ];
}

/** Returns attempts to accept, or to sign up, with more than an invitation gives. */
function acceptances({ client, organization, people }) {
  const { administrator, collaborator } = people;
  const acceptRole = (caller, member) =>
    client.call('POST', `${memberPath(organization, member)}/accept-role`, { token: tokenOf(caller), body: {} });
  const acceptOwnInvitation = async (extra) => {
    const email = `own-${randomUUID()}@attack.example`;
    const path = `${organization.path}/invitations`;
    const body = { email, role: 'collaborator' };
    const invitation = await client.call('POST', path, { token: tokenOf(administrator), body });
    const { id } = JSON.parse(invitation.text);
    const accept = { token: id, name: 'Ben', password: PASSWORD, ...extra };
    return [invitation, await client.call('POST', '/v1/invitations/accept', { body: accept })];
  };
  const signUp = (extra) =>
    client.call('POST', '/v1/sign-ups', {
      body: { email: `up-${randomUUID()}@attack.example`, password: PASSWORD, name: 'Ben', ...extra },
    });
  return [
    { title: 'acceptance of a role that nobody offered', send: () => acceptRole(administrator, administrator) },
    { title: 'acceptance of a role by a collaborator', send: () => acceptRole(collaborator, collaborator) },
    { title: 'acceptance in the name of the owner', send: () => acceptRole(administrator, organization.owner) },
    { title: 'acceptance with a role in the body', send: () => acceptOwnInvitation({ role: WANTED_ROLE }) },
    { title: 'acceptance with the id instead of the token', send: () => acceptOwnInvitation({}) },
    { title: 'sign-up into the organization', send: () => signUp({ organizationId: organization.organizationId }) },
    {
      title: 'sign-up with a role',
      send: () => signUp({ role: WANTED_ROLE, organization: organization.organizationId }),
    },
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

/** Returns attempts with a used idempotency key: with another body, and by another person. */
function replays({ client, organization, people }) {
  const { administrator, collaborator } = people;
  const change = (caller, body, key) =>
    client.call('PATCH', memberPath(organization, collaborator), {
      token: tokenOf(caller),
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
      send: () => twice([administrator, { role: 'collaborator' }], [administrator, { role: WANTED_ROLE }]),
    },
    {
      title: 'idempotency key of the owner',
      send: () => twice([organization.owner, { role: 'collaborator' }], [administrator, { role: WANTED_ROLE }]),
    },
  ];
}

function otherCredentials({ client, organization, people }) {
  const { administrator, collaborator } = people;
  const change = (token) =>
    client.call('PATCH', memberPath(organization, administrator), { token, body: { role: WANTED_ROLE } });
  const forgedTokens = forgedTokensOf(tokenOf(administrator), { sub: organization.owner.accountId });
  return [
    ...Object.entries(forgedTokens).map(([name, token]) => ({
      title: `access token: ${name}`,
      send: () => change(token),
    })),
    {
      title: 'sign-in as the owner with the password of the attacker',
      send: () =>
        client.call('POST', '/v1/sessions', { body: { email: organization.owner.email, password: PASSWORD } }),
    },
    {
      title: 'refresh token instead of an access token',
      send: () => change(collaborator.session.refreshToken),
    },
  ];
}

async function apiTokenAttempts({ client, organization, people }) {
  const { administrator } = people;
  const scopes = ['member:manage', 'member:read', 'organization:manage', 'membership:decide'];
  const create = (body) => client.call('POST', '/v1/me/api-tokens', { token: tokenOf(administrator), body });
  const { organizationId } = organization;
  const { token } = JSON.parse((await create({ organizationId, name: 'All', scopes })).text);
  const withToken = (method, path, body) => client.call(method, path, { token, body });
  return [
    {
      title: 'API token: change of a role',
      send: () => withToken('PATCH', memberPath(organization, administrator), { role: WANTED_ROLE }),
    },
    {
      title: 'API token: invitation',
      send: () =>
        withToken('POST', `${organization.path}/invitations`, { email: 'x@attack.example', role: WANTED_ROLE }),
    },
    {
      title: 'API token with the role as a scope',
      send: () => create({ organizationId, name: 'x', scopes: [WANTED_ROLE] }),
    },
    { title: 'API token with all scopes', send: () => create({ organizationId, name: 'x', scopes: ['*'] }) },
  ];
}

/** Returns attempts to remove the legal representative. */
function removals({ client, organization, people }) {
  const remove = (caller, member) =>
    client.call('DELETE', memberPath(organization, member), { token: tokenOf(caller) });
  const { administrator, staff } = people;
  return [
    { title: 'removal of the owner by an administrator', send: () => remove(administrator, organization.owner) },
    { title: 'removal of the owner by staff', send: () => remove(staff, organization.owner) },
    { title: 'the only legal representative leaves', send: () => remove(organization.owner, organization.owner) },
  ];
}
