import { randomBytes, randomUUID } from 'node:crypto';
import { Api } from '../load/client/api.mjs';
import { HttpClient } from '../load/client/http-client.mjs';
import { SessionKeeper } from '../load/client/session-keeper.mjs';
import { signInStaff } from '../load/setup/accounts.mjs';
import { tokenFromMail } from '../load/setup/mail-page.mjs';
import { setUpOrganizations } from '../load/setup/set-up.mjs';
import { randomFrom } from '../measurement/random.mjs';

const CONNECTIONS = 8;
const STAFF = { email: 'staff@cordee.example', password: 'the staff of the attacks' };
/** The password of the people who join an organization. */
export const PASSWORD = 'the people of the attacks';
/** The sample IBAN of the demonstration seller. */
const IBAN = 'CH4431999123000889012';

/**
 * Returns
 *
 * - `create(options)`: creates organizations with signed-in people through the API. The options are `organizations`,
 *   `people`, `products` and `teams` of `npm run load`. Returns `{ api, organizations }`;
 * - `join(organization, role)`: invites a new person to a created organization, accepts the invitation and signs in.
 *   Returns the person with `memberId`, `accountId` and `session`;
 * - `staff()`: the session of the provider's staff;
 * - `close()`.
 */
export function createAccountFactory({ url, mailUrl }) {
  const http = new HttpClient(url, { connections: CONNECTIONS });
  const api = new Api(http);
  let keeper;
  const setUpContext = async (options) => {
    const { now } = await api.get('/v1/clock');
    keeper ??= new SessionKeeper(api, { random: randomFrom(1), serverNow: now });
    const amounts = { organizations: 1, people: 1, products: 0, teams: 0 };
    return {
      api,
      keeper,
      runId: randomBytes(4).toString('hex'),
      progress: () => {},
      options: { ...amounts, mail: mailUrl, iban: IBAN, ...STAFF, ...options },
    };
  };
  const create = async (options) => ({
    api,
    organizations: await setUpOrganizations(await setUpContext(options), 'attack'),
  });
  const join = async ({ path, owner }, role) => {
    const email = `${role}-${randomUUID()}@attack.example`;
    await api.post(`${path}/invitations`, { email, role }, owner.session.accessToken);
    const token = await tokenFromMail(mailUrl, email);
    const { memberId } = await api.post('/v1/invitations/accept', { token, name: `New ${role}`, password: PASSWORD });
    const credentials = { email, password: PASSWORD };
    const session = keeper.add(await api.post('/v1/sessions', credentials), credentials);
    return { ...credentials, role, memberId, accountId: session.accountId, session };
  };
  const close = async () => {
    await keeper?.close();
    http.close();
  };
  return { create, join, staff: async () => signInStaff(await setUpContext()), close };
}
