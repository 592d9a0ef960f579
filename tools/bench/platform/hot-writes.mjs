import { signIn } from './people.mjs';

/**
 * The writes of the measurements. `request` returns the requests in an organization, which are sent in turn. `{unique}`
 * in a body gets a new value for each request.
 */
export const hotWrites = [
  {
    name: 'createTeam',
    title: 'create a team',
    database: 'teams',
    request: ({ path }) => [{ method: 'POST', path: `${path}/teams`, body: { name: 'Team {unique}', colour: 'blue' } }],
  },
  {
    name: 'createOrder',
    title: 'order a product',
    database: 'billing',
    request: ({ path }) => [
      { method: 'POST', path: `${path}/orders`, body: { lines: [{ type: 'web_hosting', name: '{unique}.example' }] } },
    ],
  },
  {
    name: 'changeMember',
    title: 'change a member',
    database: 'identity',
    // Two requests in turn, so that each of them changes something.
    request: ({ path, memberId }) =>
      [['billing.view'], []].map((flags) => ({
        method: 'PATCH',
        path: `${path}/members/${memberId}`,
        body: { flags },
      })),
  },
];

/** Returns the requests of a write: in all organizations that are written, or in one of them. */
export async function writeRequests({ request }, { url, people, organizations }, { isOneOrganization = false } = {}) {
  await signIn(url, people);
  const chosenOrganizations = isOneOrganization ? organizations.written.slice(0, 1) : organizations.written;
  const [first, ...others] = chosenOrganizations.map((organization) =>
    request(organization).map((one) => ({ ...one, token: organization.owner.token })),
  );
  // One request of each organization, then the second request of each organization.
  return first.flatMap((one, index) => [one, ...others.map((list) => list[index])]);
}
