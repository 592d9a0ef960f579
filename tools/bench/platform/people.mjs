import { toId } from '@cordee/contracts/id';
import { getSignUpMail } from '@cordee/contracts/identity/account';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { RpcClient } from '@cordee/messaging/rpc-client';
import pg from 'pg';
import { progress } from '../harness/progress.mjs';
import { mapParallel } from '../../load/setup/parallel.mjs';
import { callApi } from './api.mjs';
import { databaseUrl } from './servers.mjs';

export const PEOPLE = 20;
const PASSWORD = 'a rope, a harness and a helmet';
const PARALLEL_SIGN_UPS = 4;
const PARALLEL_SIGN_INS = 2;
/** A token that is older is replaced before a run, because an access token is valid for only ten minutes. */
const MAX_TOKEN_AGE_MS = 4 * 60_000;

/**
 * Signs up people through the API. The tokens in mails are read from the service that the mails come from, so that no
 * mail has to arrive.
 */
export async function signUpPeople(url) {
  progress(`signing up ${PEOPLE} people`);
  return withMailTokens(async ({ signUpToken }) =>
    mapParallel(Array.from({ length: PEOPLE }), PARALLEL_SIGN_UPS, async (_, index) => {
      const email = `person${index}@bench.example`;
      await callApi(url, 'POST', '/v1/sign-ups', {
        body: { email, password: PASSWORD, name: `Person ${index}`, locale: 'en' },
      });
      const body = { token: await signUpToken(email), password: PASSWORD };
      const { accountId } = await callApi(url, 'POST', '/v1/sign-ups/confirm', { body });
      return { email, accountId, token: undefined, signedInAt: Number.NEGATIVE_INFINITY };
    }),
  );
}

/** Signs people in whose access token is missing or old. */
export async function signIn(url, people) {
  const now = performance.now();
  await mapParallel(
    people.filter(({ signedInAt }) => now - signedInAt > MAX_TOKEN_AGE_MS),
    PARALLEL_SIGN_INS,
    async (person) => {
      const { accessToken } = await callApi(url, 'POST', '/v1/sessions', {
        body: { email: person.email, password: PASSWORD },
      });
      Object.assign(person, { token: accessToken, signedInAt: performance.now() });
    },
  );
}

/**
 * Calls `work` with `rpc`, which calls other services as reminders does, and with `signUpToken(email)`, which returns
 * the token of the link in a sign-up mail.
 */
export async function withMailTokens(work) {
  const bus = await NatsBus.connect({ url: process.env.NATS_URL, service: 'reminders' });
  const rpc = new RpcClient(bus, 'reminders');
  const identity = new pg.Pool({ connectionString: databaseUrl('identity'), max: 2 });
  try {
    return await work({
      rpc,
      async signUpToken(email) {
        const { rows } = await identity.query('select id from sign_up where email = $1', [email]);
        const { token } = await rpc.call(getSignUpMail, { signUpId: toId('sgn', rows[0].id) });
        return token;
      },
    });
  } finally {
    await identity.end();
    await bus.close();
  }
}
