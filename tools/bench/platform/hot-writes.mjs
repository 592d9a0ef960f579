import { signIn } from './people.mjs';

/**
 * The writes of the measurements. `requests` returns the requests in an organization, which are sent in turn.
 * `{unique}` in a body gets a new value for each request.
 */
export const hotWrites = [
  {
    name: 'createTeam',
    title: 'create a team',
    database: 'teams',
    requests: ({ path }) => [
      { method: 'POST', path: `${path}/teams`, body: { name: 'Team {unique}', colour: 'blue' } },
    ],
  },
  {
    name: 'createOrder',
    title: 'order a product',
    database: 'billing',
    requests: ({ path }) => [
      { method: 'POST', path: `${path}/orders`, body: { lines: [{ type: 'web_hosting', name: '{unique}.example' }] } },
    ],
  },
  {
    name: 'changeMember',
    title: 'change a member',
    database: 'identity',
    // Two requests in turn, so that each of them changes something.
    requests: ({ path, memberId }) =>
      [['billing.view'], []].map((flags) => ({
        method: 'PATCH',
        path: `${path}/members/${memberId}`,
        body: { flags },
      })),
  },
];

/** Returns the requests of a write: in all organizations that are written, or in one of them. */
export async function writeRequests({ requests }, { url, people, organizations }, { isOneOrganization = false } = {}) {
  await signIn(url, people);
  const chosenOrganizations = isOneOrganization ? organizations.written.slice(0, 1) : organizations.written;
  const [first, ...others] = chosenOrganizations.map((organization) =>
    requests(organization).map((request) => ({ ...request, token: organization.owner.token })),
  );
  // One request of each organization, then the second request of each organization.
  return first.flatMap((request, index) => [request, ...others.map((list) => list[index])]);
}
