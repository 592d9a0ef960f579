import { getInvitationMail } from '@cordee/contracts/identity/invitation';
import { progress } from '../harness/progress.mjs';
import { randomFrom } from '../../measurement/random.mjs';
import { mapParallel } from '../../load/setup/parallel.mjs';
import { callApi } from './api.mjs';
import { signIn, withMailTokens } from './people.mjs';

/** Organizations with 20 members, whose pages are read. */
const READ_ORGANIZATIONS = 6;
/** Organizations in which many calls write. */
const WRITE_ORGANIZATIONS = 24;
/** More than a page, so that a next page exists. */
const ROWS = 24;
const MEMBERS_PER_TEAM = 5;
const PARALLEL = 4;
const colours = ['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'pink', 'grey'];

/**
 * Creates organizations through the API: with members, teams and orders to read, and with an address and a member to
 * write. The people take turns as owners.
 */
export async function createOrganizations(url, people, { seed }) {
  const random = randomFrom(seed + 20);
  await signIn(url, people);
  return withMailTokens(async ({ rpc }) => {
    const createOrganization = async (index) => {
      const owner = people[index % people.length];
      const { id } = await callApi(url, 'POST', '/v1/organizations', {
        token: owner.token,
        body: { name: `Organization ${index}`, locale: 'en', country: 'CH' },
      });
      const organization = { id, owner, path: `/v1/organizations/${id}` };
      const post = (path, body) => callApi(url, 'POST', organization.path + path, { token: owner.token, body });
      await post('/addresses', {
        name: `Organization ${index}`,
        street: 'Rue du Rhône',
        buildingNumber: '12',
        postalCode: '1204',
        town: 'Genève',
        country: 'CH',
      });
      const join = async ({ email, token }) => {
        const invitation = await post('/invitations', { email, role: 'collaborator', flags: [], locale: 'en' });
        const mail = await rpc.call(getInvitationMail, { organizationId: id, invitationId: invitation.id });
        return callApi(url, 'POST', '/v1/invitations/accept', { token, body: { token: mail.token } });
      };
      return { organization, post, join };
    };
    progress(`creating ${WRITE_ORGANIZATIONS} organizations that are written`);
    const written = await mapParallel(Array.from({ length: WRITE_ORGANIZATIONS }), PARALLEL, async (_, index) => {
      const { organization, join } = await createOrganization(index);
      const { memberId } = await join(people[(index + 1) % people.length]);
      return { ...organization, memberId };
    });
    progress(`creating ${READ_ORGANIZATIONS} organizations with ${people.length} members, ${ROWS} teams and orders`);
    const read = await mapParallel(Array.from({ length: READ_ORGANIZATIONS }), PARALLEL, async (_, index) => {
      const { organization, post, join } = await createOrganization(index);
      for (const person of people) if (person !== organization.owner) await join(person);
      for (let row = 0; row < ROWS; row += 1) {
        const firstIndex = random.below(people.length);
        const members = Array.from(
          { length: MEMBERS_PER_TEAM },
          (__, offset) => people[(firstIndex + offset) % people.length],
        );
        await post('/teams', {
          name: `Team ${row}`,
          colour: random.pick(colours),
          accountIds: members.map(({ accountId }) => accountId),
        });
        await post('/orders', {
          lines: [
            { type: 'web_hosting', name: `site${row}.example`, interval: 'yearly' },
            { type: 'drive', name: `Plans ${row}`, interval: 'yearly', isAutomaticRenewal: false },
          ],
        });
      }
      const { data } = await callApi(url, 'GET', `${organization.path}/documents?limit=100`, {
        token: organization.owner.token,
      });
      return { ...organization, documentIds: data.map((document) => document.id) };
    });
    return { read, written };
  });
}
