import { randomBytes } from 'node:crypto';
import { Api } from '../load/client/api.mjs';
import { HttpClient } from '../load/client/http-client.mjs';
import { SessionKeeper } from '../load/client/session-keeper.mjs';
import { setUpOrganizations } from '../load/setup/set-up.mjs';
import { randomFrom } from '../measurement/random.mjs';

const CONNECTIONS = 8;
const STAFF = { email: 'staff@cordee.example', password: 'the staff of the attacks' };
/** The sample IBAN of the demonstration seller. */
const IBAN = 'CH4431999123000889012';

/**
 * Returns `create(options)`, which creates organizations with signed-in people through the API, and `close()`. The
 * options are `organizations`, `people`, `products` and `teams` of `npm run load`; the result is described in
 * tools/load/setup/set-up.mjs; it also contains `api`.
 */
export function openAccounts({ url, mailUrl }) {
  const http = new HttpClient(url, { connections: CONNECTIONS });
  const api = new Api(http);
  let keeper;
  const create = async (options = {}) => {
    const { now } = await api.get('/v1/clock');
    keeper ??= new SessionKeeper(api, { random: randomFrom(1), serverNow: now });
    const context = {
      api,
      keeper,
      runId: randomBytes(4).toString('hex'),
      progress: () => {},
      options: { organizations: 1, people: 1, products: 0, teams: 0, mail: mailUrl, iban: IBAN, ...STAFF, ...options },
    };
    return { api, organizations: await setUpOrganizations(context, 'attack') };
  };
  const close = async () => {
    await keeper?.close();
    http.close();
  };
  return { create, close };
}
