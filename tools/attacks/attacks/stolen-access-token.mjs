import { randomUUID } from 'node:crypto';
import { equals, judge } from '../judge.mjs';

const STAFF = { email: 'staff@cordee.example', password: 'the staff of the attacks' };
const MINUTE_MS = 60_000;
/** A sign-in is recent for ten minutes. */
const PASSED_MS = 11 * MINUTE_MS;
const UNUSED_ID = '00000000000000000000000000';

export const attack = {
  name: 'stolen-access-token',
  shows: 'An access token alone changes neither who can sign in nor what a person may do',
  async run({ url, accounts }) {
    // The setup signs the staff up only when it buys products.
    const { api, organizations } = await accounts({ products: 1 });
    const [{ path, owner, organizationId }] = organizations;
    const { refreshToken } = await api.post('/v1/sessions', { email: owner.email, password: owner.password });
    const staffSession = await api.post('/v1/sessions', STAFF);
    await moveClock(api, staffSession);
    // The thief has the sessions of the owner and of staff, who signed in eleven minutes ago.
    const { accessToken } = await api.post('/v1/sessions/refresh', { refreshToken });
    const { accessToken: staffToken } = await api.post('/v1/sessions/refresh', {
      refreshToken: staffSession.refreshToken,
    });
    const attempts = {
      'set up a second factor': ['POST', '/v1/me/second-factor', {}],
      'make an API token': ['POST', '/v1/me/api-tokens', { organizationId, name: 'x', scopes: ['product:read'] }],
      'invite an administrator': [
        'POST',
        `${path}/invitations`,
        { email: 'thief@cordee.example', role: 'administrator' },
      ],
      'change a role': ['PATCH', `${path}/members/mem_${UNUSED_ID}`, { role: 'administrator' }],
      'remove a person': ['DELETE', `${path}/members/mem_${UNUSED_ID}`],
      'let support in': [
        'POST',
        `${path}/support-accesses`,
        { level: 'write', productIds: null, hours: 1, reason: 'The site answers with an error' },
      ],
      'change the organization': ['PATCH', path, { isSecondFactorRequired: false }],
    };
    const staffAttempts = {
      'order a payment file': ['POST', '/v1/staff/payment-files', {}],
      'return money': ['POST', `/v1/staff/suspense/bkg_${UNUSED_ID}/return`, { reason: 'Wrong account' }],
      'refund an invoice': [
        'POST',
        `/v1/staff/organizations/${organizationId}/documents/inv_${UNUSED_ID}/credit-notes`,
        { reason: 'Cancelled', refundTo: 'bank', iban: 'CH5604835012345678009' },
      ],
      'make a service token': [
        'POST',
        '/v1/staff/service-tokens',
        { name: 'x', scopes: ['document:read'], organizationIds: null, expiresInDays: 1 },
      ],
    };
    const codeOf = async (token, [method, target, body]) => {
      const response = await fetch(`${url}${target}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'idempotency-key': randomUUID(),
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return response.status < 400 ? 'ok' : (await response.json()).code;
    };
    const figures = [];
    for (const [name, request] of Object.entries(attempts))
      figures.push(equals(name, await codeOf(accessToken, request), 'INSUFFICIENT_USER_AUTHENTICATION'));
    for (const [name, request] of Object.entries(staffAttempts))
      figures.push(equals(`staff: ${name}`, await codeOf(staffToken, request), 'INSUFFICIENT_USER_AUTHENTICATION'));
    const renewedSession = await api.post('/v1/me/sign-in', { password: owner.password }, accessToken);
    figures.push(
      equals(
        'the owner, with the password',
        await codeOf(renewedSession.accessToken, attempts['let support in']),
        'ok',
      ),
    );
    return judge(`${Object.keys(attempts).length + Object.keys(staffAttempts).length} commands`, ...figures);
  },
};

async function moveClock(api, { accessToken }) {
  const { now } = await api.get('/v1/clock');
  const to = new Date(Date.parse(now) + PASSED_MS).toISOString();
  await api.post('/v1/staff/clock', { to }, accessToken);
}
